"""Repositories of sign-ins and sessions."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from connector.adapters.store.models.portal import PendingSignInRow, PortalSessionRow, SetupLinkRow
from connector.domain.portal_session import PendingSignIn, PortalSession, Role, UserTokens


class SqlSignIns:
    """See services.storage.portal.SignInRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def expect(self, pending: PendingSignIn) -> None:
        self._session.add(PendingSignInRow(**asdict(pending)))

    def take(self, digest: str) -> PendingSignIn | None:
        row = self._session.get(PendingSignInRow, digest)
        if row is None:
            return None
        pending = PendingSignIn(**{name: getattr(row, name) for name in PendingSignIn.__slots__})
        # Counted, so that of two that come together one alone gets it.
        gone = self._session.execute(delete(PendingSignInRow).where(PendingSignInRow.digest == digest))
        return pending if gone.rowcount else None  # type: ignore[attr-defined]

    def add_setup_link(self, digest: str, *, expires_at: datetime) -> None:
        self._session.execute(delete(SetupLinkRow))
        self._session.add(SetupLinkRow(digest=digest, expires_at=expires_at))

    def take_setup_link(self, digest: str, *, now: datetime) -> bool:
        fitting = delete(SetupLinkRow).where(SetupLinkRow.digest == digest, SetupLinkRow.expires_at > now)
        return bool(self._session.execute(fitting).rowcount)  # type: ignore[attr-defined]

    def forget_expired(self, *, now: datetime) -> None:
        self._session.execute(delete(PendingSignInRow).where(PendingSignInRow.expires_at <= now))


class SqlPortalSessions:
    """See services.storage.portal.PortalSessionRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, session: PortalSession) -> None:
        tokens = session.tokens
        columns = {name: getattr(session, name) for name in PortalSession.__slots__ if name != "tokens"}
        columns["roles"] = sorted(session.roles)
        self._session.add(
            PortalSessionRow(
                **columns,
                access_token=tokens.access_token if tokens else None,
                refresh_token=tokens.refresh_token if tokens else None,
                instance_url=tokens.instance_url if tokens else "",
            )
        )

    def get(self, digest: str) -> PortalSession | None:
        row = self._session.get(PortalSessionRow, digest)
        return None if row is None else _session_of(row)

    def of_org(self, org_id: str) -> list[PortalSession]:
        statement = (
            select(PortalSessionRow)
            .where(PortalSessionRow.org_id == org_id)
            .order_by(PortalSessionRow.seen_at.desc())
        )
        return [_session_of(row) for row in self._session.scalars(statement)]

    def touch(self, digest: str, *, seen_at: datetime) -> None:
        self._change(digest, seen_at=seen_at)

    def keep_tokens(self, digest: str, tokens: UserTokens) -> None:
        self._change(digest, **asdict(tokens))

    def bind(self, digest: str, org_id: str) -> None:
        self._change(digest, org_id=org_id)

    def end(self, digest: str) -> None:
        self._session.execute(delete(PortalSessionRow).where(PortalSessionRow.digest == digest))

    def end_all(self, org_id: str) -> int:
        ended = self._session.execute(delete(PortalSessionRow).where(PortalSessionRow.org_id == org_id))
        return int(ended.rowcount)  # type: ignore[attr-defined]

    def forget(self, *, ended_before: datetime, seen_before: datetime) -> None:
        over = or_(PortalSessionRow.ends_at <= ended_before, PortalSessionRow.seen_at <= seen_before)
        self._session.execute(delete(PortalSessionRow).where(over))

    def _change(self, digest: str, **columns: object) -> None:
        statement = update(PortalSessionRow).where(PortalSessionRow.digest == digest)
        self._session.execute(statement.values(**columns))


def _session_of(row: PortalSessionRow) -> PortalSession:
    tokens = None
    if row.access_token is not None:
        tokens = UserTokens(
            access_token=row.access_token,
            refresh_token=row.refresh_token or "",
            instance_url=row.instance_url,
        )
    return PortalSession(
        digest=row.digest,
        org_id=row.org_id,
        user_id=row.user_id,
        username=row.username,
        display_name=row.display_name,
        roles=frozenset(Role(role) for role in row.roles),
        csrf_token=row.csrf_token,
        started_at=row.started_at,
        seen_at=row.seen_at,
        ends_at=row.ends_at,
        tokens=tokens,
    )
