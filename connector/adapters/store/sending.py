"""Repository of what was sent to several people at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from connector.adapters.store.batches import in_batches
from connector.adapters.store.models.ledger import GiftRow
from connector.adapters.store.models.sending import SendBatchRow
from connector.domain.gift import RequestState
from connector.services.storage.sending import SendBatch

_NEVER_SENT = (RequestState.FAILED, RequestState.REFUSED)


class SqlSendBatches:
    """See services.storage.sending.SendBatchRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, batch_id: str) -> SendBatch | None:
        row = self._session.get(SendBatchRow, batch_id)
        if row is None:
            return None
        return SendBatch(
            batch_id=row.batch_id,
            org_id=row.org_id,
            user_id=row.user_id,
            made_at=row.made_at,
            gift_keys=tuple(row.gift_keys),
            skipped=tuple((record_id, reason) for record_id, reason in row.skipped),
        )

    def add(self, batch: SendBatch) -> None:
        self._session.add(
            SendBatchRow(
                batch_id=batch.batch_id,
                org_id=batch.org_id,
                user_id=batch.user_id,
                made_at=batch.made_at,
                gift_keys=list(batch.gift_keys),
                skipped=[list(pair) for pair in batch.skipped],
            )
        )

    def asked_since(self, org_id: str, record_ids: Sequence[str], since: datetime) -> set[str]:
        found: set[str] = set()
        for batch in in_batches(record_ids):
            statement = select(GiftRow.contact_id, GiftRow.lead_id).where(
                GiftRow.org_id == org_id,
                or_(GiftRow.contact_id.in_(batch), GiftRow.lead_id.in_(batch)),
                GiftRow.planned_at > since,
                GiftRow.state.not_in(_NEVER_SENT),
            )
            for contact_id, lead_id in self._session.execute(statement):
                found |= {contact_id, lead_id} & set(batch)
        return found
