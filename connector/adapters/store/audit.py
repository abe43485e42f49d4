"""Table and repository of the audit log."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from connector.adapters.store.models.ledger import Base
from connector.domain.audit import AuditEntry

_PAGE = 500


class AuditEntryRow(Base):
    """What people changed."""

    __tablename__ = "audit_entry"
    # Two who append at once cannot both follow the same entry.
    __table_args__ = (UniqueConstraint("org_id", "number"),)
    row_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    org_id: Mapped[str] = mapped_column(String(18))
    number: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str]
    details: Mapped[dict[str, Any]]
    seal: Mapped[str] = mapped_column(String(64))


class SqlAudit:
    """See services.storage.audit.AuditRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def last(self, org_id: str) -> AuditEntry | None:
        newest = select(AuditEntryRow).where(AuditEntryRow.org_id == org_id)
        row = self._session.scalars(newest.order_by(AuditEntryRow.number.desc()).limit(1)).first()
        return None if row is None else _entry_of(row)

    def append(self, entry: AuditEntry) -> None:
        self._session.add(AuditEntryRow(**asdict(entry)))
        self._session.flush()

    def all_of(self, org_id: str) -> Iterator[AuditEntry]:
        seen = 0
        while page := self._page_after(org_id, seen):
            yield from page
            seen = page[-1].number

    def listed(
        self, org_id: str, *, before: int | None, limit: int, subject: str = "", words: str = ""
    ) -> list[AuditEntry]:
        wanted = select(AuditEntryRow).where(AuditEntryRow.org_id == org_id)
        if before is not None:
            wanted = wanted.where(AuditEntryRow.number < before)
        if subject:
            wanted = wanted.where(AuditEntryRow.subject == subject)
        if words:
            columns = (AuditEntryRow.actor, AuditEntryRow.action, AuditEntryRow.subject)
            wanted = wanted.where(or_(*(column.icontains(words, autoescape=True) for column in columns)))
        newest_first = wanted.order_by(AuditEntryRow.number.desc()).limit(limit)
        return [_entry_of(row) for row in self._session.scalars(newest_first)]

    def _page_after(self, org_id: str, number: int) -> list[AuditEntry]:
        later = select(AuditEntryRow).where(AuditEntryRow.org_id == org_id, AuditEntryRow.number > number)
        in_order = later.order_by(AuditEntryRow.number).limit(_PAGE)
        return [_entry_of(row) for row in self._session.scalars(in_order)]

    def orgs(self) -> list[str]:
        found = select(AuditEntryRow.org_id).distinct().order_by(AuditEntryRow.org_id)
        return list(self._session.scalars(found))


def _entry_of(row: AuditEntryRow) -> AuditEntry:
    return AuditEntry(**{name: getattr(row, name) for name in AuditEntry.__slots__})
