"""Pick up what was left lying: due rows that no job has in hand, deliveries that found no row."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from connector.domain.gift import RequestState
from connector.ports import Clock, JobEngine
from connector.services.jobs import plan_chunks
from connector.services.storage.store import Store, Unit

log = structlog.get_logger(__name__)

_BATCH = 2_000
# A row may wait for weeks until a person settles it, and a platform tells of every gift of the account.
_READ_AGAIN_AFTER = timedelta(minutes=10)


@dataclass
class Sweep:
    """Periodic, idempotent, and quiet when there is nothing to do.

    waited: by account, the rows of unknown outcome for which its unmatched deliveries were last read again,
    and when.
    """

    store: Store
    engine: JobEngine
    clock: Clock
    waited: dict[str, tuple[frozenset[str], datetime]] = field(default_factory=dict)

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
            self._read_again(unit)
        if left:
            log.info("swept", rows=len(left))
        return len(left)

    def _read_again(self, unit: Unit) -> None:
        """Deliveries that may be about a row that is waiting: at once for a new one, else now and then."""
        now, waiting = self.clock(), defaultdict[str, set[str]](set)
        for gift in unit.gifts.in_state(RequestState.UNKNOWN, limit=_BATCH):
            waiting[gift.request.account_id].add(gift.key)
        for account_id, keys in waiting.items():
            known, read_at = self.waited.get(account_id, (frozenset[str](), now))
            if keys <= known and now < read_at + _READ_AGAIN_AFTER:
                continue
            unit.inbox.receive_all_again(account_id)
            self.waited[account_id] = (frozenset(keys), now)
