"""What may be spent on gifts in a period: by an org, for a campaign, by a team, by one person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connector.domain.keys import budget_key
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

    def end(self, now: datetime) -> datetime | None:
        """When the next period begins; None for TOTAL."""
        start = self.start(now)
        if start is None:
            return None
        month = start.month - 1 + {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}[self]
        return start.replace(year=start.year + month // 12, month=month % 12 + 1)


class BudgetHolder(StrEnum):
    """Whose budget it is.

    CAMPAIGN: all gifts of a mapped Campaign. TEAM: all gifts that its present members send. USER: all gifts
    that a person sends. GiftSync's gifts have no sender and count for ORG and CAMPAIGN alone.
    """

    ORG = "org"
    CAMPAIGN = "campaign"
    TEAM = "team"
    USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftBudget:
    """A limit. scope: id of a link, team or user, empty for the whole org; name: of it, for people."""

    org_id: str
    limit: Money
    holder: BudgetHolder = BudgetHolder.ORG
    scope: str = ""
    period: Period = Period.TOTAL
    name: str = ""

    @property
    def budget_id(self) -> str:
        """One budget for each holder and period."""
        return budget_key(self.org_id, self.holder, self.scope, self.period)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Users of an org who share budgets. members: user Id to name."""

    team_id: str
    org_id: str
    name: str
    members: Mapping[str, str] = field(default_factory=dict)


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
