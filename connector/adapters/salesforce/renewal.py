"""Access tokens that several hold are renewed by one of them at a time; whoever waited takes that over.

Where the app rotates refresh tokens, each is good once: used a second time it ends all that came from it, for
good. So one alone refreshes, under a lease in the store, and what it got is kept before anybody uses it. A
holder that died leaves its lease behind, which is free again when its request must have ended. Source:
https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_refresh_token_rotation.htm
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

from connector.errors import TemporaryError
from connector.ports import Clock
from connector.services.leases import Leases
from connector.services.storage.store import Store
from connector.services.worker import Patience, Worker

# Longer than the slowest refresh: connecting is tried three times for 5 s, the answer is waited for 30 s at
# most.
LEASE_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 0.2

Tokens = TypeVar("Tokens")


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """lease: its name, one for each refresh token. patience_seconds: how long another is waited for."""

    store: Store
    clock: Clock
    lease: str
    patience_seconds: float
    sleep: Callable[[float], None] = time.sleep

    def __call__(self, kept_anew: Callable[[], Tokens | None], renew: Callable[[], Tokens]) -> Tokens:
        """kept_anew: what another has kept meanwhile, None where nobody has. renew: called by one at a time.

        Raises TemporaryError where another has been at it for too long, and what the two raise.
        """
        leases = self._leases()
        waited_seconds = 0.0
        while (found := kept_anew()) is None:
            if leases.take(self.lease, seconds=LEASE_SECONDS):
                try:
                    # Somebody may have renewed just before it was ours.
                    return kept_anew() or renew()
                finally:
                    leases.release(self.lease)
            if waited_seconds >= self.patience_seconds:
                raise TemporaryError(
                    "The access to Salesforce has been under renewal elsewhere for too long",
                    code="refresh_elsewhere",
                    remedy="Try again in a minute.",
                )
            self.sleep(_LOOK_AGAIN_SECONDS)
            waited_seconds += _LOOK_AGAIN_SECONDS
        return found

    def _leases(self) -> Leases:
        """Of this attempt alone: threads of one worker exclude each other just as workers do."""
        nobody_else = Worker(f"refresh-{uuid4().hex[:12]}", "1", self.clock())
        return Leases(self.store, self.clock, nobody_else, Patience(in_flight_seconds=0))
