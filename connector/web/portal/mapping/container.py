"""What the pages of field mapping need of the composition root."""

from typing import Protocol

from connector.domain.portal_session import PortalSession
from connector.ports import SalesforceOrg
from connector.services.mapping.keep_mapping import KeepMapping
from connector.services.mapping.map_field import MapField
from connector.services.mapping.preview_mapping import PreviewMapping
from connector.services.storage.store import Store
from connector.web.portal.container import PortalContainer


class MappingContainer(PortalContainer, Protocol):
    """What these pages need."""

    @property
    def store(self) -> Store: ...
    def open_org(self, org_id: str) -> SalesforceOrg: ...
    def open_org_as(self, session: PortalSession) -> SalesforceOrg: ...
    @property
    def map_field(self) -> MapField: ...
    @property
    def keep_mapping(self) -> KeepMapping: ...
    @property
    def preview_mapping(self) -> PreviewMapping: ...
