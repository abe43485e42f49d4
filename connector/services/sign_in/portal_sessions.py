"""Sessions of people who are signed in: recognised, kept alive, ended."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from connector.domain.portal_session import PortalSession, Role, digest_of, new_secret
from connector.errors import AuthenticationFailed, ConnectorError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.sign_in.sign_in import client_app
from connector.services.sign_in.web_flow import OpenAuthorizationServer
from connector.services.storage.store import Store

log = structlog.get_logger(__name__)

SETUP_LINK_LIFETIME = timedelta(hours=24)
_OPERATOR_SESSION = timedelta(hours=1)
# Often enough for the idle limit, seldom enough not to write with every request.
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class PortalSessions:
    """idle_minutes: without a request, after which a session is over."""

    store: Store
    open_authorization_server: OpenAuthorizationServer
    clock: Clock
    idle_minutes: float

    def recognise(self, secret: str) -> PortalSession | None:
        """The live session of a cookie."""
        if not secret:
            return None
        now = self.clock()
        with self.store.read() as unit:
            session = unit.portal_sessions.get(digest_of(secret))
        if session is None or now >= session.ends_at or now - session.seen_at >= self._idle:
            return None
        if now - session.seen_at >= _TOUCH_EVERY:
            with self.store.write() as unit:
                unit.portal_sessions.touch(session.digest, seen_at=now)
        return session

    def bind(self, session: PortalSession, org_id: str) -> None:
        """An operator goes on with the org that was just connected; nobody else's session changes."""
        if session.may(Role.OPERATOR):
            with self.store.write() as unit:
                unit.portal_sessions.bind(session.digest, org_id)

    def end(self, session: PortalSession, *, ended_by: str = "") -> None:
        """Sign out: over here at once, and the person's tokens revoked at Salesforce.

        ended_by: the manager who ended somebody's session, for the audit log.
        """
        with self.store.write() as unit:
            unit.portal_sessions.end(session.digest)
            org = unit.connections.org(session.org_id)
            if ended_by:
                record(
                    unit,
                    self.clock(),
                    org_id=session.org_id,
                    actor=ended_by,
                    action="session.ended",
                    subject=session.user_id,
                )
        if session.tokens is None or org is None:
            return
        try:
            server = self.open_authorization_server(client_app(org))
            server.revoke(session.tokens.refresh_token or session.tokens.access_token)
        except ConnectorError as error:
            log.warning("token_not_revoked", code=error.code)

    def forget_ended(self) -> None:
        """Drop what is over, tokens and all."""
        now = self.clock()
        with self.store.write() as unit:
            unit.portal_sessions.forget(ended_before=now, seen_before=now - self._idle)

    def make_setup_link(self) -> str:
        """The secret of a link that lets its first holder connect an org; older ones stop working."""
        secret = new_secret()
        with self.store.write() as unit:
            unit.sign_ins.add_setup_link(digest_of(secret), expires_at=self.clock() + SETUP_LINK_LIFETIME)
        return secret

    def open_setup_link(self, secret: str) -> str:
        """The secret of an operator's session, once.

        Raises AuthenticationFailed for a link that is spent or old.
        """
        now, session_secret = self.clock(), new_secret()
        with self.store.write() as unit:
            if not unit.sign_ins.take_setup_link(digest_of(secret), now=now):
                raise AuthenticationFailed(
                    "This setup link was used before, or is older than a day.",
                    code="setup_link_spent",
                    remedy="Run `connector setup-link` on the connector's machine for a new one.",
                )
            unit.portal_sessions.add(
                PortalSession(
                    digest=digest_of(session_secret),
                    org_id="",
                    user_id="",
                    username="",
                    display_name="Operator",
                    roles=frozenset({Role.OPERATOR}),
                    csrf_token=new_secret(),
                    started_at=now,
                    seen_at=now,
                    ends_at=now + _OPERATOR_SESSION,
                )
            )
        return session_secret

    @property
    def _idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)
