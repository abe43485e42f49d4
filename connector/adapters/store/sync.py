"""Repositories of GiftSync: runs, decisions, schedules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from connector.adapters.store.batches import in_batches
from connector.adapters.store.inbox import insert_or_ignore
from connector.adapters.store.models.ledger import GiftRow
from connector.adapters.store.models.sync import SyncDecisionRow, SyncRunRow, SyncScheduleRow
from connector.domain.schedule import Cadence, SyncSchedule
from connector.services.storage.sync import RunState, SyncDecision, SyncRun, Trigger

_OPEN = (RunState.QUEUED, RunState.RUNNING)


class SqlRuns:
    """See services.storage.sync.RunRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, run: SyncRun) -> None:
        columns = {**asdict(run), "state": run.state.value, "trigger": run.trigger.value}
        del columns["write_back_calls"]
        self._session.merge(SyncRunRow(**columns))

    def get(self, run_id: str) -> SyncRun | None:
        row = self._session.get(SyncRunRow, run_id)
        return None if row is None else _run_of(row)

    def share_calls(self, gift_keys: Sequence[str], calls: int) -> None:
        if not gift_keys or not calls:
            return
        counts: dict[str, int] = {}
        for batch in in_batches(gift_keys):
            statement = (
                select(SyncDecisionRow.run_id, func.count())
                .join(SyncRunRow, SyncRunRow.run_id == SyncDecisionRow.run_id)
                .where(
                    SyncDecisionRow.gift_key.in_(batch),
                    SyncDecisionRow.reason == "",
                    SyncRunRow.dry_run.is_(False),
                )
                .group_by(SyncDecisionRow.run_id)
            )
            for run_id, count in self._session.execute(statement):
                counts[run_id] = counts.get(run_id, 0) + count
        for run_id, count in counts.items():
            share = SyncRunRow.write_back_calls + calls * count / len(gift_keys)
            statement_of_run = update(SyncRunRow).where(SyncRunRow.run_id == run_id)
            self._session.execute(statement_of_run.values(write_back_calls=share))

    def last(self, link_id: str) -> SyncRun | None:
        found = self._newest(1, 0, SyncRunRow.link_id == link_id, SyncRunRow.dry_run.is_(False))
        return found[0] if found else None

    def last_scheduled(self, link_id: str) -> SyncRun | None:
        by_schedule = SyncRunRow.trigger == Trigger.SCHEDULE
        found = self._newest(1, 0, SyncRunRow.link_id == link_id, by_schedule)
        return found[0] if found else None

    def of_link(self, link_id: str, *, offset: int, limit: int) -> list[SyncRun]:
        return self._newest(limit, offset, SyncRunRow.link_id == link_id)

    def open_of(self, link_id: str) -> list[SyncRun]:
        return self._newest(100, 0, SyncRunRow.link_id == link_id, SyncRunRow.state.in_(_OPEN))

    def to_be_repeated(self, *, now: datetime) -> list[SyncRun]:
        due = SyncRunRow.next_attempt_at <= now
        return self._newest(100, 0, SyncRunRow.state == RunState.QUEUED, due)

    def with_jobs(self) -> list[SyncRun]:
        own_job = (SyncRunRow.next_attempt_at.is_(None), SyncRunRow.trigger != Trigger.COMMAND)
        return self._newest(100, 0, SyncRunRow.state.in_(_OPEN), *own_job)

    def _newest(self, limit: int, offset: int, *conditions: ColumnElement[bool]) -> list[SyncRun]:
        statement = (
            select(SyncRunRow)
            .where(*conditions)
            .order_by(SyncRunRow.started_at.desc(), SyncRunRow.run_id)
            .limit(limit)
            .offset(offset)
        )
        return [_run_of(row) for row in self._session.scalars(statement)]


