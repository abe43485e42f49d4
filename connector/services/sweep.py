"""Pick up what was left lying: due rows that no job has in hand, deliveries that found no row."""

from dataclasses import dataclass

import structlog

from connector.domain.gift import RequestState
from connector.ports import Clock, JobEngine
from connector.services.jobs import plan_chunks
from connector.services.storage import Store

log = structlog.get_logger(__name__)

_BATCH = 2_000


@dataclass(frozen=True)
class Sweep:
    """Periodic, idempotent, and quiet when there is nothing to do."""

    store: Store
    engine: JobEngine
    clock: Clock

    def __call__(self) -> int:
        """How many rows were put into new jobs."""
        in_hand = {job.job_id for job in self.engine.unfinished()}
        with self.store.write() as unit:
            in_hand |= {request.job_id for request in unit.outbox.waiting()}
            due = unit.gifts.due(now=self.clock(), limit=_BATCH)
            left = [gift for gift in due if gift.job_id not in in_hand]
            plan_chunks(unit, left)
            for account_id, gift_ids in unit.inbox.unmatched_but_bound().items():
                unit.inbox.receive_again(account_id, gift_ids)
            for account_id in {
                g.request.account_id for g in unit.gifts.in_state(RequestState.UNKNOWN, limit=_BATCH)
            }:
                unit.inbox.receive_all_again(account_id)
        if left:
            log.info("swept", rows=len(left))
        return len(left)
