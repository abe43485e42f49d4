"""Leases: who may do something alone for a while, kept in the store so that they hold across processes."""

from dataclasses import dataclass, replace
from datetime import timedelta

from connector.errors import TemporaryError
from connector.ports import Clock
from connector.services.storage.operations import Lease
from connector.services.storage.store import Store, Unit
from connector.services.worker import Patience, Worker


class LeaseLost(TemporaryError):
    """Somebody else does this work by now."""


@dataclass(frozen=True)
class Leases:
    """The leases of one worker, or of one job of it.

    A worker that was paused finds out here that its time has run out.
    """

    store: Store
    clock: Clock
    worker: Worker
    patience: Patience

    def of_a_job(self) -> "Leases":
        """For one job: another job of the same worker has no part in what it takes."""
        return replace(self, worker=self.worker.at_a_job())

    def take(self, name: str, *, seconds: float, in_flight: bool = True) -> bool:
        """Take or renew; False while another may still be at it.

        in_flight: the holder sends requests. One that went silent may have one under way, so its lease is
        free only when that must have ended. An earlier run of this same worker is known to be dead.
        """
        now = self.clock()
        pause = self.patience.in_flight if in_flight else timedelta(0)
        with self.store.write() as unit:
            lease = unit.leases.get(name)
            if lease is not None and not self._is_free(lease, pause):
                return False
            unit.leases.put(Lease(name, self.worker.owner, now, now + timedelta(seconds=seconds)))
        return True

    def hold(self, name: str, *, seconds: float) -> None:
        """Renew what this worker has, late as it may be. Raises LeaseLost where it went to another."""
        now = self.clock()
        with self.store.write() as unit:
            self.check(unit, name)
            unit.leases.put(Lease(name, self.worker.owner, now, now + timedelta(seconds=seconds)))

    def check(self, unit: Unit, name: str) -> None:
        """In a writing unit: nobody else takes it before that ends. Raises LeaseLost as `hold` does."""
        lease = unit.leases.get(name)
        if lease is None or lease.holder != self.worker.owner:
            raise LeaseLost(f"{name} is not this worker's any more", code="lease_lost")

    def release(self, name: str) -> None:
        with self.store.write() as unit:
            unit.leases.drop(name, self.worker.owner)

    def _is_free(self, lease: Lease, pause: timedelta) -> bool:
        if lease.holder == self.worker.owner:
            return True
        silent_since = lease.renewed_at if self.worker.is_dead_self(lease.holder) else lease.until
        return silent_since + pause <= self.clock()
