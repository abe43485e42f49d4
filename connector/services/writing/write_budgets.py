"""Show each org its budgets as Gift_Budget__c: one record for each budget and period, kept up to date."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from connector.domain.budget import BudgetHolder, BudgetUse, GiftBudget, Period
from connector.domain.money import Money
from connector.errors import ConnectorError
from connector.ports import Clock, RecordWrite, SalesforceOrg, WriteKind, WriteState
from connector.services.storage.store import Store, Unit
from connector.services.worker import OpenOrg
from connector.services.writing.salesforce_fields import moment, number

log = structlog.get_logger(__name__)

_TEAM_LENGTH = 80
_NAME_LENGTH = 120


@dataclass
class WriteBudgets:
    """Periodic. An org is written to only where a number has changed since this process wrote it last.

    Records are upserts by budget and period, so what another process wrote before is written again and
    changes nothing. The record of a period that is over keeps what was spent in it. Those of a budget that
    was removed are closed: they are looked for whenever the org's budgets are others than this process knew.
    """

    store: Store
    open_org: OpenOrg
    clock: Clock
    written: dict[str, dict[str, Any]] = field(default_factory=dict)
    known: dict[str, frozenset[str]] = field(default_factory=dict)

    def __call__(self) -> int:
        """How many records were written. An org that cannot be reached is tried again the next time."""
        now = self.clock()
        with self.store.read() as unit:
            orgs = [org.org_id for org in unit.connections.orgs()]
            budgets = {org_id: unit.gift_budgets.of_org(org_id) for org_id in orgs}
            shown = {
                org_id: [_fields(unit, budget, now) for budget in of_org]
                for org_id, of_org in budgets.items()
            }
        return sum(self._org(org_id, shown[org_id], budgets[org_id], now) for org_id in orgs)

    def _org(self, org_id: str, shown: list[dict[str, Any]], budgets: list[GiftBudget], now: datetime) -> int:
        there = frozenset(budget.budget_id for budget in budgets)
        changed = [fields for fields in shown if self.written.get(fields["External_Id__c"]) != fields]
        known = self.known.get(org_id)
        if not changed and known == there:
            return 0
        try:
            org = self.open_org(org_id)
            closed = self._closed(org, there) if known != there else []
            done = self._write(org, org_id, [*changed, *closed], now)
        except ConnectorError as error:
            log.warning("budgets_not_written", org_id=org_id, code=error.code)
            if not there:
                # Nothing to be shown: an org that does not know the object is not asked again and again.
                self.known[org_id] = there
            return 0
        self.known[org_id] = there
        return done

    def _closed(self, org: SalesforceOrg, there: frozenset[str]) -> list[dict[str, Any]]:
        """Records that are open and belong to no budget any more."""
        rows = org.query("SELECT External_Id__c FROM Gift_Budget__c WHERE Closed__c = false")
        keys = [str(row["External_Id__c"] or "") for row in rows]
        return [
            {"External_Id__c": key, "Closed__c": True}
            for key in keys
            if key and key.partition(":")[0] not in there
        ]

    def _write(self, org: SalesforceOrg, org_id: str, records: list[dict[str, Any]], now: datetime) -> int:
        if not records:
            return 0
        stamp = {"Last_Synced__c": moment(now)}
        writes = [
            RecordWrite(WriteKind.UPSERT, "Gift_Budget__c", {**fields, **stamp}, "External_Id__c")
            for fields in records
        ]
        done = 0
        for fields, outcome in zip(records, org.write(writes), strict=True):
            if outcome.state is WriteState.DONE:
                self.written[fields["External_Id__c"]] = fields
                done += 1
            else:
                log.warning("budget_not_written", org_id=org_id, code=outcome.code)
        return done


def _fields(unit: Unit, budget: GiftBudget, now: datetime) -> dict[str, Any]:
    link = unit.links.get(budget.scope) if budget.holder is BudgetHolder.CAMPAIGN else None
    use = unit.gift_budgets.use(budget, now=now)
    return budget_fields(budget, use, now, campaign_id=link.campaign_id if link else "")


def budget_fields(budget: GiftBudget, use: BudgetUse, now: datetime, *, campaign_id: str) -> dict[str, Any]:
    """What Gift_Budget__c shows. campaign_id: of a Campaign's budget, empty where it is linked no more."""
    start, end = budget.period.start(now), budget.period.end(now)
    period = start.date().isoformat() if start else "total"
    holder, currency = budget.holder, budget.limit.currency
    left = max(0, budget.limit.minor_units - use.total)
    return {
        "External_Id__c": f"{budget.budget_id}:{period}",
        "Budget_Name__c": _name(budget, now)[:_NAME_LENGTH],
        "User__c": budget.scope if holder is BudgetHolder.USER else None,
        "Team__c": budget.name[:_TEAM_LENGTH] if holder is BudgetHolder.TEAM else None,
        "Campaign__c": campaign_id or None,
        "Period_Start__c": start.date().isoformat() if start else None,
        "Period_End__c": (end - timedelta(days=1)).date().isoformat() if end else None,
        "Limit__c": number(budget.limit),
        "Spent__c": number(Money(use.spent, currency)),
        "Remaining__c": number(Money(left, currency)),
        "Closed__c": False,
        "Currency_Code__c": currency,
    }


def _name(budget: GiftBudget, now: datetime) -> str:
    whose = {
        BudgetHolder.ORG: "All gifts",
        BudgetHolder.CAMPAIGN: f"Campaign {budget.name}",
        BudgetHolder.TEAM: f"Team {budget.name}",
        BudgetHolder.USER: budget.name or "A person",
    }[budget.holder]
    start = budget.period.start(now)
    if start is None:
        return f"{whose}, in all"
    when = {
        Period.MONTH: f"{start:%B %Y}",
        Period.QUARTER: f"quarter {(start.month + 2) // 3} of {start.year}",
        Period.YEAR: str(start.year),
    }
    return f"{whose}, {when[budget.period]}"
