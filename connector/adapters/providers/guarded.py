"""A provider whose calls go through its account's circuit: what a platform asks for, and bears, is heeded.

The circuit is kept in the database, so that all workers and `connector status` know it; each process looks
there once a second at most, and writes only when the circuit changes.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

import structlog

from connector.domain.backoff import random_jitter
from connector.domain.circuit import Circuit, CircuitState
from connector.errors import (
    AuthenticationFailed,
    ConnectorError,
    LookUpUnsupported,
    ProviderPaused,
    RequestTooLate,
    TemporaryError,
)
from connector.ports import Clock, GiftCampaign, GiftOrder, ProviderGift, WebhookEvent

log = structlog.get_logger(__name__)

_LOOK_AGAIN_SECONDS = 1.0


Answer = TypeVar("Answer")


class Circuits(Protocol):
    """Where circuits are kept."""

    def load(self, account_id: str) -> Circuit: ...
    def save(self, account_id: str, circuit: Circuit) -> None: ...


class ClosableProvider(Protocol):
    """ports.GiftProvider that holds connections."""

    name: str
    how_to_cancel: str
    reads_webhooks_anew: bool

    def gift_campaigns(self) -> Iterator[GiftCampaign]: ...
    def request_gift(self, order: GiftOrder) -> ProviderGift: ...
    def gift(self, provider_gift_id: str) -> ProviderGift: ...
    def find_gifts(self, gift_campaign_id: str, *, created_since: datetime) -> Iterator[ProviderGift]: ...
    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str: ...
    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent: ...
    def close(self) -> None: ...


class Guard:
    """The circuit of one account in this process. Safe to use from many threads."""

    def __init__(
        self,
        account_id: str,
        circuits: Circuits,
        clock: Clock,
        *,
        look_again_seconds: float = _LOOK_AGAIN_SECONDS,
    ) -> None:
        """look_again_seconds: for so long the circuit is taken to be as it was last read."""
        self._account_id = account_id
        self._circuits = circuits
        self._clock = clock
        self._lock = threading.Lock()
        self._circuit = Circuit()
        self._look_again_seconds = look_again_seconds
        self._looked_at = float("-inf")

    def admit(self) -> bool:
        """Let one call go out; True where it is a trial.

        Raises ProviderPaused, or AuthenticationFailed while the account is parked.
        """
        with self._lock:
            self._look()
            now = self._clock()
            wait = self._circuit.wait_seconds(now)
            if wait > 0:
                raise self._refusal(wait)
            is_trial = self._circuit.state is not CircuitState.CLOSED
            if is_trial:
                self._become(self._circuit.trying(now))
            return is_trial

    def note(self, error: ConnectorError | None, *, was_trial: bool) -> None:
        """What came of a call that was let through."""
        with self._lock:
            self._become(self._after(error, was_trial=was_trial))

    def _after(self, error: ConnectorError | None, *, was_trial: bool) -> Circuit:
        now, code = self._clock(), error.code if error else ""
        if isinstance(error, RequestTooLate):
            return self._circuit
        if isinstance(error, AuthenticationFailed):
            return self._circuit.refused_credentials(code, now=now)
        if isinstance(error, TemporaryError) and error.retry_after_seconds:
            return self._circuit.asked_to_wait(error.retry_after_seconds, code, now=now)
        if isinstance(error, TemporaryError):
            return self._circuit.failed(code, now=now, jitter=random_jitter())
        if self._circuit.wait_seconds(now) > 0 and not was_trial:
            # An answer to a call that went out before the platform asked to wait or refused the credentials.
            return self._circuit
        return self._circuit.answered()

    def _look(self) -> None:
        if time.monotonic() - self._looked_at >= self._look_again_seconds:
            self._circuit = self._circuits.load(self._account_id)
            self._looked_at = time.monotonic()

    def _become(self, circuit: Circuit) -> None:
        if circuit == self._circuit:
            return
        if circuit.state is not self._circuit.state:
            log.info(
                "provider_account", account_id=self._account_id, state=circuit.state, reason=circuit.reason
            )
        self._circuit = circuit
        self._circuits.save(self._account_id, circuit)

    def _refusal(self, wait_seconds: float) -> ConnectorError:
        if self._circuit.state is CircuitState.PARKED:
            return AuthenticationFailed(
                f"Account {self._account_id} is parked: its credentials were refused",
                code="account_parked",
                remedy="Enter new credentials with `connector provider add`.",
            )
        return ProviderPaused(
            f"Account {self._account_id} is not called for {wait_seconds:.0f} seconds",
            code="account_paused",
            retry_after_seconds=wait_seconds,
        )


class GuardedProvider:
    """See ports.GiftProvider. Webhooks are verified without asking anyone."""

    def __init__(self, provider: ClosableProvider, guard: Guard) -> None:
        self.name = provider.name
        self.how_to_cancel = provider.how_to_cancel
        self.reads_webhooks_anew = provider.reads_webhooks_anew
        self._provider = provider
        self._guard = guard

    def gift_campaigns(self) -> Iterator[GiftCampaign]:
        yield from self._call(lambda: list(self._provider.gift_campaigns()))

    def request_gift(self, order: GiftOrder) -> ProviderGift:
        return self._call(lambda: self._provider.request_gift(order))

    def gift(self, provider_gift_id: str) -> ProviderGift:
        return self._call(lambda: self._provider.gift(provider_gift_id))

    def find_gifts(self, gift_campaign_id: str, *, created_since: datetime) -> Iterator[ProviderGift]:
        """Lazy as the provider's own: whoever asks takes what it needs of a long list."""
        was_trial = self._guard.admit()
        try:
            yield from self._provider.find_gifts(gift_campaign_id, created_since=created_since)
        except LookUpUnsupported:
            self._guard.note(None, was_trial=was_trial)
            raise
        except ConnectorError as error:
            self._guard.note(error, was_trial=was_trial)
            raise
        self._guard.note(None, was_trial=was_trial)

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        return self._provider.verify_webhook(headers, body, now=now)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        """Past the guard where the provider is not asked."""
        if not self.reads_webhooks_anew:
            return self._provider.parse_webhook(headers, body)
        return self._call(lambda: self._provider.parse_webhook(headers, body))

    def close(self) -> None:
        self._provider.close()

    def _call(self, call: Callable[[], Answer]) -> Answer:
        was_trial = self._guard.admit()
        try:
            answer = call()
        except ConnectorError as error:
            self._guard.note(error, was_trial=was_trial)
            raise
        self._guard.note(None, was_trial=was_trial)
        return answer
