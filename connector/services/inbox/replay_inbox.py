"""Queue webhook deliveries again, for instance after a defect that read them wrongly was mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from connector.domain.gift import Gift
from connector.domain.inbox import InboxOutcome
from connector.errors import CallerError
from connector.services.audit import record
from connector.services.storage.store import Store

log = structlog.get_logger(__name__)

_BATCH = 500


@dataclass(frozen=True)
class ReplayInbox:
    """Harmless at any time: an event applied twice changes nothing."""

    store: Store

    def __call__(self, message_ids: Sequence[int], outcome: InboxOutcome | None = None) -> int:
        """How many are queued: those named, or at most 500 that ended so, the newest.

        Raises CallerError for none.
        """
        with self.store.write() as unit:
            wanted = list(message_ids)
            if outcome is not None:
                wanted += [m.message_id for m in unit.inbox.listed(outcome=outcome, limit=_BATCH)]
            queued = unit.inbox.replay(wanted) if wanted else 0
        if not queued:
            raise CallerError("No such delivery", code="no_delivery")
        log.info("inbox_replayed", deliveries=queued)
        return queued

    def of_gift(self, gift: Gift, message_id: int, actor: str, *, now: datetime) -> None:
        """One delivery about this gift. Raises CallerError where it is about another."""
        request = gift.request
        with self.store.write() as unit:
            deliveries = unit.gift_pages.deliveries(request.account_id, gift.provider_gift_id, limit=_BATCH)
            if message_id not in {delivery.message_id for delivery in deliveries}:
                raise CallerError("No such delivery", code="no_delivery")
            unit.inbox.replay([message_id])
            record(
                unit,
                now,
                org_id=request.org_id,
                actor=actor,
                action="gift.webhook_replayed",
                subject=gift.key,
                details={"delivery": message_id},
            )
        log.info("inbox_replayed", deliveries=1)
