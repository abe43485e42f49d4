"""Start the GiftSync of every mapped Campaign once a day."""

from dataclasses import dataclass
from datetime import time

from connector.ports import Clock, JobEngine
from connector.services.jobs import Job
from connector.services.storage import Store


@dataclass(frozen=True)
class DailySync:
    """at: the time of day, in UTC. The job's id carries the day, so that many workers start it once."""

    store: Store
    engine: JobEngine
    clock: Clock
    at: time

    def __call__(self) -> None:
        now = self.clock()
        if now.time() < self.at:
            return
        with self.store.read() as unit:
            links = [link for link in unit.links.all() if link.enabled]
        for link in links:
            job_id = f"{Job.PLAN_SYNC}:{link.link_id}:{now.date().isoformat()}"
            self.engine.start(Job.PLAN_SYNC, job_id, link.org_id, link.link_id)
