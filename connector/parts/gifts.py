"""Gifts as people look after them: approval, budgets, the whole story of one."""

from functools import cached_property

from connector.parts.base import Parts
from connector.services.gifts.cancel_gift import CancelGift
from connector.services.gifts.dashboard import TellDashboard
from connector.services.gifts.decide_approval import DecideApprovals, ExpireApprovals
from connector.services.gifts.gift_story import TellGiftStory
from connector.services.gifts.resend_gift import ResendGift
from connector.services.gifts.retry_gift import RetryGift
from connector.services.gifts.set_terms import SetTerms
from connector.services.writing.write_budgets import WriteBudgets


class GiftParts(Parts):
    """What pages and commands about gifts need."""

    @property
    def decide_approvals(self) -> DecideApprovals:
        return DecideApprovals(self.store, self.open_org, self.clock)

    @property
    def expire_approvals(self) -> ExpireApprovals:
        return ExpireApprovals(self.store, self.clock)

    @property
    def cancel_gift(self) -> CancelGift:
        return CancelGift(self.store, self.open_provider, self.clock)

    @property
    def retry_gift(self) -> RetryGift:
        return RetryGift(self.store, self.open_org, self.clock)

    @property
    def resend_gift(self) -> ResendGift:
        return ResendGift(self.store, self.open_org, self.clock)

    @property
    def gift_story(self) -> TellGiftStory:
        return TellGiftStory(self.store)

    @property
    def dashboard(self) -> TellDashboard:
        return TellDashboard(self.store, self.clock)

    @cached_property
    def write_budgets(self) -> WriteBudgets:
        return WriteBudgets(self.store, self.open_org, self.clock)

    @property
    def set_terms(self) -> SetTerms:
        return SetTerms(self.store, self.clock)
