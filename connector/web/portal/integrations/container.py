"""What the pages on a connection ask of the composition root."""

from typing import Protocol

from connector.services.authorize_org import AuthorizeOrg
from connector.services.connection_drafts import ConnectionDrafts
from connector.services.diagnose import Diagnose
from connector.services.disconnect_org import DisconnectOrg
from connector.services.held_gifts import HeldGifts
from connector.services.look_at_org import LookAtOrgs
from connector.services.storage import Store
from connector.services.token_life import TellTokenLife
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
