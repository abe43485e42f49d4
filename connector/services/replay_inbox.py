"""Queue webhook deliveries again, for instance after a defect that read them wrongly was mended."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from connector.errors import CallerError
from connector.services.storage import InboxOutcome, Store

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
