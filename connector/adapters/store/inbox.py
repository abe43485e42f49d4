"""Repositories of what was reported: the inbox and the history of each gift."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from connector.adapters.store.batches import in_batches
from connector.adapters.store.models.ledger import Base, GiftEventRow, GiftRow, InboxRow
from connector.domain.inbox import InboxOutcome
from connector.services.storage.hearing import GiftEvent, InboxMessage

# Of one that was erased the event id alone is kept, to be known again by; there is nothing to read.
HAS_BODY = InboxRow.body != b""
# Executed many times at once, past the session's unit of work.
_UNMATCHED = (InboxRow.outcome == InboxOutcome.UNMATCHED, HAS_BODY)
_TABLE = InboxRow.metadata.tables[InboxRow.__tablename__]
_SETTLE = (
    update(_TABLE)
    .where(_TABLE.c.message_id == bindparam("the_id"))
    .values(
        outcome=bindparam("new_outcome"),
        provider_gift_id=bindparam("new_gift_id"),
        reason=bindparam("new_reason"),
    )
)


def insert_or_ignore(session: Session, table: type[Base], rows: Sequence[dict[str, object]]) -> None:
    """Insert the rows whose unique keys are new."""
    if rows:
        statement = _insert_if_new(session.get_bind().dialect.name, table)
        session.connection().execute(statement, list(rows))


@cache
def _insert_if_new(dialect: str, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Built once: SQLAlchemy takes longer to build a statement than SQLite to carry it out."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


@cache
def _insert_delivery(dialect: str) -> ReturningInsert[tuple[int]]:
    return _insert_if_new(dialect, InboxRow).returning(InboxRow.message_id)


class SqlInbox:
    """See services.storage.InboxRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, message: InboxMessage) -> bool:
        row: dict[str, object] = {
            "account_id": message.account_id,
            "event_id": message.event_id,
            "headers": dict(message.headers),
            "body": message.body,
            "received_at": message.received_at,
            "outcome": message.outcome.value,
            "provider_gift_id": message.provider_gift_id,
            "reason": message.reason,
        }
        connection = self._session.connection()
        return connection.scalar(_insert_delivery(connection.dialect.name), row) is not None

    def received(self, *, now: datetime, limit: int) -> list[InboxMessage]:
        due = or_(InboxRow.not_before.is_(None), InboxRow.not_before <= now)
        return self._select(InboxRow.outcome == InboxOutcome.RECEIVED, due, limit=limit)

    def postpone(self, message_ids: Sequence[int], *, until: datetime) -> None:
        self._change(message_ids, not_before=until)

    def listed(self, *, outcome: InboxOutcome | None, limit: int) -> list[InboxMessage]:
        wanted = [] if outcome is None else [InboxRow.outcome == outcome]
        statement = select(InboxRow).where(*wanted).order_by(InboxRow.message_id.desc()).limit(limit)
        return [message_of(row) for row in self._session.scalars(statement)]

    def replay(self, message_ids: Sequence[int]) -> int:
        statement = select(func.count()).where(InboxRow.message_id.in_(message_ids))
        self._change(message_ids, outcome=InboxOutcome.RECEIVED.value, not_before=None)
        return self._session.scalar(statement) or 0

    def _change(self, message_ids: Sequence[int], **columns: object) -> None:
        self._session.execute(update(InboxRow).where(InboxRow.message_id.in_(message_ids)).values(**columns))

    def receive_again(self, account_id: str, provider_gift_ids: Sequence[str]) -> None:
        for batch in in_batches(provider_gift_ids):
            self._session.execute(
                update(InboxRow)
                .where(
                    InboxRow.account_id == account_id,
                    InboxRow.provider_gift_id.in_(batch),
                    *_UNMATCHED,
                )
                .values(outcome=InboxOutcome.RECEIVED.value)
            )

    def parked(self, account_id: str, *, reasons: Sequence[str]) -> int:
        statement = select(func.count()).select_from(InboxRow).where(*_parked(account_id, reasons))
        return self._session.scalar(statement) or 0

    def receive_parked(self, account_id: str, *, reasons: Sequence[str] = ("",)) -> None:
        self._session.execute(
            update(InboxRow)
            .where(*_parked(account_id, reasons))
            .values(outcome=InboxOutcome.RECEIVED.value, reason="", not_before=None)
        )

    def receive_all_again(self, account_id: str) -> None:
        self._session.execute(
            update(InboxRow)
            .where(InboxRow.account_id == account_id, *_UNMATCHED)
            .values(outcome=InboxOutcome.RECEIVED.value)
        )

    def unmatched_but_bound(self) -> dict[str, list[str]]:
        statement = (
            select(InboxRow.account_id, InboxRow.provider_gift_id)
            .join(
                GiftRow,
                and_(
                    GiftRow.account_id == InboxRow.account_id,
                    GiftRow.provider_gift_id == InboxRow.provider_gift_id,
                ),
            )
            .where(*_UNMATCHED)
            .distinct()
        )
        found: dict[str, list[str]] = {}
        for account_id, gift_id in self._session.execute(statement):
            found.setdefault(account_id, []).append(gift_id)
        return found

    def settle(self, messages: Sequence[InboxMessage]) -> None:
        rows = [
            {
                "the_id": message.message_id,
                "new_outcome": message.outcome.value,
                "new_gift_id": message.provider_gift_id,
                "new_reason": message.reason,
            }
            for message in messages
        ]
        if rows:
            self._session.connection().execute(_SETTLE, rows)

    def counts(self) -> dict[str, int]:
        statement = select(InboxRow.outcome, func.count()).group_by(InboxRow.outcome)
        return dict(self._session.execute(statement).all())

    def _select(self, *conditions: ColumnElement[bool], limit: int | None = None) -> list[InboxMessage]:
        """In order of receipt. Where the database can, another worker's rows are passed over."""
        statement = select(InboxRow).where(*conditions).order_by(InboxRow.message_id).limit(limit)
        return [message_of(row) for row in self._session.scalars(statement.with_for_update(skip_locked=True))]


def _parked(account_id: str, reasons: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        InboxRow.account_id == account_id,
        InboxRow.outcome == InboxOutcome.PARKED,
        HAS_BODY,
        or_(*(InboxRow.reason.startswith(reason, autoescape=True) for reason in reasons)),
    )


class SqlGiftEvents:
    """See services.storage.GiftEventRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, events: Sequence[GiftEvent]) -> None:
        rows: list[dict[str, object]] = [
            {
                "gift_key": event.gift_key,
                "event_id": event.event_id,
                "stage": event.stage,
                "occurred_at": event.occurred_at,
                "verdict": event.verdict,
                "applied": event.applied,
            }
            for event in events
        ]
        insert_or_ignore(self._session, GiftEventRow, rows)

    def of(self, gift_key: str) -> list[GiftEvent]:
        statement = (
            select(GiftEventRow).where(GiftEventRow.gift_key == gift_key).order_by(GiftEventRow.event_number)
        )
        return [
            GiftEvent(
                gift_key=row.gift_key,
                event_id=row.event_id,
                stage=row.stage,
                occurred_at=row.occurred_at,
                verdict=row.verdict,
                applied=row.applied,
            )
            for row in self._session.scalars(statement)
        ]


def message_of(row: InboxRow) -> InboxMessage:
    """The row as the services know it."""
    return InboxMessage(
        message_id=row.message_id,
        account_id=row.account_id,
        event_id=row.event_id,
        headers=row.headers,
        body=row.body,
        received_at=row.received_at,
        outcome=InboxOutcome(row.outcome),
        provider_gift_id=row.provider_gift_id,
        reason=row.reason,
    )
