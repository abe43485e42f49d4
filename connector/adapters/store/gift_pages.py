"""Repository of gifts as people look through them: by page, never by offset."""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from connector.adapters.store.gift_columns import gift_of_row
from connector.adapters.store.inbox import message_of
from connector.adapters.store.models.ledger import GiftRow, InboxRow, TimelineEntryRow
from connector.adapters.store.timeline import entry_of
from connector.domain.gift import Gift, RequestState
from connector.domain.record_id import case_safe_id
from connector.services.storage.gift_pages import GiftFilter, GiftPlace
from connector.services.storage.hearing import InboxMessage, TimelineEntry

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_IN_TROUBLE = (RequestState.FAILED, RequestState.PARKED, RequestState.UNKNOWN)


class SqlGiftPages:
    """See services.storage.gift_pages.GiftPageRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, wanted: GiftFilter, *, after: GiftPlace | None, limit: int) -> list[Gift]:
        statement = select(GiftRow).where(*_conditions(wanted))
        if after is not None:
            earlier = or_(
                GiftRow.planned_at < after.planned_at,
                and_(GiftRow.planned_at == after.planned_at, GiftRow.key < after.key),
            )
            # The first condition is implied by the second; it lets the index begin where the page does.
            statement = statement.where(GiftRow.planned_at <= after.planned_at, earlier)
        newest_first = statement.order_by(GiftRow.planned_at.desc(), GiftRow.key.desc()).limit(limit)
        return [gift_of_row(row) for row in self._session.scalars(newest_first)]

    def resent(self, key: str) -> str:
        return self._session.scalar(select(GiftRow.key).where(GiftRow.resent_from == key)) or ""

    def tasks(self, key: str) -> list[TimelineEntry]:
        statement = select(TimelineEntryRow).where(TimelineEntryRow.gift_key == key)
        return [entry_of(row) for row in self._session.scalars(statement.order_by("happened_at"))]

    def deliveries(self, account_id: str, provider_gift_id: str, *, limit: int) -> list[InboxMessage]:
        statement = (
            select(InboxRow)
            .where(InboxRow.account_id == account_id, InboxRow.provider_gift_id == provider_gift_id)
            .order_by(InboxRow.message_id.desc())
            .limit(limit)
        )
        return [message_of(row) for row in self._session.scalars(statement)]

    def approval_expired(self, *, now: datetime, limit: int) -> list[Gift]:
        statement = (
            select(GiftRow)
            .where(GiftRow.state == RequestState.AWAITING_APPROVAL, GiftRow.approval_expires_at <= now)
            .order_by(GiftRow.approval_expires_at)
            .limit(limit)
        )
        return [gift_of_row(row) for row in self._session.scalars(statement)]

    def awaiting_approval(self, org_id: str) -> int:
        statement = select(func.count()).where(
            GiftRow.org_id == org_id, GiftRow.state == RequestState.AWAITING_APPROVAL
        )
        return self._session.scalar(statement) or 0


def _conditions(wanted: GiftFilter) -> list[ColumnElement[bool]]:
    campaign_id = case_safe_id(wanted.campaign_id) or wanted.campaign_id
    words = wanted.words.strip()
    every: list[tuple[object, ColumnElement[bool]]] = [
        (wanted.org_id, GiftRow.org_id == wanted.org_id),
        (wanted.states, GiftRow.state.in_(wanted.states)),
        (wanted.stage, and_(GiftRow.stage == wanted.stage, GiftRow.state == RequestState.SENT)),
        (wanted.source, GiftRow.source == wanted.source),
        (campaign_id, GiftRow.campaign_id == campaign_id),
        (wanted.sender_user_id, GiftRow.sender_user_id == wanted.sender_user_id),
        (wanted.since, GiftRow.planned_at >= (wanted.since or _EVER)),
        (wanted.until, GiftRow.planned_at < (wanted.until or _EVER)),
        (wanted.only_with_error, or_(GiftRow.sync_error != "", GiftRow.state.in_(_IN_TROUBLE))),
        (wanted.error, _went_wrong(wanted.error)),
        (words, _named_by(words)),
    ]
    return [condition for matters, condition in every if matters]


def _went_wrong(words: str) -> ColumnElement[bool]:
    columns = (GiftRow.sync_error, GiftRow.last_error)
    return or_(*(column.icontains(words, autoescape=True) for column in columns))


def _named_by(words: str) -> ColumnElement[bool]:
    """Parts of name and address, or the whole of an id. match_key holds both in small letters."""
    parts = (GiftRow.match_key.contains(part, autoescape=True) for part in words.casefold().split())
    record_id = case_safe_id(words)
    ids = [GiftRow.key == words.lower(), GiftRow.provider_gift_id == words]
    if record_id:
        columns = (
            GiftRow.contact_id,
            GiftRow.lead_id,
            GiftRow.campaign_member_id,
            GiftRow.salesforce_id,
        )
        ids += [column == record_id for column in columns]
    return or_(*ids, and_(true(), *parts))
