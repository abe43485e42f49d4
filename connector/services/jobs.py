"""The jobs by name, and how they reach the engine: by an outbox, written with the rows they are about."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

import structlog

from connector.domain.gift import Gift
from connector.domain.keys import job_id
from connector.ports import JobEngine
from connector.services.checkpoints import Checkpoint, Step
from connector.services.storage.gifts import GiftChanges
from connector.services.storage.operations import JobRequest
from connector.services.storage.store import Store, Unit

log = structlog.get_logger(__name__)

CHUNK = 200


class Job(StrEnum):
    """Each takes an org id first, which is its partition: one job of a name runs at a time for an org."""

    REQUEST_GIFTS = "request_gifts"
    WRITE_BACK = "write_back"
    PLAN_SYNC = "plan_sync"


def plan_chunks(unit: Unit, gifts: Sequence[Gift]) -> None:
    """Put rows of the ledger into jobs of at most 200, in the transaction of the caller."""
    by_org: dict[str, list[str]] = defaultdict(list)
    for gift in gifts:
        by_org[gift.request.org_id].append(gift.key)
    for org_id, keys in by_org.items():
        for start in range(0, len(keys), CHUNK):
            chunk = keys[start : start + CHUNK]
            name = job_id(Job.REQUEST_GIFTS, str(uuid4()))
            unit.gifts.change({key: GiftChanges(job_id=name) for key in chunk})
            unit.outbox.add(JobRequest(name, Job.REQUEST_GIFTS, (org_id, name)))


@dataclass(frozen=True)
class DispatchJobs:
    """Tells the engine of the jobs in the outbox. A job started twice under its id runs once."""

    store: Store
    engine: JobEngine
    checkpoint: Checkpoint

    def __call__(self) -> int:
        """How many jobs were started."""
        with self.store.read() as unit:
            waiting = unit.outbox.waiting()
        if not waiting:
            return 0
        for request in waiting:
            self.engine.start(request.name, request.job_id, *request.arguments)
        self.checkpoint(Step.JOBS_DISPATCHED)
        with self.store.write() as unit:
            unit.outbox.remove([request.job_id for request in waiting])
        return len(waiting)
