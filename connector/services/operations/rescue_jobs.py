"""Give the jobs of workers that went silent to the living."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from connector.ports import Clock, JobEngine
from connector.services.storage.store import Store

log = structlog.get_logger(__name__)

# A worker that has been gone for so long is not coming back under its name.
_FORGOTTEN_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class RescueJobs:
    """The janitor. A worker that was only paused does no harm later: the ledger asks for its lease.

    worker_id: who rescues; its own jobs are left alone. silent_for: without a sign of life a worker counts as
    dead after this time.
    """

    store: Store
    engine: JobEngine
    clock: Clock
    worker_id: str
    silent_for: timedelta

    def __call__(self) -> int:
        """How many jobs were queued again."""
        now = self.clock()
        with self.store.read() as unit:
            silent = unit.health.silent_workers(since=now - self.silent_for)
            gone = unit.health.silent_workers(since=now - _FORGOTTEN_AFTER)
        dead = [worker_id for worker_id in silent if worker_id != self.worker_id]
        rescued = self.engine.rescue(dead) if dead else 0
        if rescued:
            log.warning("jobs_rescued", jobs=rescued, workers=dead)
        if gone:
            with self.store.write() as unit:
                for worker_id in gone:
                    unit.health.forget_worker(worker_id)
        return rescued
