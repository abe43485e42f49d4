"""What an administrator decides about spending: approval rules, budgets, teams; all in the audit log."""

from dataclasses import dataclass

from connector.domain.approval import ApprovalRules
from connector.domain.budget import GiftBudget, Team
from connector.errors import CallerError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.storage.store import Store


@dataclass(frozen=True)
class SetTerms:
    """actor: a username, or "cli"."""

    store: Store
    clock: Clock

    def approval_rules(self, rules: ApprovalRules, actor: str) -> None:
        """From now on; what waits goes on waiting, what was planned is sent."""
        details = {
            "above": str(rules.above) if rules.above else "",
            "gift_campaigns": sorted(gift_campaign_id for _, gift_campaign_id in rules.gift_campaigns),
            "four_eyes": rules.four_eyes,
            "days": rules.days,
        }
        with self.store.write() as unit:
            unit.approval_rules.save(rules)
            record(
                unit,
                self.clock(),
                org_id=rules.org_id,
                actor=actor,
                action="approval.rules_set",
                details=details,
            )

    def budget(self, budget: GiftBudget, actor: str) -> None:
        """In place of the one that the holder has for this period."""
        details = {
            "holder": budget.holder.value,
            "scope": budget.scope,
            "period": budget.period.value,
            "limit": str(budget.limit),
        }
        with self.store.write() as unit:
            unit.gift_budgets.save(budget)
            record(
                unit,
                self.clock(),
                org_id=budget.org_id,
                actor=actor,
                action="budget.set",
                subject=budget.budget_id,
                details=details,
            )

    def remove_budget(self, org_id: str, budget_id: str, actor: str) -> None:
        """No limit any more. Raises CallerError where the org has no such budget."""
        with self.store.write() as unit:
            if not unit.gift_budgets.remove(org_id, budget_id):
                raise CallerError("There is no such budget", code="unknown_budget")
            record(
                unit,
                self.clock(),
                org_id=org_id,
                actor=actor,
                action="budget.removed",
                subject=budget_id,
            )

    def team(self, team: Team, actor: str) -> None:
        """Its members become exactly these. Raises CallerError without a name."""
        if not team.name.strip():
            raise CallerError("A team needs a name", code="name_missing")
        with self.store.write() as unit:
            unit.teams.save(team)
            record(
                unit,
                self.clock(),
                org_id=team.org_id,
                actor=actor,
                action="team.set",
                subject=team.team_id,
                details={"name": team.name, "members": sorted(team.members)},
            )

    def remove_team(self, org_id: str, team_id: str, actor: str) -> None:
        """With its budgets. Raises CallerError where the org has no such team."""
        with self.store.write() as unit:
            if not unit.teams.remove(org_id, team_id):
                raise CallerError("There is no such team", code="unknown_team")
            record(unit, self.clock(), org_id=org_id, actor=actor, action="team.removed", subject=team_id)