class SqlDecisions:
    """See services.storage.sync.DecisionRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, run_id: str, decisions: Sequence[SyncDecision]) -> None:
        rows: list[dict[str, object]] = [{"run_id": run_id, **asdict(decision)} for decision in decisions]
        insert_or_ignore(self._session, SyncDecisionRow, rows)

    def of(self, run_id: str, *, reason: str | None, offset: int, limit: int) -> list[SyncDecision]:
        statement = select(SyncDecisionRow).where(SyncDecisionRow.run_id == run_id)
        if reason is not None:
            statement = statement.where(SyncDecisionRow.reason == reason)
        rows = self._session.scalars(statement.order_by("member_id").offset(offset).limit(limit))
        return [_decision_of(row) for row in rows]

    def counts(self, run_id: str) -> dict[str, int]:
        statement = (
            select(SyncDecisionRow.reason, func.count())
            .where(SyncDecisionRow.run_id == run_id)
            .group_by(SyncDecisionRow.reason)
        )
        return _by_word(self._session.execute(statement))

    def look_alikes(self, run_id: str, marks: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for batch in in_batches(sorted(set(marks) - {""})):
            statement = (
                select(SyncDecisionRow.look_alike)
                .where(
                    SyncDecisionRow.run_id == run_id,
                    SyncDecisionRow.reason == "",
                    SyncDecisionRow.look_alike.in_(batch),
                )
                .group_by(SyncDecisionRow.look_alike)
                .having(func.count() > 1)
            )
            found |= set(self._session.scalars(statement))
        return found

    def chosen(self, run_id: str, marks: Sequence[str]) -> dict[str, SyncDecision]:
        found: dict[str, SyncDecision] = {}
        for batch in in_batches(sorted(set(marks) - {""})):
            statement = select(SyncDecisionRow).where(
                SyncDecisionRow.run_id == run_id,
                SyncDecisionRow.reason == "",
                SyncDecisionRow.look_alike.in_(batch),
            )
            rows = self._session.scalars(statement.order_by(SyncDecisionRow.member_id.desc()))
            found |= {row.look_alike: _decision_of(row) for row in rows}
        return found

    def gift_states(self, run_id: str) -> dict[str, int]:
        statement = (
            select(GiftRow.state, func.count())
            .join(SyncDecisionRow, SyncDecisionRow.gift_key == GiftRow.key)
            .where(SyncDecisionRow.run_id == run_id, SyncDecisionRow.reason == "")
            .group_by(GiftRow.state)
        )
        return _by_word(self._session.execute(statement))

    def forget(self, *, decided_before: datetime, keep_runs: int) -> int:
        place = func.row_number().over(partition_by=SyncRunRow.link_id, order_by=SyncRunRow.started_at.desc())
        placed = select(SyncRunRow.run_id, SyncRunRow.started_at, place.label("place")).subquery()
        kept = select(placed.c.run_id).where(
            placed.c.place <= keep_runs, placed.c.started_at >= decided_before
        )
        gone = delete(SyncDecisionRow).where(SyncDecisionRow.run_id.not_in(kept))
        return int(self._session.connection().execute(gone).rowcount)


class SqlSchedules:
    """See services.storage.sync.ScheduleRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, link_id: str) -> SyncSchedule | None:
        row = self._session.get(SyncScheduleRow, link_id)
        return None if row is None else _schedule_of(row)

    def save(self, schedule: SyncSchedule) -> None:
        columns = {
            **asdict(schedule),
            "cadence": schedule.cadence.value,
            "at": schedule.at.strftime("%H:%M"),
        }
        self._session.merge(SyncScheduleRow(**columns))

    def remove(self, link_id: str) -> None:
        self._session.execute(delete(SyncScheduleRow).where(SyncScheduleRow.link_id == link_id))

    def all(self) -> list[SyncSchedule]:
        statement = select(SyncScheduleRow).order_by("link_id")
        return [_schedule_of(row) for row in self._session.scalars(statement)]


def _by_word(rows: Iterable[Any]) -> dict[str, int]:
    return {str(word): int(count) for word, count in rows}


def _decision_of(row: SyncDecisionRow) -> SyncDecision:
    return SyncDecision(row.member_id, row.person_id, row.reason, row.gift_key, row.look_alike)


def _run_of(row: SyncRunRow) -> SyncRun:
    columns: Mapping[str, Any] = {
        name: getattr(row, name) for name in SyncRun.__dataclass_fields__ if name not in {"state", "trigger"}
    }
    return SyncRun(**columns, state=RunState(row.state), trigger=Trigger(row.trigger))


def _schedule_of(row: SyncScheduleRow) -> SyncSchedule:
    return SyncSchedule(
        link_id=row.link_id,
        cadence=Cadence(row.cadence),
        at=time.fromisoformat(row.at),
        time_zone=row.time_zone,
        counted_until=row.counted_until,
        last_slot=row.last_slot,
    )
