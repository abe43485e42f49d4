"""What the pages on a connection ask of the composition root."""

from typing import Protocol

from connector.services.connections.authorize_org import AuthorizeOrg
from connector.services.connections.connection_drafts import ConnectionDrafts
from connector.services.connections.disconnect_org import DisconnectOrg
from connector.services.connections.token_life import TellTokenLife
from connector.services.gifts.held_gifts import HeldGifts
from connector.services.operations.diagnose import Diagnose
from connector.services.operations.look_at_org import LookAtOrgs
from connector.services.storage.store import Store
from connector.web.portal.container import PortalContainer


class SalesforceContainer(PortalContainer, Protocol):
    """The part of connector.app.Container that these pages use."""

    @property
    def store(self) -> Store: ...
    @property
    def connection_drafts(self) -> ConnectionDrafts: ...
    @property
    def authorize_org(self) -> AuthorizeOrg: ...
    @property
    def diagnose(self) -> Diagnose: ...
    @property
    def tell_token_life(self) -> TellTokenLife: ...
    @property
    def look_at_orgs(self) -> LookAtOrgs: ...
    @property
    def disconnect_org(self) -> DisconnectOrg: ...
    @property
    def held_gifts(self) -> HeldGifts: ...
