"""What the pages about gifts need of the composition root."""

from typing import Protocol

from connector.ports import Clock
from connector.services.cancel_gift import CancelGift
from connector.services.gift_story import TellGiftStory
from connector.services.notices import Notices
from connector.services.replay_inbox import ReplayInbox
from connector.services.resend_gift import ResendGift
from connector.services.retry_gift import RetryGift
from connector.services.settle_by_hand import SettleByHand
from connector.services.storage import Store
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
