"""Connecting orgs."""

from abc import abstractmethod
from functools import cached_property

from connector.adapters.certificates import make_key_pair
from connector.adapters.salesforce.addresses import accepted_org_url
from connector.adapters.salesforce.connections import Orgs
from connector.adapters.salesforce.oauth import AccessGrant, Authorizer
from connector.adapters.salesforce.shared_tokens import SharedTokenAuthorizer
from connector.domain.connections import OrgConnection
from connector.parts.sign_in import SignInParts
from connector.ports import SalesforceOrg
from connector.services.connections.authorize_org import AuthorizeOrg
from connector.services.connections.connect_org import ConnectOrg
from connector.services.connections.connection_drafts import ConnectionDrafts
from connector.services.connections.disconnect_org import DisconnectOrg
from connector.services.connections.org_troubles import NoteSignIn
from connector.services.connections.token_life import TellTokenLife
from connector.services.gifts.held_gifts import HeldGifts
from connector.services.sign_in.web_flow import TokenAnswer
from connector.services.storage.store import Store


class ConnectionParts(SignInParts):
    """From a form to a connected org, and away again."""

    @property
    @abstractmethod
    def orgs(self) -> Orgs: ...

    @property
    @abstractmethod
    def store(self) -> Store: ...

    def open_connection(self, connection: OrgConnection) -> SalesforceOrg:
        return self.orgs.org(connection)

    def shared_access(self, connection: OrgConnection) -> Authorizer:
        """For orgs that were connected in a browser."""
        return SharedTokenAuthorizer(self.store, connection, self.open_authorization_server, self.clock)

    @cached_property
    def note_sign_in(self) -> NoteSignIn:
        return NoteSignIn(self.store, self.clock)

    @property
    def connect_org(self) -> ConnectOrg:
        return ConnectOrg(self.store, self.open_connection, self.clock)

    @property
    def connection_drafts(self) -> ConnectionDrafts:
        return ConnectionDrafts(
            self.store, make_key_pair, self._accepted_org_url, self.connect_org, self.clock
        )

    @property
    def authorize_org(self) -> AuthorizeOrg:
        return AuthorizeOrg(
            self.store,
            self.connection_drafts,
            self.sign_in,
            self.open_authorization_server,
            self._try_with,
            self.clock,
        )

    @property
    def tell_token_life(self) -> TellTokenLife:
        return TellTokenLife(self.store, self.open_authorization_server, self.orgs.access_token)

    @property
    def disconnect_org(self) -> DisconnectOrg:
        return DisconnectOrg(self.store, self.open_authorization_server, self.orgs.forget, self.clock)

    @property
    def held_gifts(self) -> HeldGifts:
        return HeldGifts(self.store, self.clock)

    def _accepted_org_url(self, url: str) -> str:
        return accepted_org_url(url, allow_loopback=self.settings.allow_loopback)

    def _try_with(self, connection: OrgConnection, answer: TokenAnswer) -> SalesforceOrg:
        grant = AccessGrant(answer.access_token, answer.instance_url, answer.scopes)
        return self.orgs.tried_with(connection, grant)
