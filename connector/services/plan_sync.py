"""GiftSync: read a Campaign's members and plan a gift for each who is to get one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

import structlog

from connector.domain.campaign_link import CampaignLink
from connector.domain.eligibility import Candidate, SkipReason, skip_reason
from connector.domain.gift import Gift, GiftRequest, RequestState
from connector.domain.keys import campaign_source_key, gift_key
from connector.domain.vocabulary import GiftSource
from connector.errors import ConfigurationError, ConnectorError
from connector.ports import Clock, Record, RecordWrite, SalesforceOrg, WriteKind
from connector.services.candidates import member_candidate, member_query
from connector.services.checkpoints import Checkpoint, Step
from connector.services.jobs import plan_chunks
from connector.services.salesforce_fields import moment
from connector.services.storage import GiftChanges, Store, SyncRun, Unit
from connector.services.worker import OpenOrg

log = structlog.get_logger(__name__)

# A query page of the REST API.
_PAGE = 2_000


@dataclass
class SyncReport:
    """What a sync did, or would do. The lists are filled by a dry run only."""

    run: SyncRun
    recipients: list[Candidate] = field(default_factory=list)
    skipped: list[tuple[Candidate, SkipReason]] = field(default_factory=list)


@dataclass(frozen=True)
class PlanSync:
    """Plans the gifts of one campaign link. A repeated run plans only who is new."""

    store: Store
    open_org: OpenOrg
    clock: Clock
    checkpoint: Checkpoint

    def __call__(self, link_id: str, *, dry_run: bool = False) -> SyncReport:
        """Each page of members is planned in one transaction, rows and jobs together.

        dry_run: nothing is written anywhere, and the report names everyone.
        Raises ConfigurationError for a link that is unknown or switched off, and the org's errors.
        """
        link = self._link(link_id)
        org = self.open_org(link.org_id)
        report = SyncReport(SyncRun(run_id=str(uuid4()), link_id=link_id, started_at=self.clock(), skips={}))
        used_before = _calls_used(org)
        if not dry_run:
            self._release_parked(link)
        for page in _pages(org.query(member_query("CampaignId", link.campaign_id))):
            report = self._plan_page(link, [member_candidate(row) for row in page], report, dry_run=dry_run)
        if not dry_run:
            report.run = self._finish(link, org, report.run, used_before)
        return report

    def _link(self, link_id: str) -> CampaignLink:
        with self.store.read() as unit:
            link = unit.links.get(link_id)
        if link is None or not link.enabled:
            raise ConfigurationError(
                f"No active campaign link {link_id}", code="no_link", remedy="run `connector map`"
            )
        return link

    def _release_parked(self, link: CampaignLink) -> None:
        """Whoever starts a sync has seen to what the parked rows wait for."""
        now = self.clock()
        with self.store.write() as unit:
            parked = unit.gifts.parked(link)
            planned_again = GiftChanges(state=RequestState.PLANNED, next_attempt_at=now, attempts=0)
            unit.gifts.change({gift.key: planned_again for gift in parked})
            plan_chunks(unit, parked)

    def _plan_page(
        self, link: CampaignLink, candidates: Sequence[Candidate], report: SyncReport, *, dry_run: bool
    ) -> SyncReport:
        keys = {candidate.member_id: _key(link, candidate) for candidate in candidates}
        with self.store.read() if dry_run else self.store.write() as unit:
            existing = unit.gifts.existing_keys(list(keys.values()))
            verdicts = [(c, skip_reason(c, already_gifted=keys[c.member_id] in existing)) for c in candidates]
            chosen = [candidate for candidate, reason in verdicts if reason is None]
            run = _counted(report.run, verdicts)
            if dry_run:
                skipped = [(candidate, reason) for candidate, reason in verdicts if reason is not None]
                return SyncReport(run, report.recipients + chosen, report.skipped + skipped)
            self._add(unit, [self._gift(link, candidate, keys[candidate.member_id]) for candidate in chosen])
            unit.runs.save(run)
        self.checkpoint(Step.PLAN_PAGE_COMMITTED)
        return SyncReport(run)

    def _add(self, unit: Unit, gifts: Sequence[Gift]) -> None:
        unit.gifts.add(gifts)
        plan_chunks(unit, gifts)

    def _gift(self, link: CampaignLink, candidate: Candidate, key: str) -> Gift:
        now = self.clock()
        request = GiftRequest(
            key=key,
            org_id=link.org_id,
            source=GiftSource.CAMPAIGN,
            source_key=campaign_source_key(candidate.member_id, link.gift_campaign_id),
            account_id=link.account_id,
            gift_campaign_id=link.gift_campaign_id,
            person=candidate.person,
            recipient=candidate.recipient,
            value=link.value,
            campaign_id=link.campaign_id,
            campaign_member_id=candidate.member_id,
        )
        return Gift(request=request, planned_at=now, next_attempt_at=now)

    def _finish(self, link: CampaignLink, org: SalesforceOrg, run: SyncRun, used_before: int) -> SyncRun:
        """Tell the Campaign when it was synced; a failure to say so spoils nothing."""
        now = self.clock()
        told = RecordWrite(
            WriteKind.UPDATE, "Campaign", {"Id": link.campaign_id, "Gift_Last_Synced__c": moment(now)}
        )
        try:
            org.write([told])
        except ConnectorError as error:
            log.warning("campaign_not_told", campaign_id=link.campaign_id, code=error.code)
        finished = replace(run, finished_at=now, api_calls=max(0, _calls_used(org) - used_before))
        with self.store.write() as unit:
            unit.runs.save(finished)
        log.info(
            "sync_planned",
            link_id=link.link_id,
            members=run.members,
            planned=run.planned,
            skips=dict(run.skips),
        )
        return finished


def _key(link: CampaignLink, candidate: Candidate) -> str:
    source_key = campaign_source_key(candidate.member_id, link.gift_campaign_id)
    return gift_key(link.org_id, GiftSource.CAMPAIGN, source_key)


def _counted(run: SyncRun, verdicts: Sequence[tuple[Candidate, SkipReason | None]]) -> SyncRun:
    skips = Counter(run.skips)
    skips.update(reason.value for _, reason in verdicts if reason is not None)
    planned = sum(reason is None for _, reason in verdicts)
    return replace(run, members=run.members + len(verdicts), planned=run.planned + planned, skips=dict(skips))


def _calls_used(org: SalesforceOrg) -> int:
    usage = org.api_usage()
    return usage.used if usage is not None else 0


def _pages(rows: Iterable[Record]) -> Iterator[list[Record]]:
    page: list[Record] = []
    for row in rows:
        page.append(row)
        if len(page) == _PAGE:
            yield page
            page = []
    if page:
        yield page
