"""What the ledger learns from the write-back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.domain.backoff import delay_seconds
from connector.domain.gift import Gift, RequestState
from connector.ports import WriteOutcome, WriteState
from connector.services.storage.gifts import GiftChanges

# A parked write is tried again at this pace: an administrator may have acted.
_PARKED_FOR = timedelta(minutes=15)
# The gravest first: what must be repeated outweighs what is known to be refused, and waits for the longest.
_GRAVITY = (WriteState.PARK, WriteState.UNKNOWN, WriteState.RETRY, WriteState.REFUSED)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a gift is not wholly written."""

    state: WriteState
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" if self.code else self.message


class Problems:
    """The gravest problem of each gift of a batch."""

    def __init__(self) -> None:
        self._by_key: dict[str, Problem] = {}

    def note(self, key: str, sobject: str, outcome: WriteOutcome) -> bool:
        """Take in one outcome; True where it was done."""
        if outcome.state is WriteState.DONE:
            return True
        problem = Problem(outcome.state, outcome.code, f"{sobject}: {outcome.message}")
        known = self._by_key.get(key)
        if known is None or _GRAVITY.index(problem.state) < _GRAVITY.index(known.state):
            self._by_key[key] = problem
        return False

    def of(self, key: str) -> Problem | None:
        return self._by_key.get(key)


def changes_after_write(
    written: Gift,
    current: Gift,
    problem: Problem | None,
    *,
    now: datetime,
    jitter: float,
    in_flight: timedelta,
    wait: float | None = None,
) -> GiftChanges:
    """What becomes of a row after its write.

    written: the row as it was written. current: the row as it is now; it may have changed meanwhile and then
    stays dirty. A refusal is not repeated, but the row is written once more when its reason is new, to show
    it. wait: seconds to wait as the org asked, in place of backoff. in_flight: how long a write without an
    answer may still be under way; only then does looking for its Tasks tell anything.
    """
    if problem is not None and problem.state is not WriteState.REFUSED:
        return _later(current, problem, now=now, jitter=jitter, in_flight=in_flight, wait=wait)
    standing = current.sync_error if current.state in {RequestState.FAILED, RequestState.PARKED} else ""
    error = str(problem) if problem is not None else standing
    changes = GiftChanges(
        written_version=written.version, write_attempts=0, next_write_at=None, sync_error=error
    )
    if error != written.sync_error:
        changes["version"] = current.version + 1
    elif current.version == written.version:
        changes["dirty_since"] = None
    return changes


def _later(
    current: Gift,
    problem: Problem,
    *,
    now: datetime,
    jitter: float,
    in_flight: timedelta,
    wait: float | None,
) -> GiftChanges:
    attempts = current.write_attempts + 1
    if problem.state is WriteState.PARK:
        pause = timedelta(seconds=wait) if wait else _PARKED_FOR
        return GiftChanges(write_attempts=attempts, next_write_at=now + pause, sync_error=str(problem))
    seconds = wait or delay_seconds(attempts, jitter=jitter)
    if problem.state is WriteState.UNKNOWN:
        seconds = max(seconds, in_flight.total_seconds())
    return GiftChanges(write_attempts=attempts, next_write_at=now + timedelta(seconds=seconds))
