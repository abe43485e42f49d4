"""Repositories of what changes while a connection stays the same. See services.storage.connections."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from connector.adapters.store.inbox import insert_or_ignore
from connector.adapters.store.models.connections import (
    ConnectionDraftRow,
    OrgFindingRow,
    OrgTokensRow,
    OrgTroubleRow,
    SentNoticeRow,
)
from connector.domain.connections import ConnectionDraft, OrgTokens, OrgTrouble
from connector.domain.finding import OrgFinding


class SqlOrgTokens:
    """See services.storage.connections.OrgTokenRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, org_id: str) -> OrgTokens | None:
        row = self._session.get(OrgTokensRow, org_id)
        return None if row is None else _tokens_of(row)

    def put(self, org_id: str, tokens: OrgTokens) -> None:
        self._session.merge(OrgTokensRow(org_id=org_id, **asdict(tokens)))

    def exchange(self, org_id: str, old: OrgTokens, new: OrgTokens) -> bool:
        # Encrypted twice, the same text differs, so the comparison is made here, on a row that is locked.
        row = self._session.scalar(
            select(OrgTokensRow).where(OrgTokensRow.org_id == org_id).with_for_update()
        )
        if row is None or row.refresh_token != old.refresh_token:
            return False
        for name, value in asdict(new).items():
            setattr(row, name, value)
        return True

    def drop(self, org_id: str) -> None:
        self._session.execute(delete(OrgTokensRow).where(OrgTokensRow.org_id == org_id))


class SqlOrgTroubles:
    """See services.storage.connections.OrgTroubleRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, org_id: str) -> OrgTrouble | None:
        row = self._session.get(OrgTroubleRow, org_id)
        return None if row is None else OrgTrouble(row.code, row.message, row.remedy, row.since)

    def put(self, org_id: str, trouble: OrgTrouble) -> None:
        known = self.get(org_id)
        if known is not None and known.code == trouble.code:
            trouble = replace(trouble, since=known.since)
        self._session.merge(OrgTroubleRow(org_id=org_id, **asdict(trouble)))

    def clear(self, org_id: str) -> None:
        self._session.execute(delete(OrgTroubleRow).where(OrgTroubleRow.org_id == org_id))


class SqlConnectionDrafts:
    """See services.storage.connections.ConnectionDraftRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, org_id: str) -> ConnectionDraft | None:
        row = self._session.get(ConnectionDraftRow, org_id)
        if row is None:
            return None
        return ConnectionDraft(**{name: getattr(row, name) for name in ConnectionDraft.__slots__})

    def put(self, draft: ConnectionDraft) -> None:
        self._session.merge(ConnectionDraftRow(**asdict(draft)))

    def drop(self, org_id: str) -> None:
        self._session.execute(delete(ConnectionDraftRow).where(ConnectionDraftRow.org_id == org_id))


class SqlSentNotices:
    """See services.storage.connections.SentNoticeRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def first_today(self, org_id: str, notice: str, day: date) -> bool:
        self._session.execute(delete(SentNoticeRow).where(SentNoticeRow.day < day))
        found = self._session.get(SentNoticeRow, (org_id, notice, day))
        insert_or_ignore(self._session, SentNoticeRow, [{"org_id": org_id, "notice": notice, "day": day}])
        return found is None

    def forget(self, org_id: str, notices: Sequence[str], day: date) -> None:
        meant = and_(
            SentNoticeRow.org_id == org_id, SentNoticeRow.day == day, SentNoticeRow.notice.in_(notices)
        )
        self._session.execute(delete(SentNoticeRow).where(meant))


class SqlOrgFindings:
    """See services.storage.connections.OrgFindingRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, org_id: str) -> list[OrgFinding]:
        statement = select(OrgFindingRow).where(OrgFindingRow.org_id == org_id).order_by("code", "subject")
        return [OrgFinding(row.code, row.subject) for row in self._session.scalars(statement)]

    def replace(self, org_id: str, findings: Sequence[OrgFinding]) -> None:
        self._session.execute(delete(OrgFindingRow).where(OrgFindingRow.org_id == org_id))
        rows: list[dict[str, object]] = [
            {"org_id": org_id, "code": one.code, "subject": one.subject} for one in findings
        ]
        insert_or_ignore(self._session, OrgFindingRow, rows)


def _tokens_of(row: OrgTokensRow) -> OrgTokens:
    return OrgTokens(
        access_token=row.access_token,
        refresh_token=row.refresh_token,
        instance_url=row.instance_url,
        obtained_at=row.obtained_at,
    )
