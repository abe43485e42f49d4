"""Repositories of what may be spent, by whom, and who has to agree."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select
from sqlalchemy.orm import Session

from connector.adapters.store.models.ledger import CampaignLinkRow, GiftRow
from connector.adapters.store.models.terms import ApprovalRulesRow, GiftBudgetRow, TeamMemberRow, TeamRow
from connector.domain.approval import ApprovalRules
from connector.domain.budget import BudgetHolder, BudgetUse, GiftBudget, Period, Team
from connector.domain.gift import RequestState
from connector.domain.money import Money
from connector.domain.vocabulary import TAKEN_BACK_STAGES

_RESERVED = (
    RequestState.AWAITING_APPROVAL,
    RequestState.PLANNED,
    RequestState.SENDING,
    RequestState.UNKNOWN,
    RequestState.PARKED,
)
_TAKEN_BACK = sorted(TAKEN_BACK_STAGES)


class SqlGiftBudgets:
    """See services.storage.terms.GiftBudgetRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, budget: GiftBudget) -> None:
        self._session.merge(
            GiftBudgetRow(
                budget_id=budget.budget_id,
                org_id=budget.org_id,
                holder=budget.holder.value,
                scope=budget.scope,
                period=budget.period.value,
                name=budget.name,
                limit_minor_units=budget.limit.minor_units,
                currency=budget.limit.currency,
            )
        )
        self._session.flush()

    def remove(self, org_id: str, budget_id: str) -> bool:
        found = delete(GiftBudgetRow).where(
            GiftBudgetRow.org_id == org_id, GiftBudgetRow.budget_id == budget_id
        )
        return self._session.execute(found.returning(GiftBudgetRow.budget_id)).first() is not None

    def all(self) -> list[GiftBudget]:
        return self._select()

    def of_org(self, org_id: str) -> list[GiftBudget]:
        return self._select(GiftBudgetRow.org_id == org_id)

    def over(self, org_id: str, link_id: str, sender_user_id: str = "") -> list[GiftBudget]:
        holds = [GiftBudgetRow.holder == BudgetHolder.ORG]
        if link_id:
            holds.append(_held_by(BudgetHolder.CAMPAIGN, GiftBudgetRow.scope == link_id))
        if sender_user_id:
            holds.append(_held_by(BudgetHolder.USER, GiftBudgetRow.scope == sender_user_id))
            teams = select(TeamMemberRow.team_id).where(
                TeamMemberRow.org_id == org_id, TeamMemberRow.user_id == sender_user_id
            )
            holds.append(_held_by(BudgetHolder.TEAM, GiftBudgetRow.scope.in_(teams)))
        return self._select(GiftBudgetRow.org_id == org_id, or_(*holds))

    def use(self, budget: GiftBudget, *, now: datetime) -> BudgetUse:
        conditions = [
            GiftRow.org_id == budget.org_id,
            GiftRow.currency == budget.limit.currency,
            *_counted_for(budget),
        ]
        if (start := budget.period.start(now)) is not None:
            conditions.append(GiftRow.counted_at >= start)
        counts = (GiftRow.state == RequestState.SENT) & GiftRow.stage.not_in(_TAKEN_BACK)
        reserved, spent = self._session.execute(
            select(_sum(GiftRow.state.in_(_RESERVED)), _sum(counts)).where(*conditions)
        ).one()
        return BudgetUse(int(reserved or 0), int(spent or 0))

    def _select(self, *conditions: ColumnElement[bool]) -> list[GiftBudget]:
        in_order = select(GiftBudgetRow).where(*conditions).order_by("org_id", "holder", "name", "budget_id")
        return [
            GiftBudget(
                org_id=row.org_id,
                holder=BudgetHolder(row.holder),
                scope=row.scope,
                period=Period(row.period),
                limit=Money(row.limit_minor_units, row.currency),
                name=row.name,
            )
            for row in self._session.scalars(in_order)
        ]


