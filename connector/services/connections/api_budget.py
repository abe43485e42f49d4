"""How fast an org may be called, by all workers together."""

from collections.abc import Callable
from dataclasses import dataclass

from connector.errors import TemporaryError
from connector.ports import Clock
from connector.services.storage.store import Store


@dataclass(frozen=True)
class ApiBudget:
    """A bucket of calls for each org, in the store: `burst` at once, filled again by `per_second`.

    The job engine could limit how often jobs start, not how often they call. sleep: waits so many seconds.
    """

    store: Store
    clock: Clock
    sleep: Callable[[float], None]
    per_second: float
    burst: float
    patience_seconds: float

    def __call__(self, org_id: str) -> None:
        """Take one call, waiting for it if need be. Raises TemporaryError where that would take too long."""
        waited_seconds = 0.0
        while True:
            with self.store.write() as unit:
                wait_seconds = unit.budgets.take(
                    org_id, now=self.clock(), per_second=self.per_second, burst=self.burst
                )
            if not wait_seconds:
                return
            if waited_seconds + wait_seconds > self.patience_seconds:
                raise TemporaryError(
                    f"Org {org_id} is called as fast as it may be",
                    code="api_budget",
                    retry_after_seconds=wait_seconds,
                )
            self.sleep(wait_seconds)
            waited_seconds += wait_seconds
