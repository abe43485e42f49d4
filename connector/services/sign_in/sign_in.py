"""Sign in with Salesforce: there and back, and what a person may do from then on."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from connector.domain.connections import OrgConnection
from connector.domain.portal_session import PendingSignIn, PortalSession, UserTokens, digest_of, new_secret
from connector.domain.record_id import case_safe_id
from connector.errors import AuthenticationFailed, CallerError, ConfigurationError, ConnectorError
from connector.ports import Clock
from connector.services.sign_in.custom_permissions import roles_of
from connector.services.sign_in.web_flow import (
    AuthorizationServer,
    Challenge,
    ClientApp,
    OpenAuthorizationServer,
    TokenAnswer,
    WhoSignedIn,
)
from connector.services.storage.store import Store
from connector.services.worker import OpenOrg

log = structlog.get_logger(__name__)

SIGN_IN = "sign_in"
# The app must have them all: Salesforce refuses a request for a scope that is not the app's.
SCOPES = ("openid", "api", "refresh_token")
ON_THE_WAY = timedelta(minutes=10)
_NOBODY = "Assign the user the permission set Gift User or Gift Admin."


@dataclass(frozen=True, slots=True)
class SentOff:
    """url: where the browser goes. browser_secret: for a cookie, which must come back with it."""

    url: str
    browser_secret: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """session_secret: for the cookie; kept nowhere else. next_path: within the connector."""

    session_secret: str
    session: PortalSession
    next_path: str


@dataclass(frozen=True)
class SignIn:
    """The web-server flow with PKCE, state and nonce, for people of connected orgs.

    session_hours: after which everyone signs in again.
    """

    store: Store
    open_org: OpenOrg
    open_authorization_server: OpenAuthorizationServer
    clock: Clock
    session_hours: float

    def begin(self, org_id: str, next_path: str) -> SentOff:
        """org_id: 15 or 18 characters; empty while one org alone is connected.

        Raises CallerError where it does not say which connected org is meant.
        """
        return self.send_off(self._org(org_id), next_path, purpose=SIGN_IN)

    def send_off(
        self, org: OrgConnection, next_path: str, *, purpose: str, draft: str = "", log_in: bool = False
    ) -> SentOff:
        """For any purpose of a person's agreement. draft: what is to be remembered until they are back.

        log_in: to be agreed to by somebody else than whoever may be logged in in this browser.
        """
        challenge = Challenge(state=new_secret(), nonce=new_secret(), code_verifier=new_secret())
        browser_secret = new_secret()
        url = self._server(org).authorize_url(challenge, scopes=SCOPES, log_in=log_in)
        now = self.clock()
        with self.store.write() as unit:
            unit.sign_ins.forget_expired(now=now)
            unit.sign_ins.expect(
                PendingSignIn(
                    digest=digest_of(challenge.state),
                    browser_digest=digest_of(browser_secret),
                    org_id=org.org_id,
                    code_verifier=challenge.code_verifier,
                    nonce=challenge.nonce,
                    next_path=next_path,
                    expires_at=now + ON_THE_WAY,
                    purpose=purpose,
                    draft=draft,
                )
            )
        return SentOff(url, browser_secret)

    def welcome_back(self, state: str, browser_secret: str) -> PendingSignIn:
        """What the person was sent off for. Raises CallerError for an answer that nobody waits for."""
        with self.store.write() as unit:
            pending = unit.sign_ins.take(digest_of(state))
        if (
            pending is None
            or pending.expires_at <= self.clock()
            or pending.browser_digest != digest_of(browser_secret)
        ):
            raise CallerError(
                "This sign-in was not begun in this browser, or took longer than ten minutes.",
                code="sign_in_unknown",
                remedy="Sign in again.",
            )
        return pending

    def finish(self, pending: PendingSignIn, code: str) -> SignedIn:
        """Raises AuthenticationFailed where Salesforce, or the person's missing permission, forbids it."""
        org = self._org(pending.org_id)
        server = self._server(org)
        challenge = Challenge(state="", nonce=pending.nonce, code_verifier=pending.code_verifier)
        answer = server.redeem(code, challenge)
        try:
            return self._admit(pending, org, answer, server.who(answer, nonce=pending.nonce))
        except ConnectorError:
            give_back(server, answer)
            raise

    def _admit(
        self, pending: PendingSignIn, org: OrgConnection, answer: TokenAnswer, who: WhoSignedIn
    ) -> SignedIn:
        if who.org_id != org.org_id:
            raise AuthenticationFailed(
                "You signed in to another org than the one that is connected here.",
                code="other_org",
                remedy="Log out of Salesforce in this browser, and sign in to the right org.",
            )
        roles = roles_of(self.open_org(org.org_id), who.user_id)
        if not roles:
            log.info("sign_in_without_role", org_id=org.org_id, user_id=who.user_id)
            raise AuthenticationFailed(
                "You have no permission to send gifts or to manage them.", code="no_role", remedy=_NOBODY
            )
        now, secret = self.clock(), new_secret()
        session = PortalSession(
            digest=digest_of(secret),
            org_id=org.org_id,
            user_id=who.user_id,
            username=who.username,
            display_name=who.display_name,
            roles=roles,
            csrf_token=new_secret(),
            started_at=now,
            seen_at=now,
            ends_at=now + timedelta(hours=self.session_hours),
            tokens=UserTokens(
                access_token=answer.access_token,
                refresh_token=answer.refresh_token,
                instance_url=answer.instance_url,
            ),
        )
        with self.store.write() as unit:
            unit.portal_sessions.add(session)
        log.info("signed_in", org_id=org.org_id, user_id=who.user_id, roles=sorted(roles))
        return SignedIn(secret, session, pending.next_path)

    def _server(self, org: OrgConnection) -> AuthorizationServer:
        return self.open_authorization_server(client_app(org))

    def _org(self, org_id: str) -> OrgConnection:
        with self.store.read() as unit:
            orgs = unit.connections.orgs()
        wanted = case_safe_id(org_id)
        fitting = [org for org in orgs if org.org_id == wanted] if org_id else orgs
        if len(fitting) == 1:
            return fitting[0]
        if not orgs:
            raise ConfigurationError(
                "No Salesforce org is connected yet.",
                code="no_org",
                remedy="Open the setup link that `connector init` or `connector setup-link` printed.",
            )
        raise CallerError(
            "That org is not connected here." if org_id else "Several orgs are connected here.",
            code="which_org",
            remedy="Open the connector from Salesforce, with the Send a Gift button or the app Gifting.",
        )


def client_app(org: OrgConnection) -> ClientApp:
    """The app of a connected org. People go to the org's own address, where they are logged in already."""
    return ClientApp(
        login_url=org.instance_url, consumer_key=org.consumer_key, consumer_secret=org.consumer_secret
    )


def give_back(server: AuthorizationServer, answer: TokenAnswer) -> None:
    """Leave no token behind that nobody uses; where that fails, it ends by itself."""
    try:
        server.revoke(answer.refresh_token or answer.access_token)
    except ConnectorError as error:
        log.warning("token_not_revoked", code=error.code)
