"""Repositories of what workers share: leases, and the orgs' budgets of API calls."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from connector.adapters.store.inbox import insert_or_ignore
from connector.adapters.store.models.ledger import ApiBudgetRow, LeaseRow
from connector.services.storage.operations import Lease


class SqlLeases:
    """See services.storage.LeaseRepository. Its unit has the turn of a ledger writer: two never compete."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, name: str) -> Lease | None:
        row = self._session.get(LeaseRow, name)
        return None if row is None else Lease(row.name, row.holder, row.renewed_at, row.until)

    def put(self, lease: Lease) -> None:
        self._session.merge(
            LeaseRow(name=lease.name, holder=lease.holder, renewed_at=lease.renewed_at, until=lease.until)
        )

    def drop(self, name: str, holder: str) -> None:
        self._session.execute(delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder))


class SqlApiBudgets:
    """See services.storage.ApiBudgetRepository. The org's row is locked while it is counted down."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, org_id: str, *, now: datetime, per_second: float, burst: float) -> float:
        full: dict[str, object] = {"org_id": org_id, "calls": burst, "filled_at": now}
        insert_or_ignore(self._session, ApiBudgetRow, [full])
        row = self._session.scalars(
            select(ApiBudgetRow).where(ApiBudgetRow.org_id == org_id).with_for_update()
        ).one()
        passed_seconds = max(0.0, (now - row.filled_at).total_seconds())
        row.calls = min(burst, row.calls + passed_seconds * per_second)
        row.filled_at = max(now, row.filled_at)
        if row.calls < 1:
            return (1 - row.calls) / per_second
        row.calls -= 1
        return 0.0
