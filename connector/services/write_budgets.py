"""Show each org its budgets as Gift_Budget__c: one record for each budget and period, kept up to date."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from connector.domain.budget import BudgetHolder, BudgetUse, GiftBudget
from connector.domain.money import Money
from connector.errors import ConnectorError
from connector.ports import Clock, RecordWrite, WriteKind, WriteState
from connector.services.salesforce_fields import moment, number
from connector.services.storage import Store
from connector.services.worker import OpenOrg

log = structlog.get_logger(__name__)

_TEAM_LENGTH = 80


@dataclass
class WriteBudgets:
    """Periodic. An org is written to only where a number has changed since this process wrote it last.

    Records are upserts by budget and period, so what another process wrote before is written again and
    changes nothing. The record of a period that is over keeps what was spent in it; so does that of a budget
    that was removed.
    """

    store: Store
    open_org: OpenOrg
    clock: Clock
    written: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __call__(self) -> int:
        """How many records were written. An org that cannot be reached is tried again the next time."""
        now, by_org = self.clock(), dict[str, list[dict[str, Any]]]()
        with self.store.read() as unit:
            for budget in unit.gift_budgets.all():
                fields = budget_fields(budget, unit.gift_budgets.use(budget, now=now), now)
                if self.written.get(fields["External_Id__c"]) != fields:
                    by_org.setdefault(budget.org_id, []).append(fields)
        return sum(self._write(org_id, records, now) for org_id, records in by_org.items())

    def _write(self, org_id: str, records: list[dict[str, Any]], now: datetime) -> int:
        stamp = {"Last_Synced__c": moment(now)}
        writes = [
            RecordWrite(WriteKind.UPSERT, "Gift_Budget__c", {**fields, **stamp}, "External_Id__c")
            for fields in records
        ]
        try:
            outcomes = self.open_org(org_id).write(writes)
        except ConnectorError as error:
            log.warning("budgets_not_written", org_id=org_id, code=error.code)
            return 0
        done = 0
        for fields, outcome in zip(records, outcomes, strict=True):
            if outcome.state is WriteState.DONE:
                self.written[fields["External_Id__c"]] = fields
                done += 1
            else:
                log.warning("budget_not_written", org_id=org_id, code=outcome.code)
        return done


def budget_fields(budget: GiftBudget, use: BudgetUse, now: datetime) -> dict[str, Any]:
    """What Gift_Budget__c shows. A budget of neither a person nor a team says whose it is as text."""
    start, end = budget.period.start(now), budget.period.end(now)
    period = start.date().isoformat() if start else "total"
    is_user = budget.holder is BudgetHolder.USER
    whose = {
        BudgetHolder.ORG: "All gifts",
        BudgetHolder.CAMPAIGN: f"Campaign: {budget.name}",
        BudgetHolder.TEAM: budget.name,
        BudgetHolder.USER: "",
    }[budget.holder]
    return {
        "External_Id__c": f"{budget.budget_id}:{period}",
        "User__c": budget.scope if is_user else None,
        "Team__c": whose[:_TEAM_LENGTH] or None,
        "Period_Start__c": start.date().isoformat() if start else None,
        "Period_End__c": (end - timedelta(days=1)).date().isoformat() if end else None,
        "Limit__c": number(budget.limit),
        "Spent__c": number(Money(use.spent, budget.limit.currency)),
        "Currency_Code__c": budget.limit.currency,
    }
