"""Decide when an org is due for a write-back: gathered long enough, or a full batch waits."""

from dataclasses import dataclass
from datetime import timedelta

from connector.ports import Clock, JobEngine
from connector.services.jobs import Job
from connector.services.storage import Store
from connector.services.write_back import BATCH


@dataclass(frozen=True)
class StartWriteBacks:
    """gather_for: how long changes are collected, so that a thousand webhooks cost few API calls."""

    store: Store
    engine: JobEngine
    clock: Clock
    gather_for: timedelta

    def __call__(self) -> list[str]:
        """The orgs whose write-back was started; none twice at a time."""
        now = self.clock()
        with self.store.read() as unit:
            dirty = unit.gifts.dirty_since(now=now)
        ready = [
            org for org, (count, since) in dirty.items() if count >= BATCH or since <= now - self.gather_for
        ]
        if not ready:
            return []
        running = {job.job_id.split(":")[1] for job in self.engine.unfinished() if job.name == Job.WRITE_BACK}
        started = [org_id for org_id in ready if org_id not in running]
        for org_id in started:
            job_id = f"{Job.WRITE_BACK}:{org_id}:{now.timestamp():.3f}"
            self.engine.start(Job.WRITE_BACK, job_id, org_id, job_id)
        return started
