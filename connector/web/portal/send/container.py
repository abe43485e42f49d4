"""What the Send page needs of the composition root."""

from typing import Protocol

from connector.domain.portal_session import PortalSession
from connector.ports import SalesforceOrg
from connector.services.sending.find_recipient import FindRecipient
from connector.services.sending.find_recipients import FindRecipients
from connector.services.sending.gift_catalogue import GiftCatalogue
from connector.services.sending.preview_gift import PreviewGift
from connector.services.sending.send_gift import SendGift
from connector.services.sending.send_gifts import SendGifts
from connector.services.sending.sent_gift import SentGift
from connector.web.portal.container import PortalContainer


class SendContainer(PortalContainer, Protocol):
    """connector.parts.sending."""

    @property
    def gift_catalogue(self) -> GiftCatalogue: ...
    @property
    def find_recipient(self) -> FindRecipient: ...
    @property
    def preview_gift(self) -> PreviewGift: ...
    @property
    def send_gift(self) -> SendGift: ...
    @property
    def find_recipients(self) -> FindRecipients: ...
    @property
    def send_gifts(self) -> SendGifts: ...
    @property
    def sent_gift(self) -> SentGift: ...
    def open_org_as(self, session: PortalSession) -> SalesforceOrg: ...
