"""What is kept of people is forgotten by itself after a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from connector.ports import Clock
from connector.services.storage.store import Store

log = structlog.get_logger(__name__)

_AT_ONCE = 500


@dataclass(frozen=True)
class ForgetOldData:
    """Retention: personal data of finished gifts and settled deliveries go by themselves.

    keep_days: after the last news of a gift, the receipt of a delivery, or a form for several people, which
    keeps why somebody got none; 0 keeps everything.
    """

    store: Store
    clock: Clock
    keep_days: float

    def __call__(self) -> int:
        """How many rows were blanked; at most some hundred at a time, so call again until it is 0."""
        if not self.keep_days:
            return 0
        now: datetime = self.clock()
        before = now - timedelta(days=self.keep_days)
        with self.store.write() as unit:
            keys = unit.personal_data.finished_gifts(heard_before=before, limit=_AT_ONCE)
            messages = unit.personal_data.old_deliveries(received_before=before, limit=_AT_ONCE)
            unit.personal_data.erase_gifts(keys, now=now)
            unit.personal_data.erase_deliveries(messages)
            batches = unit.personal_data.forget_old_passed_over(made_before=before, limit=_AT_ONCE)
        if keys or messages or batches:
            log.info("old_data_forgotten", gifts=len(keys), deliveries=len(messages), batches=batches)
        return len(keys) + len(messages) + batches
