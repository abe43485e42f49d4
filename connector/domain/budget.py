"""What may be spent on gifts, for a campaign or for an org in a period."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.domain.money import Money


class Period(StrEnum):
    """How long a budget lasts before it begins anew, by the calendar in UTC. TOTAL: it never does."""

    TOTAL = "total"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    def start(self, now: datetime) -> datetime | None:
        """When the current period began; None for TOTAL."""
        first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        months = {Period.MONTH: now.month, Period.QUARTER: (now.month - 1) // 3 * 3 + 1, Period.YEAR: 1}
        return first.replace(month=months[self]) if self in months else None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftBudget:
    """A limit. scope: the campaign link that it is for; empty for the whole org."""

    org_id: str
    limit: Money
    scope: str = ""
    period: Period = Period.TOTAL


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """What of a budget is used, in minor units.

    reserved: asked for and not answered. spent: not taken back.
    """

    reserved: int = 0
    spent: int = 0

    @property
    def total(self) -> int:
        return self.reserved + self.spent


def room(budget: GiftBudget, use: BudgetUse, value: Money) -> int | None:
    """How many gifts of a value still fit; None for as many as one likes (gifts worth nothing).

    None fits that is worth something in another currency than the budget: nobody knows the rate.
    """
    if value.minor_units == 0:
        return None
    if value.currency != budget.limit.currency:
        return 0
    return max(0, budget.limit.minor_units - use.total) // value.minor_units
