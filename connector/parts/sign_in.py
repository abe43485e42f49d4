"""Signing in."""

from connector.adapters.salesforce.user_access import UserOrgs
from connector.adapters.salesforce.web_flow import CALLBACK_PATH, SalesforceAuthorization
from connector.domain.portal_session import PortalSession
from connector.parts.base import Parts
from connector.ports import SalesforceOrg
from connector.services.operations.state_of_org import StateOfOrg
from connector.services.sign_in.portal_sessions import PortalSessions
from connector.services.sign_in.sign_in import SignIn
from connector.services.sign_in.web_flow import AuthorizationServer, ClientApp


class SignInParts(Parts):
    """People's sessions, and orgs as they see them."""

    @property
    def public_url(self) -> str:
        return self.settings.public_url

    def open_authorization_server(self, app: ClientApp) -> AuthorizationServer:
        return SalesforceAuthorization(
            app=app,
            callback_url=self.settings.public_url + CALLBACK_PATH,
            ca_bundle=str(self.settings.ca_file or ""),
            allow_loopback=self.settings.allow_loopback,
        )

    @property
    def sign_in(self) -> SignIn:
        return SignIn(
            self.store,
            self.open_org,
            self.open_authorization_server,
            self.clock,
            self.settings.session_hours,
        )

    @property
    def portal_sessions(self) -> PortalSessions:
        return PortalSessions(
            self.store, self.open_authorization_server, self.clock, self.settings.session_idle_minutes
        )

    def open_org_as(self, session: PortalSession) -> SalesforceOrg:
        """The org as the person sees it: their own token, their own rights."""
        return UserOrgs(self.store, self.org_settings, self.open_authorization_server, self.clock).org(
            session
        )

    @property
    def state_of_org(self) -> StateOfOrg:
        return StateOfOrg(self.store)
