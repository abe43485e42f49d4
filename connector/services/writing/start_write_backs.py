"""Decide when an org is due for a write-back: news has stopped coming in, or has waited long enough."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.ports import Clock, JobEngine
from connector.services.jobs import Job
from connector.services.storage.gifts import WaitingForWrite
from connector.services.storage.store import Store
from connector.services.writing.write_back import BATCH

# A stream of news that never pauses costs three to five API calls each time it is cut. At 30 seconds that is
# at most 14,400 a day, which every edition's allocation bears.
_PATIENCE = 15


@dataclass(frozen=True)
class StartWriteBacks:
    """Gathers changes, so that a thousand webhooks cost few API calls.

    quiet_for: an org is written to once nothing new came for this long; a stream of news that never pauses is
    cut after fifteen times as long, and at a full batch.
    """

    store: Store
    engine: JobEngine
    clock: Clock
    quiet_for: timedelta

    def __call__(self) -> list[str]:
        """The orgs whose write-back was started; none twice at a time."""
        now = self.clock()
        with self.store.read() as unit:
            waiting = unit.gifts.waiting_for_write(now=now)
            connected = {org.org_id for org in unit.connections.orgs()}
        ready = [o for o, gifts in waiting.items() if o in connected and self._is_ready(gifts, now)]
        if not ready:
            return []
        running = {job.job_id.split(":")[1] for job in self.engine.unfinished() if job.name == Job.WRITE_BACK}
        started = [org_id for org_id in ready if org_id not in running]
        for org_id in started:
            job_id = f"{Job.WRITE_BACK}:{org_id}:{now.timestamp():.3f}"
            self.engine.start(Job.WRITE_BACK, job_id, org_id, job_id)
        return started

    def _is_ready(self, gifts: WaitingForWrite, now: datetime) -> bool:
        is_quiet = gifts.last <= now - self.quiet_for
        has_waited = gifts.first <= now - _PATIENCE * self.quiet_for
        return gifts.count >= BATCH or is_quiet or has_waited