class SqlTeams:
    """See services.storage.terms.TeamRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, team: Team) -> None:
        self._session.merge(TeamRow(team_id=team.team_id, org_id=team.org_id, name=team.name))
        self._session.execute(delete(TeamMemberRow).where(TeamMemberRow.team_id == team.team_id))
        self._session.add_all(
            TeamMemberRow(team_id=team.team_id, user_id=user_id, org_id=team.org_id, name=name)
            for user_id, name in team.members.items()
        )
        self._session.flush()

    def get(self, org_id: str, team_id: str) -> Team | None:
        return next(iter(self._select(TeamRow.org_id == org_id, TeamRow.team_id == team_id)), None)

    def of_org(self, org_id: str) -> list[Team]:
        return self._select(TeamRow.org_id == org_id)

    def remove(self, org_id: str, team_id: str) -> bool:
        if self.get(org_id, team_id) is None:
            return False
        self._session.execute(delete(TeamMemberRow).where(TeamMemberRow.team_id == team_id))
        self._session.execute(delete(TeamRow).where(TeamRow.team_id == team_id))
        budgets = delete(GiftBudgetRow).where(
            GiftBudgetRow.org_id == org_id, _held_by(BudgetHolder.TEAM, GiftBudgetRow.scope == team_id)
        )
        self._session.execute(budgets)
        return True

    def _select(self, *conditions: ColumnElement[bool]) -> list[Team]:
        rows = self._session.scalars(select(TeamRow).where(*conditions).order_by(TeamRow.name)).all()
        in_order = select(TeamMemberRow).where(TeamMemberRow.team_id.in_([row.team_id for row in rows]))
        members = self._session.scalars(in_order.order_by(TeamMemberRow.name, TeamMemberRow.user_id)).all()
        return [
            Team(
                team_id=row.team_id,
                org_id=row.org_id,
                name=row.name,
                members={member.user_id: member.name for member in members if member.team_id == row.team_id},
            )
            for row in rows
        ]


class SqlApprovalRules:
    """See services.storage.terms.ApprovalRuleRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_org(self, org_id: str) -> ApprovalRules:
        row = self._session.get(ApprovalRulesRow, org_id)
        if row is None:
            return ApprovalRules(org_id=org_id)
        return ApprovalRules(
            org_id=org_id,
            above=Money(row.above_minor_units, row.above_currency) if row.above_currency else None,
            gift_campaigns={(account, campaign): name for account, campaign, name in row.gift_campaigns},
            four_eyes=row.four_eyes,
            days=row.days,
        )

    def save(self, rules: ApprovalRules) -> None:
        self._session.merge(
            ApprovalRulesRow(
                org_id=rules.org_id,
                above_minor_units=rules.above.minor_units if rules.above else 0,
                above_currency=rules.above.currency if rules.above else "",
                gift_campaigns=[[*ids, name] for ids, name in sorted(rules.gift_campaigns.items())],
                four_eyes=rules.four_eyes,
                days=rules.days,
            )
        )
        self._session.flush()


def _held_by(holder: BudgetHolder, scope: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(GiftBudgetRow.holder == holder, scope)


def _counted_for(budget: GiftBudget) -> list[ColumnElement[bool]]:
    """Which of an org's gifts a budget counts."""
    if budget.holder is BudgetHolder.CAMPAIGN:
        campaign = select(CampaignLinkRow.campaign_id).where(CampaignLinkRow.link_id == budget.scope)
        return [GiftRow.campaign_id.in_(campaign)]
    if budget.holder is BudgetHolder.USER:
        return [GiftRow.sender_user_id == budget.scope]
    if budget.holder is BudgetHolder.TEAM:
        members = select(TeamMemberRow.user_id).where(TeamMemberRow.team_id == budget.scope)
        return [GiftRow.sender_user_id.in_(members)]
    return []


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, GiftRow.value_minor_units), else_=0))
