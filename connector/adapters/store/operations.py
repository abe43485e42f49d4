"""Repositories of the running itself: the job outbox, signs of life, API use."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from connector.adapters.store.batches import in_batches
from connector.adapters.store.inbox import insert_or_ignore
from connector.adapters.store.models.ledger import (
    ApiUsageRow,
    JobOutboxRow,
    RestorationRow,
    WorkerHeartbeatRow,
)
from connector.services.storage.operations import JobRequest, Restoration


class SqlOutbox:
    """See services.storage.OutboxRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, request: JobRequest) -> None:
        row: dict[str, object] = {
            "job_id": request.job_id,
            "name": request.name,
            "arguments": list(request.arguments),
        }
        insert_or_ignore(self._session, JobOutboxRow, [row])

    def waiting(self) -> list[JobRequest]:
        statement = select(JobOutboxRow).order_by(JobOutboxRow.number)
        return [
            JobRequest(row.job_id, row.name, tuple(row.arguments)) for row in self._session.scalars(statement)
        ]

    def remove(self, job_ids: Sequence[str]) -> None:
        for batch in in_batches(job_ids):
            self._session.execute(delete(JobOutboxRow).where(JobOutboxRow.job_id.in_(batch)))


class SqlHealth:
    """See services.storage.HealthRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def beat(self, worker_id: str, *, now: datetime) -> None:
        self._session.merge(WorkerHeartbeatRow(worker_id=worker_id, beat_at=now))

    def last_beat(self) -> datetime | None:
        return self._session.scalar(select(func.max(WorkerHeartbeatRow.beat_at)))

    def silent_workers(self, *, since: datetime) -> list[str]:
        statement = select(WorkerHeartbeatRow.worker_id).where(WorkerHeartbeatRow.beat_at < since)
        return sorted(self._session.scalars(statement))

    def forget_worker(self, worker_id: str) -> None:
        self._session.execute(delete(WorkerHeartbeatRow).where(WorkerHeartbeatRow.worker_id == worker_id))

    def record_usage(self, org_id: str, used: int, allocation: int, *, now: datetime) -> None:
        self._session.merge(ApiUsageRow(org_id=org_id, used=used, allocation=allocation, read_at=now))

    def restoration(self) -> Restoration | None:
        restored_at, made_at = self._session.execute(
            select(func.max(RestorationRow.restored_at), func.min(RestorationRow.backup_made_at))
        ).one()
        return Restoration(restored_at, made_at) if restored_at else None

    def usage(self, org_id: str) -> tuple[int, int] | None:
        row = self._session.get(ApiUsageRow, org_id)
        return None if row is None else (row.used, row.allocation)
