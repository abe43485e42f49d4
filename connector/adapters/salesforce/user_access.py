"""An org seen with a signed-in person's own token, so that they see there what they may see."""

from dataclasses import dataclass, field

from connector.adapters.loopback import is_loopback
from connector.adapters.salesforce.client import RestClient
from connector.adapters.salesforce.connections import OrgSettings, meter_of
from connector.adapters.salesforce.oauth import AccessGrant
from connector.adapters.salesforce.org import ConnectedOrg
from connector.adapters.salesforce.renewal import Renewal
from connector.adapters.salesforce.session import salesforce_session
from connector.domain.connections import OrgConnection
from connector.domain.portal_session import PortalSession, UserTokens
from connector.errors import AuthenticationFailed
from connector.ports import Clock, SalesforceOrg
from connector.services.sign_in.sign_in import client_app
from connector.services.sign_in.web_flow import OpenAuthorizationServer, TokenAnswer
from connector.services.storage.store import Store

# A person waits at a browser: not for a holder of the lease that died.
_PATIENCE_SECONDS = 30.0


@dataclass
class UserTokenAuthorizer:
    """Hands out the token of the sign-in first, and a refreshed one when that is over.

    A person's session lives in one browser, whose requests come together: they share what one of them gets.
    """

    store: Store
    session_digest: str
    org: OrgConnection
    open_authorization_server: OpenAuthorizationServer
    clock: Clock
    _handed_out: str = field(default="", repr=False)

    def authorize(self) -> AccessGrant:
        """Raises AuthenticationFailed where the person must sign in again.

        Raises TemporaryError where another request has been refreshing for too long.
        """
        renewal = Renewal(
            store=self.store,
            clock=self.clock,
            lease=f"refresh:{self.session_digest}",
            patience_seconds=_PATIENCE_SECONDS,
        )
        tokens = renewal(self._kept_anew, self._refreshed)
        self._handed_out = tokens.access_token
        return AccessGrant(tokens.access_token, tokens.instance_url)

    def _kept_anew(self) -> UserTokens | None:
        tokens = self._kept()
        return tokens if tokens.access_token != self._handed_out else None

    def _refreshed(self) -> UserTokens:
        tokens = self._kept()
        if not tokens.refresh_token:
            raise _over()
        try:
            answer = self.open_authorization_server(client_app(self.org)).refresh(tokens.refresh_token)
        except AuthenticationFailed as error:
            raise _over() from error
        return self._keep(tokens, answer)

    def _kept(self) -> UserTokens:
        with self.store.read() as unit:
            session = unit.portal_sessions.get(self.session_digest)
        if session is None or session.tokens is None:
            raise _over()
        return session.tokens

    def _keep(self, old: UserTokens, answer: TokenAnswer) -> UserTokens:
        """Before the new token is used: the org may have ended the old refresh token."""
        new = UserTokens(
            access_token=answer.access_token,
            refresh_token=answer.refresh_token or old.refresh_token,
            instance_url=answer.instance_url,
        )
        with self.store.write() as unit:
            unit.portal_sessions.keep_tokens(self.session_digest, new)
        return new


@dataclass(frozen=True)
class UserOrgs:
    """Orgs as their own people see them."""

    store: Store
    settings: OrgSettings
    open_authorization_server: OpenAuthorizationServer
    clock: Clock

    def org(self, session: PortalSession) -> SalesforceOrg:
        """Raises AuthenticationFailed when it is called and the person must sign in again."""
        with self.store.read() as unit:
            org = unit.connections.org(session.org_id)
        if org is None:
            raise _over()
        http = salesforce_session(
            ca_bundle=self.settings.ca_bundle,
            through_proxy=not is_loopback(org.instance_url),
            for_a_page=True,
        )
        meter = meter_of(org.org_id, self.settings, self.clock)
        http.hooks["response"].append(lambda answer, **_: meter.read(answer))
        authorizer = UserTokenAuthorizer(
            self.store, session.digest, org, self.open_authorization_server, self.clock
        )
        return ConnectedOrg(RestClient(authorizer, http, meter, api_version=org.api_version), meter)


def _over() -> AuthenticationFailed:
    return AuthenticationFailed(
        "Your sign-in to Salesforce is over.", code="signed_out", remedy="Sign out here, and sign in again."
    )
