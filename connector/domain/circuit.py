"""Whether a provider account is called at present: a circuit breaker that a platform's own words can open.

CLOSED: calls go out. OPEN: none does until `closed_until`, because the platform asked to wait, or because it
failed several times running; then one call is let through to try (HALF_OPEN). PARKED: the credentials were
refused; one call tries now and then whether an administrator has acted.

Written here and not taken from a library, because a platform's Retry-After opens it as well, the clock is
passed in, and several workers share it through the database.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from connector.domain.backoff import delay_seconds

FAILURES_TO_OPEN = 5
_COOL_DOWN_SECONDS = 30.0
_PARKED_FOR = timedelta(minutes=15)
# One who was let through to try and never came back is given up after this long.
TRIAL_SECONDS = 60.0


class CircuitState(StrEnum):
    """See the module."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Circuit:
    """failures: running. closed_until: no call goes out before. reason: a code, for people to read."""

    state: CircuitState = CircuitState.CLOSED
    failures: int = 0
    closed_until: datetime | None = None
    reason: str = ""

    def wait_seconds(self, now: datetime) -> float:
        """How long no call may go out; 0 where one may."""
        if self.state is CircuitState.CLOSED or self.closed_until is None:
            return 0.0
        return max(0.0, (self.closed_until - now).total_seconds())

    def trying(self, now: datetime) -> "Circuit":
        """One call is under way to try; the others wait for it."""
        state = CircuitState.PARKED if self.state is CircuitState.PARKED else CircuitState.HALF_OPEN
        return replace(self, state=state, closed_until=now + timedelta(seconds=TRIAL_SECONDS))

    def answered(self) -> "Circuit":
        """The platform did what was asked, or said why not."""
        return Circuit()

    def asked_to_wait(self, seconds: float, reason: str, *, now: datetime) -> "Circuit":
        """The platform named a time; a longer one that is known already stands."""
        until = now + timedelta(seconds=seconds)
        if self.state is CircuitState.OPEN and self.closed_until is not None:
            until = max(until, self.closed_until)
        return Circuit(CircuitState.OPEN, self.failures, until, reason)

    def failed(self, reason: str, *, now: datetime, jitter: float) -> "Circuit":
        """No answer, or none that helps. Each round of trying doubles the wait."""
        failures = self.failures + 1
        if failures < FAILURES_TO_OPEN:
            return Circuit(failures=failures, reason=reason)
        attempt = failures - FAILURES_TO_OPEN + 1
        wait = delay_seconds(attempt, jitter=jitter, base_seconds=_COOL_DOWN_SECONDS)
        return Circuit(CircuitState.OPEN, failures, now + timedelta(seconds=wait), reason)

    def refused_credentials(self, reason: str, *, now: datetime) -> "Circuit":
        """An administrator must act; until then one call tries every quarter of an hour."""
        return Circuit(CircuitState.PARKED, self.failures, now + _PARKED_FOR, reason)
