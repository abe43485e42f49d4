"""Repository of people's data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, func, literal, or_, select, update
from sqlalchemy.orm import Session

from connector.adapters.store.batches import in_batches
from connector.adapters.store.gift_columns import gift_of_row
from connector.adapters.store.inbox import HAS_BODY
from connector.adapters.store.models.ledger import GiftRow, InboxRow
from connector.adapters.store.models.sending import SendBatchRow
from connector.adapters.store.models.sync import SyncDecisionRow
from connector.domain.gift import Gift, RequestState
from connector.domain.inbox import InboxOutcome
from connector.domain.recipient import mailbox_of
from connector.domain.vocabulary import FINAL_STAGES
from connector.services.storage.privacy import KeptDelivery, PassedOver

_HOLDS_PERSONAL_DATA = or_(GiftRow.email != "", GiftRow.last_name != "")


_BLANK: dict[str, Any] = {
    **dict.fromkeys(("first_name", "last_name", "email", "match_key", "mailbox", "message"), ""),
    "approval_note": "",
    "address": None,
    "details": {},
}

_SKIPPED = cast(SendBatchRow.skipped, Text)

# Nobody will send these any more.
_NEVER_SENT = (RequestState.FAILED, RequestState.REFUSED)


class SqlPersonalData:
    """See services.storage.privacy.PersonalDataRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def gifts_of(self, org_id: str, *, email: str = "", record_id: str = "") -> list[Gift]:
        wanted: list[ColumnElement[bool]] = []
        if email:
            # Mailboxes know capitals of every alphabet, LOWER those of the database; and gifts planned before
            # there were mailboxes got theirs by LOWER.
            wanted += [GiftRow.mailbox == mailbox_of(email), func.lower(GiftRow.email) == email.lower()]
        if record_id:
            wanted += [GiftRow.contact_id == record_id, GiftRow.lead_id == record_id]
        if not wanted:
            return []
        statement = select(GiftRow).where(GiftRow.org_id == org_id, or_(*wanted))
        return [gift_of_row(row) for row in self._session.scalars(statement.order_by(GiftRow.planned_at))]

    def deliveries_of(self, gifts: Sequence[Gift]) -> list[KeptDelivery]:
        found: list[KeptDelivery] = []
        by_account: dict[str, list[str]] = {}
        for gift in gifts:
            if gift.provider_gift_id:
                by_account.setdefault(gift.request.account_id, []).append(gift.provider_gift_id)
        for account_id, gift_ids in by_account.items():
            for batch in in_batches(gift_ids):
                statement = select(InboxRow).where(
                    InboxRow.account_id == account_id, InboxRow.provider_gift_id.in_(batch)
                )
                found += [_delivery_of(row) for row in self._session.scalars(statement)]
        return found

    def erase_gifts(self, keys: Sequence[str], *, now: datetime) -> None:
        for batch in in_batches(keys):
            erased = update(GiftRow).where(GiftRow.key.in_(batch))
            self._session.execute(erased.values(**_BLANK).execution_options(synchronize_session=False))
            told = erased.where(GiftRow.salesforce_id != "").values(
                version=GiftRow.version + 1,
                dirty_since=func.coalesce(GiftRow.dirty_since, literal(now, GiftRow.dirty_since.type)),
                next_write_at=None,
            )
            self._session.execute(told.execution_options(synchronize_session=False))
            self._unmark(batch)

    def _unmark(self, keys: Sequence[str]) -> None:
        """Of those who were skipped as their duplicates too: a mark says whose mailbox it is."""
        marked = select(SyncDecisionRow.run_id, SyncDecisionRow.look_alike).where(
            SyncDecisionRow.gift_key.in_(keys), SyncDecisionRow.look_alike != ""
        )
        by_run: dict[str, list[str]] = {}
        for run_id, mark in self._session.execute(marked):
            by_run.setdefault(run_id, []).append(mark)
        for run_id, marks in by_run.items():
            alike = update(SyncDecisionRow).where(
                SyncDecisionRow.run_id == run_id, SyncDecisionRow.look_alike.in_(marks)
            )
            self._session.execute(alike.values(look_alike=""))

    def erase_deliveries(self, message_ids: Sequence[int]) -> None:
        if message_ids:
            blank = {"headers": {}, "body": b"", "reason": "erased"}
            rows = [{"message_id": number, **blank} for number in message_ids]
            self._session.execute(update(InboxRow), rows)

    def finished_gifts(self, *, heard_before: datetime, limit: int) -> list[str]:
        ended = and_(GiftRow.stage.in_(sorted(FINAL_STAGES)), GiftRow.heard_at <= heard_before)
        failed = and_(GiftRow.state.in_(_NEVER_SENT), GiftRow.planned_at <= heard_before)
        statement = select(GiftRow.key).where(or_(ended, failed), _HOLDS_PERSONAL_DATA).limit(limit)
        return list(self._session.scalars(statement))

    def old_deliveries(self, *, received_before: datetime, limit: int) -> list[int]:
        statement = select(InboxRow.message_id).where(
            InboxRow.outcome != InboxOutcome.RECEIVED, InboxRow.received_at <= received_before, HAS_BODY
        )
        return list(self._session.scalars(statement.order_by(InboxRow.message_id).limit(limit)))

    def passed_over(self, org_id: str, record_ids: Sequence[str]) -> list[PassedOver]:
        wanted = set(record_ids)
        return [
            PassedOver(at=row.made_at, record_id=record_id, reason=reason)
            for row in self._batches_naming(org_id, record_ids)
            for record_id, reason in row.skipped
            if record_id in wanted
        ]

    def forget_passed_over(self, org_id: str, record_ids: Sequence[str]) -> None:
        for row in self._batches_naming(org_id, record_ids):
            row.skipped = [pair for pair in row.skipped if pair[0] not in record_ids]

    def forget_old_passed_over(self, *, made_before: datetime, limit: int) -> int:
        old = select(SendBatchRow).where(SendBatchRow.made_at <= made_before, _SKIPPED != "[]").limit(limit)
        rows = self._session.scalars(old).all()
        for row in rows:
            row.skipped = []
        return len(rows)

    def _batches_naming(self, org_id: str, record_ids: Sequence[str]) -> list[SendBatchRow]:
        """Looked for in the text of the lists: people are erased seldom, and an org has few batches."""
        if not record_ids:
            return []
        named = or_(*(_SKIPPED.contains(record_id, autoescape=True) for record_id in record_ids))
        statement = select(SendBatchRow).where(SendBatchRow.org_id == org_id, named)
        return list(self._session.scalars(statement.order_by(SendBatchRow.made_at)))


def _delivery_of(row: InboxRow) -> KeptDelivery:
    return KeptDelivery(
        message_id=row.message_id,
        account_id=row.account_id,
        provider_gift_id=row.provider_gift_id,
        received_at=row.received_at,
        body=row.body,
    )
