"""What people look at of GiftSync: links with their turns, runs, and decisions with people's names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

import structlog

from connector.domain.campaign_link import CampaignLink
from connector.domain.eligibility import SkipReason
from connector.domain.gift import Gift
from connector.domain.schedule import SyncSchedule, zone
from connector.errors import CallerError, ConnectorError
from connector.ports import Clock, SalesforceOrg
from connector.services.gift_sync.start_sync import default_schedule, own_link
from connector.services.gifts.candidates import person_sobject
from connector.services.soql import quoted_list
from connector.services.storage.store import Store, Unit
from connector.services.storage.sync import RunState, SyncDecision, SyncRun

log = structlog.get_logger(__name__)

DECISIONS_ON_A_PAGE = 50
RUNS_ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class LinkShown:
    """next_at: on the wall of the schedule's zone; None where nothing begins by itself. last: no dry run."""

    link: CampaignLink
    schedule: SyncSchedule
    next_at: datetime | None
    last: SyncRun | None
    budgets: int = 0


@dataclass(frozen=True, slots=True)
class RunShown:
    """counts: members by skip reason's name, "" for gifts. gifts: where these got to, by request state."""

    run: SyncRun
    link: CampaignLink | None
    counts: dict[str, int]
    gifts: dict[str, int]

    @property
    def is_open(self) -> bool:
        return self.run.state in {RunState.QUEUED, RunState.RUNNING}

    @property
    def failed(self) -> int:
        return sum(self.gifts.get(state, 0) for state in ("failed", "parked", "unknown"))

    @property
    def waiting(self) -> int:
        return sum(self.gifts.get(state, 0) for state in ("planned", "sending"))


@dataclass(frozen=True, slots=True)
class PersonShown:
    """One decision. name: empty where Salesforce did not tell. gift: as the ledger has it.

    double_of: name or Id of the member who gets the gift instead; "" where this run did not see them.
    """

    decision: SyncDecision
    name: str
    reason: str
    gift: Gift | None
    has_double: bool
    double_of: str = ""


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """names_missing: why people are shown by Id, empty where they are not."""

    people: list[PersonShown]
    has_more: bool
    names_missing: str = ""


@dataclass(frozen=True)
class ShowSync:
    """Reads the store alone, and names from the org it is given. Nothing of other orgs is shown."""

    store: Store
    clock: Clock
    default_at: time | None = None

    def links(self, org_id: str) -> list[LinkShown]:
        with self.store.read() as unit:
            return [self._shown(unit, link) for link in unit.links.of_org(org_id)]

    def link(self, org_id: str, link_id: str) -> LinkShown:
        """Raises CallerError for a link of another org, or none."""
        with self.store.read() as unit:
            return self._shown(unit, own_link(unit, org_id, link_id))

    def runs(self, org_id: str, link_id: str, page: int) -> tuple[list[RunShown], bool]:
        """A page of a link's runs, the newest first, and whether there are more. page: from 1."""
        with self.store.read() as unit:
            offset = (page - 1) * RUNS_ON_A_PAGE
            runs = unit.runs.of_link(link_id, offset=offset, limit=RUNS_ON_A_PAGE + 1)
            shown = [self._run(unit, run, unit.links.get(link_id)) for run in runs[:RUNS_ON_A_PAGE]]
        return [each for each in shown if each.run.org_id == org_id], len(runs) > RUNS_ON_A_PAGE

    def run(self, org_id: str, run_id: str) -> RunShown:
        """Raises CallerError for a run of another org, or none."""
        with self.store.read() as unit:
            run = unit.runs.get(run_id)
            if run is None or run.org_id != org_id:
                raise CallerError("There is no such run.", code="no_run")
            return self._run(unit, run, unit.links.get(run.link_id))

    def decisions(self, run_id: str, org: SalesforceOrg, *, reason: str | None, page: int) -> DecisionPage:
        """org: as the viewer sees it, who is shown no name that they may not see there. page: from 1."""
        offset = (page - 1) * DECISIONS_ON_A_PAGE
        with self.store.read() as unit:
            found = unit.decisions.of(run_id, reason=reason, offset=offset, limit=DECISIONS_ON_A_PAGE + 1)
            shown = found[:DECISIONS_ON_A_PAGE]
            gifts = unit.gifts.named([decision.gift_key for decision in shown])
            marks = [decision.look_alike for decision in shown]
            doubles = unit.decisions.look_alikes(run_id, marks)
            chosen = unit.decisions.chosen(run_id, marks)
        others = {decision.member_id: chosen.get(decision.look_alike) for decision in shown}
        ids = [each.person_id for each in [*shown, *others.values()] if each is not None]
        names, missing = _names(org, list(dict.fromkeys(ids)))
        people = [
            PersonShown(
                decision=decision,
                name=names.get(decision.person_id, ""),
                reason=SkipReason[decision.reason].value if decision.reason else "",
                gift=gifts.get(decision.gift_key),
                has_double=not decision.reason and decision.look_alike in doubles,
                double_of=_double_of(decision, others[decision.member_id], names),
            )
            for decision in shown
        ]
        return DecisionPage(people, len(found) > DECISIONS_ON_A_PAGE, missing)

    def _run(self, unit: Unit, run: SyncRun, link: CampaignLink | None) -> RunShown:
        counts = unit.decisions.counts(run.run_id)
        gifts = {} if run.dry_run else unit.decisions.gift_states(run.run_id)
        return RunShown(run, link, counts, gifts)

    def _shown(self, unit: Unit, link: CampaignLink) -> LinkShown:
        now = self.clock()
        schedule = unit.schedules.get(link.link_id) or default_schedule(
            unit, link.link_id, self.default_at, now=now
        )
        next_at = schedule.next_after(now) if link.enabled else None
        return LinkShown(
            link=link,
            schedule=schedule,
            next_at=next_at.astimezone(zone(schedule.time_zone)) if next_at else None,
            last=unit.runs.last(link.link_id),
            budgets=sum(budget.scope == link.link_id for budget in unit.gift_budgets.all()),
        )


def _double_of(decision: SyncDecision, other: SyncDecision | None, names: Mapping[str, str]) -> str:
    if other is None or decision.reason != SkipReason.DUPLICATE.name:
        return ""
    return names.get(other.person_id) or other.person_id


def _names(org: SalesforceOrg, record_ids: Sequence[str]) -> tuple[dict[str, str], str]:
    """Names by record Id, and why they are missing."""
    by_object: dict[str, list[str]] = {}
    for record_id in record_ids:
        if sobject := person_sobject(record_id):
            by_object.setdefault(sobject, []).append(record_id)
    soqls = [
        f"SELECT Id, Name FROM {sobject} WHERE Id IN {quoted_list(ids)}"  # noqa: S608 - quoted
        for sobject, ids in by_object.items()
    ]
    if not soqls:
        return {}, ""
    try:
        answers = org.query_together(soqls)
    except ConnectorError as error:
        log.warning("names_not_read", code=error.code)
        return {}, error.told
    return {row["Id"]: str(row["Name"] or "") for rows in answers for row in rows}, ""
