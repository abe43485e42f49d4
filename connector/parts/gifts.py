"""Gifts as people look after them: approval, budgets, the whole story of one."""

from connector.parts.base import Parts
from connector.services.decide_approval import DecideApprovals, ExpireApprovals
from connector.services.set_terms import SetTerms


class GiftParts(Parts):
    """What pages and commands about gifts need."""

    @property
    def decide_approvals(self) -> DecideApprovals:
        return DecideApprovals(self.store, self.open_org, self.clock)

    @property
    def expire_approvals(self) -> ExpireApprovals:
        return ExpireApprovals(self.store, self.clock)

    @property
    def set_terms(self) -> SetTerms:
        return SetTerms(self.store, self.clock)
