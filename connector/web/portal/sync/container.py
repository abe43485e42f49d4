"""What the pages of GiftSync need of the composition root."""

from typing import Protocol

from connector.domain.portal_session import PortalSession
from connector.ports import Clock, SalesforceOrg
from connector.services.gift_sync.estimate_calls import EstimateCalls
from connector.services.gift_sync.find_campaigns import FindCampaigns
from connector.services.gift_sync.gift_campaign_choice import GiftCampaignChoice
from connector.services.gift_sync.link_campaign import LinkCampaign
from connector.services.gift_sync.manage_link import ManageLink
from connector.services.gift_sync.show_sync import ShowSync
from connector.services.gift_sync.start_sync import StartSync
from connector.services.operations.notices import Notices
from connector.web.portal.container import PortalContainer


class GiftSyncContainer(PortalContainer, Protocol):
    """What these pages need."""

    clock: Clock

    def open_org(self, org_id: str) -> SalesforceOrg: ...
    def open_org_as(self, session: PortalSession) -> SalesforceOrg: ...
    @property
    def find_campaigns(self) -> FindCampaigns: ...
    @property
    def gift_campaign_choice(self) -> GiftCampaignChoice: ...
    @property
    def link_campaign(self) -> LinkCampaign: ...
    @property
    def manage_link(self) -> ManageLink: ...
    @property
    def show_sync(self) -> ShowSync: ...
    @property
    def start_sync(self) -> StartSync: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def estimate_calls(self) -> EstimateCalls: ...
