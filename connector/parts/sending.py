"""Gifts that people send from a record."""

from functools import cached_property

from connector.parts.base import Parts
from connector.services.sending.find_recipient import FindRecipient
from connector.services.sending.find_recipients import FindRecipients
from connector.services.sending.gift_catalogue import GiftCatalogue
from connector.services.sending.preview_gift import PreviewGift
from connector.services.sending.send_gift import SendGift
from connector.services.sending.send_gifts import SendGifts
from connector.services.sending.sent_gift import SentGift


class SendingParts(Parts):
    """The Send page's services."""

    @cached_property
    def gift_catalogue(self) -> GiftCatalogue:
        """One for the process, because it remembers."""
        return GiftCatalogue(self.store, self.open_provider, self.clock)

    @property
    def find_recipient(self) -> FindRecipient:
        return FindRecipient(self.store)

    @property
    def preview_gift(self) -> PreviewGift:
        return PreviewGift(self.store, self.clock)

    @property
    def send_gift(self) -> SendGift:
        return SendGift(self.store, self.clock)

    @property
    def find_recipients(self) -> FindRecipients:
        return FindRecipients(self.store)

    @property
    def send_gifts(self) -> SendGifts:
        return SendGifts(self.store, self.clock, self.estimate_calls)

    @property
    def sent_gift(self) -> SentGift:
        return SentGift(self.store)
