"""What would happen if a gift were asked for now. Nothing is written."""

from dataclasses import dataclass

from connector.domain.budget import BudgetHolder, Period
from connector.domain.eligibility import SkipReason
from connector.domain.money import Money
from connector.ports import Clock
from connector.services.gifts.plan_gift import GiftWish, judge
from connector.services.storage.store import Store, Unit


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """What a budget over the gift still holds."""

    holder: BudgetHolder
    period: Period
    limit: Money
    left: Money


@dataclass(frozen=True, slots=True)
class Preview:
    """reason: why it would not be sent; None where it would. key: the gift's, whether it is there or not.

    approval: why somebody would have to agree first; empty where nobody would.
    """

    key: str
    reason: SkipReason | None
    cost: Money
    budgets: tuple[BudgetLeft, ...]
    approval: str = ""


@dataclass(frozen=True)
class PreviewGift:
    """Judges as the request itself will be judged."""

    store: Store
    clock: Clock

    def __call__(self, wish: GiftWish) -> Preview:
        now = self.clock()
        with self.store.read() as unit:
            [(_, reason)] = judge(unit, [wish], now=now)
            budgets = self.budgets(unit, wish)
            rules = unit.approval_rules.of_org(wish.org_id)
        terms = wish.terms
        approval = rules.why(terms.account_id, terms.gift_campaign_id, terms.value)
        return Preview(wish.key, reason, terms.value, budgets, approval)

    def budgets(self, unit: Unit, wish: GiftWish) -> tuple[BudgetLeft, ...]:
        """Every budget that the gift would be paid from."""
        now = self.clock()
        return tuple(
            BudgetLeft(
                budget.holder,
                budget.period,
                budget.limit,
                Money(
                    max(0, budget.limit.minor_units - unit.gift_budgets.use(budget, now=now).total),
                    budget.limit.currency,
                ),
            )
            for budget in unit.gift_budgets.over(wish.org_id, wish.terms.link_id, wish.sender_user_id)
        )
