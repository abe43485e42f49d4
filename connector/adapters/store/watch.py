"""Repository of what is watched."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from connector.adapters.store.models.ledger import GiftRow, InboxRow, WorkerHeartbeatRow
from connector.domain.gift import RequestState
from connector.domain.inbox import InboxOutcome
from connector.services.storage.watch import Queue

_OPEN = (RequestState.PLANNED, RequestState.SENDING, RequestState.UNKNOWN)
_WAITING: dict[Queue, tuple[InstrumentedAttribute[Any], ColumnElement[bool]]] = {
    Queue.REQUEST: (GiftRow.planned_at, GiftRow.state.in_(_OPEN)),
    Queue.INBOX: (InboxRow.received_at, InboxRow.outcome == InboxOutcome.RECEIVED),
    Queue.WRITE_BACK: (GiftRow.dirty_since, GiftRow.dirty_since.is_not(None)),
}


class SqlWatch:
    """See services.storage.watch.WatchRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def beats(self) -> dict[str, datetime]:
        return {row.worker_id: row.beat_at for row in self._session.scalars(select(WorkerHeartbeatRow))}

    def waiting_since(self) -> dict[Queue, datetime]:
        found: dict[Queue, datetime] = {}
        for queue, (column, condition) in _WAITING.items():
            oldest = self._session.scalar(select(func.min(column)).where(condition))
            if oldest is not None:
                found[queue] = oldest
        return found
