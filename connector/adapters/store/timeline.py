"""Repository of the timeline Tasks."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from connector.adapters.store.batches import in_batches
from connector.adapters.store.models.ledger import TimelineEntryRow
from connector.domain.vocabulary import Milestone
from connector.services.storage.hearing import TimelineEntry, TimelineState

_ORDER = {milestone: place for place, milestone in enumerate(Milestone)}
# Executed many times at once, past the session's unit of work.
_TABLE = TimelineEntryRow.metadata.tables[TimelineEntryRow.__tablename__]
_SETTLE = (
    update(_TABLE)
    .where(_TABLE.c.key == bindparam("the_key"))
    .values(state=bindparam("new_state"), task_id=bindparam("new_task_id"), reason=bindparam("new_reason"))
)


@cache
def _plan(dialect: str) -> postgresql.Insert | sqlite.Insert:
    """A better date is taken as long as no request may carry the old one."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(TimelineEntryRow)
    return statement.on_conflict_do_update(
        index_elements=[TimelineEntryRow.key],
        set_={"happened_at": statement.excluded.happened_at},
        where=TimelineEntryRow.state == TimelineState.PLANNED.value,
    )


class SqlTimeline:
    """See services.storage.TimelineRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def plan(self, entries: Sequence[TimelineEntry]) -> None:
        rows: list[dict[str, object]] = [
            {
                "key": entry.key,
                "gift_key": entry.gift_key,
                "milestone": entry.milestone.value,
                "happened_at": entry.happened_at,
                "state": entry.state.value,
                "task_id": entry.task_id,
                "reason": entry.reason,
            }
            for entry in entries
        ]
        if rows:
            connection = self._session.connection()
            connection.execute(_plan(connection.dialect.name), rows)

    def open_of(self, gift_keys: Sequence[str]) -> list[TimelineEntry]:
        found: list[TimelineEntry] = []
        for batch in in_batches(gift_keys):
            statement = select(TimelineEntryRow).where(
                TimelineEntryRow.gift_key.in_(batch),
                TimelineEntryRow.state.in_((TimelineState.PLANNED, TimelineState.WRITING)),
            )
            found += [entry_of(row) for row in self._session.scalars(statement)]
        return sorted(found, key=lambda each: (each.happened_at, _ORDER[each.milestone], each.key))

    def mark(self, keys: Sequence[str], state: TimelineState) -> None:
        for batch in in_batches(keys):
            self._session.execute(
                update(TimelineEntryRow).where(TimelineEntryRow.key.in_(batch)).values(state=state.value)
            )

    def settle(self, entries: Sequence[TimelineEntry]) -> None:
        rows = [
            {"the_key": e.key, "new_state": e.state.value, "new_task_id": e.task_id, "new_reason": e.reason}
            for e in entries
        ]
        if rows:
            self._session.connection().execute(_SETTLE, rows)


def entry_of(row: TimelineEntryRow) -> TimelineEntry:
    """The row as the services know it."""
    return TimelineEntry(
        key=row.key,
        gift_key=row.gift_key,
        milestone=Milestone(row.milestone),
        happened_at=row.happened_at,
        state=TimelineState(row.state),
        task_id=row.task_id,
        reason=row.reason,
    )
