"""Connect an org in the browser: the integration user allows it, and the connector keeps the tokens."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from connector.domain.connections import ConnectionMode, OrgConnection, OrgTokens
from connector.domain.portal_session import PendingSignIn, PortalSession
from connector.errors import CallerError, ConfigurationError, ConnectorError
from connector.ports import Clock, OrgIdentity, SalesforceOrg
from connector.services.ailments.ailment import Where
from connector.services.ailments.table import ailment_of
from connector.services.connections.connect_org import connection_of, keep_connection
from connector.services.connections.connection_drafts import ConnectionDrafts
from connector.services.sign_in.sign_in import SentOff, SignIn, client_app, give_back
from connector.services.sign_in.web_flow import (
    AuthorizationServer,
    Challenge,
    OpenAuthorizationServer,
    TokenAnswer,
)
from connector.services.storage.store import Store

log = structlog.get_logger(__name__)

CONNECT_ORG = "connect_org"
_AFTERWARDS = "/integrations/salesforce?done=connected"

TryWith = Callable[[OrgConnection, TokenAnswer], SalesforceOrg]
"""An org that is not kept, seen with tokens just obtained."""


@dataclass(frozen=True)
class AuthorizeOrg:
    """The web-server flow for the connection itself; the draft says which app of which org."""

    store: Store
    drafts: ConnectionDrafts
    sign_in: SignIn
    open_authorization_server: OpenAuthorizationServer
    try_with: TryWith
    clock: Clock

    def begin(self, session: PortalSession) -> SentOff:
        """The integration user logs in, in a browser that an administrator is logged in in.

        Raises CallerError while nothing was typed in.
        """
        connection = self.drafts.connection(session.org_id, ConnectionMode.BROWSER)
        if not connection.consumer_key:
            raise CallerError(
                "The org's address and the consumer key are missing",
                code="no_draft",
                remedy="Fill in the form first.",
            )
        begun_by = json.dumps({"session": session.digest})
        return self.sign_in.send_off(
            connection, _AFTERWARDS, purpose=CONNECT_ORG, draft=begun_by, log_in=True
        )

    def finish(self, pending: PendingSignIn, code: str, session: PortalSession | None) -> OrgIdentity:
        """Back from Salesforce. Raises AuthenticationFailed and its kin; nothing is kept then."""
        if session is None or json.loads(pending.draft)["session"] != session.digest:
            raise CallerError(
                "This was begun by somebody who is not signed in here any more.",
                code="other_session",
                remedy="Sign in, and begin again.",
            )
        connection = self.drafts.connection(session.org_id, ConnectionMode.BROWSER)
        server = self.open_authorization_server(client_app(connection))
        challenge = Challenge(state="", nonce=pending.nonce, code_verifier=pending.code_verifier)
        answer = server.redeem(code, challenge)
        try:
            return self._keep(connection, server, answer, pending, session)
        except ConnectorError:
            give_back(server, answer)
            raise

    def _keep(
        self,
        draft: OrgConnection,
        server: AuthorizationServer,
        answer: TokenAnswer,
        pending: PendingSignIn,
        session: PortalSession,
    ) -> OrgIdentity:
        who = server.who(answer, nonce=pending.nonce)
        if not answer.refresh_token:
            raise _scope_missing()
        identity = replace(self.try_with(draft, answer).identity(), scopes=answer.scopes)
        if identity.org_id != who.org_id or identity.user_id != who.user_id:
            raise CallerError("The token is somebody else's", code="other_user", remedy="Begin again.")
        connected = connection_of(draft, identity, only_org_id=session.org_id)
        tokens = OrgTokens(
            access_token=answer.access_token,
            refresh_token=answer.refresh_token,
            instance_url=answer.instance_url,
            obtained_at=self.clock(),
        )
        with self.store.write() as unit:
            old = unit.org_tokens.get(connected.org_id)
            keep_connection(unit, connected, self.clock, actor=session.username or "operator", tokens=tokens)
            unit.connection_drafts.drop(session.org_id)
        if old is not None:
            give_back(server, replace(answer, refresh_token=old.refresh_token))
        return identity


def _scope_missing() -> ConfigurationError:
    ailment = ailment_of(Where.CHECK, "scope_missing")
    return ConfigurationError(
        "Salesforce gave no refresh token",
        code="scope_missing",
        remedy=ailment.cure if ailment else "",
    )
