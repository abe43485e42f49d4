"""What the pages about gifts need of the composition root."""

from typing import Protocol

from connector.ports import Clock
from connector.services.gifts.cancel_gift import CancelGift
from connector.services.gifts.gift_story import TellGiftStory
from connector.services.gifts.resend_gift import ResendGift
from connector.services.gifts.retry_gift import RetryGift
from connector.services.gifts.settle_by_hand import SettleByHand
from connector.services.inbox.replay_inbox import ReplayInbox
from connector.services.operations.notices import Notices
from connector.services.storage.store import Store
from connector.web.portal.container import PortalContainer


class GiftsContainer(PortalContainer, Protocol):
    """The part of connector.app.Container that these pages use."""

    @property
    def store(self) -> Store: ...

    clock: Clock

    @property
    def notices(self) -> Notices: ...
    @property
    def gift_story(self) -> TellGiftStory: ...
    @property
    def retry_gift(self) -> RetryGift: ...
    @property
    def resend_gift(self) -> ResendGift: ...
    @property
    def settle_by_hand(self) -> SettleByHand: ...
    @property
    def replay_inbox(self) -> ReplayInbox: ...
    @property
    def cancel_gift(self) -> CancelGift: ...
    def wake_inbox(self) -> None: ...
