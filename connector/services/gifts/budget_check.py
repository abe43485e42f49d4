"""Whether another gift fits into what may be spent."""

from dataclasses import dataclass
from datetime import datetime

from connector.domain.budget import BudgetHolder, BudgetUse, room
from connector.domain.eligibility import SkipReason
from connector.domain.gift import GiftRequest
from connector.domain.keys import link_key
from connector.domain.money import Money
from connector.errors import CallerError
from connector.services.storage.store import Unit


@dataclass(frozen=True, slots=True)
class Fit:
    """How many gifts fit (None: any number), and why no more do."""

    count: int | None = None
    reason: SkipReason = SkipReason.CAMPAIGN_BUDGET

    def takes(self, planned: int) -> bool:
        """Whether one more fits after so many."""
        return self.count is None or planned < self.count


_REASONS = {
    BudgetHolder.ORG: SkipReason.ORG_BUDGET,
    BudgetHolder.CAMPAIGN: SkipReason.CAMPAIGN_BUDGET,
    BudgetHolder.TEAM: SkipReason.TEAM_BUDGET,
    BudgetHolder.USER: SkipReason.USER_BUDGET,
}


def fitting(
    unit: Unit,
    org_id: str,
    link_id: str,
    value: Money,
    *,
    now: datetime,
    planned_beside: int = 0,
    sender_user_id: str = "",
) -> Fit:
    """How many gifts of a value fit into the tightest of all budgets over them.

    link_id: empty for gifts of no mapped Campaign. sender_user_id: 18 characters; empty for gifts that nobody
    sends, such as GiftSync's. In a writing unit the answer holds until it ends: no other can plan gifts
    meanwhile. planned_beside: gifts that a dry run counted and did not write.
    """
    tightest = Fit()
    for budget in unit.gift_budgets.over(org_id, link_id, sender_user_id):
        use = unit.gift_budgets.use(budget, now=now)
        use = BudgetUse(use.reserved + planned_beside * value.minor_units, use.spent)
        count = room(budget, use, value)
        if count is not None and (tightest.count is None or count < tightest.count):
            tightest = Fit(count, _REASONS[budget.holder])
    return tightest


def refuse_beyond_budget(unit: Unit, request: GiftRequest, now: datetime) -> None:
    """Raises CallerError with the reason where a budget over this gift has no room for it."""
    link_id = link_key(request.org_id, request.campaign_id) if request.campaign_id else ""
    sender = request.sender_user_id
    fit = fitting(unit, request.org_id, link_id, request.value, now=now, sender_user_id=sender)
    if not fit.takes(0):
        raise CallerError(f"Not sent: {fit.reason}", code=fit.reason.name.lower())
