"""GiftSync: read a Campaign's members and plan a gift for each who is to get one."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import structlog

from connector.domain.campaign_link import CampaignLink
from connector.domain.eligibility import Candidate, SkipReason, skip_reason
from connector.domain.gift import Gift, GiftRequest, RequestState
from connector.domain.keys import campaign_source_key, gift_key
from connector.domain.vocabulary import GiftSource
from connector.errors import ConfigurationError, ConnectorError
from connector.ports import Clock, Record, RecordWrite, SalesforceOrg, WriteKind
from connector.services.admit_gifts import admit
from connector.services.budget_check import Fit, fitting
from connector.services.candidates import last_change, people_reader
from connector.services.checkpoints import Checkpoint, Step
from connector.services.jobs import CHUNK, plan_chunks
from connector.services.outcomes import withdraw
from connector.services.salesforce_fields import moment
from connector.services.storage import GiftChanges, Store, Unit
from connector.services.storage_sync import RunState, SyncRun
from connector.services.storage_terms import Watermark
from connector.services.sync_decisions import decisions_of
from connector.services.worker import OpenOrg

log = structlog.get_logger(__name__)

# Members planned in one transaction, so that webhooks and workers wait for milliseconds only; what they get
# makes one job.
_PAGE = CHUNK
_RELEASED_AT_ONCE = 2_000
# A record of a long transaction is stamped when it is saved and seen when the transaction ends.
_OVERLAP = timedelta(minutes=10)


@dataclass
class SyncReport:
    """What a sync did, or would do, in numbers.

    recipients, skipped: of a dry run, the first people of each kind, for somebody to look at.
    """

    run: SyncRun
    recipients: list[Candidate] = field(default_factory=list)
    skipped: list[tuple[Candidate, SkipReason]] = field(default_factory=list)

    @property
    def unnamed(self) -> int:
        """How many members a dry run counted and does not name."""
        return self.run.members - len(self.recipients) - len(self.skipped)


@dataclass(frozen=True)
class PlanSync:
    """Plans the gifts of one campaign link. A repeated run plans only who is new."""

    store: Store
    open_org: OpenOrg
    clock: Clock
    checkpoint: Checkpoint
    names_at_most: int = 1_000

    def __call__(
        self, link_id: str, *, dry_run: bool = False, full: bool = False, run: SyncRun | None = None
    ) -> SyncReport:
        """Members are planned by 200 in a transaction, rows and job together, as they are read.

        However many there are, no more than a page of them is in memory (docs/engine.md has the figures).

        What changed since the last run is read, by SystemModstamp; everything where there was none, where the
        terms of the link have changed since, and with `full`. The watermark advances with the last page: a
        run that is cut off is repeated from where it began.
        dry_run: everything is read, no gift is planned and nothing is written to Salesforce; the report names
        the first names_at_most of those who would get a gift, and of those who would not. run: what the run
        is kept as. Of a dry run nothing is kept without it; with it, decisions are, instead of names.
        Raises ConfigurationError for a link that is unknown, or switched off and this is no dry run, and the
        org's errors.
        """
        link = self._link(link_id, may_be_paused=dry_run)
        with self.store.read() as unit:
            reader = people_reader(unit, link.org_id, with_address=link.direct_send)
            terms = _terms(unit, link)
            known = None if full or dry_run else unit.watermarks.get(link_id)
        reading = _Reading(terms, known.at if known is not None and known.terms == terms else None)
        org = self.open_org(link.org_id)
        begun = run or SyncRun(
            run_id=str(uuid4()), link_id=link_id, org_id=link.org_id, started_at=self.clock(), full=full
        )
        report = SyncReport(begun)
        used_before = _calls_used(org)
        if not dry_run:
            self._release_parked(link)
        soql = reader.member_query("CampaignId", link.campaign_id, changed_since=reading.since)
        for page, is_last in _pages(org.query(soql, with_deleted=True)):
            reading.take(page)
            mark = reading.watermark if is_last and not dry_run else None
            candidates = [reader.member(row) for row in page]
            if dry_run:
                report = self._judge_page(link, candidates, report, is_kept=run is not None)
            else:
                report = self._plan_page(link, candidates, report, mark)
        if not dry_run:
            self._tell_campaign(link, org)
        report.run = replace(
            report.run,
            state=RunState.DONE,
            finished_at=self.clock(),
            api_calls=max(0, _calls_used(org) - used_before),
        )
        if run is not None or not dry_run:
            self._keep(report.run)
        return report

    def _link(self, link_id: str, *, may_be_paused: bool) -> CampaignLink:
        with self.store.read() as unit:
            link = unit.links.get(link_id)
        if link is not None and not link.enabled and not may_be_paused:
            raise ConfigurationError(
                f"GiftSync of the Campaign {link.campaign_id} is paused", code="paused", remedy="Resume it."
            )
        if link is None:
            raise ConfigurationError(
                f"No active campaign link {link_id}", code="no_link", remedy="run `connector map`"
            )
        return link

    def _release_parked(self, link: CampaignLink) -> None:
        """Whoever starts a sync has seen to what the parked rows wait for."""
        planned_again = GiftChanges(state=RequestState.PLANNED, next_attempt_at=self.clock(), attempts=0)
        while True:
            with self.store.write() as unit:
                parked = unit.gifts.parked(link, limit=_RELEASED_AT_ONCE)
                unit.gifts.change({gift.key: planned_again for gift in parked})
                plan_chunks(unit, parked)
            if len(parked) < _RELEASED_AT_ONCE:
                return

    def _judge_page(
        self, link: CampaignLink, candidates: Sequence[Candidate], report: SyncReport, *, is_kept: bool
    ) -> SyncReport:
        """What would become of the members of a page."""
        with self.store.read() as unit:
            verdicts, keys, _ = self._judge(unit, link, candidates, planned_beside=report.run.planned)
        run = _counted(report.run, verdicts)
        if is_kept:
            with self.store.write() as unit:
                unit.decisions.add(run.run_id, decisions_of(run.run_id, verdicts, keys))
                unit.runs.save(run)
            return SyncReport(run)
        chosen = [candidate for candidate, reason in verdicts if reason is None]
        skipped = [(candidate, reason) for candidate, reason in verdicts if reason is not None]
        return self._named(report, run, chosen, skipped)

    def _plan_page(
        self,
        link: CampaignLink,
        candidates: Sequence[Candidate],
        report: SyncReport,
        mark: Watermark | None,
    ) -> SyncReport:
        """mark: the watermark to advance to, with the last page."""
        with self.store.write() as unit:
            verdicts, keys, existing = self._judge(unit, link, candidates, planned_beside=0)
            chosen = [candidate for candidate, reason in verdicts if reason is None]
            run = _counted(report.run, verdicts)
            self._add(unit, [self._gift(link, candidate, keys[candidate.member_id]) for candidate in chosen])
            gone = [keys[candidate.member_id] for candidate in candidates if candidate.member_deleted]
            withdraw(
                unit,
                [key for key in gone if key in existing],
                SkipReason.MEMBER_DELETED,
                now=self.clock(),
            )
            unit.decisions.add(run.run_id, decisions_of(run.run_id, verdicts, keys))
            unit.runs.save(run)
            if mark is not None and not _must_return(run):
                unit.watermarks.save(link.link_id, mark)
        self.checkpoint(Step.PLAN_PAGE_COMMITTED)
        return SyncReport(run)

    def _named(
        self,
        report: SyncReport,
        run: SyncRun,
        chosen: Sequence[Candidate],
        skipped: Sequence[tuple[Candidate, SkipReason]],
    ) -> SyncReport:
        """The report with as many more names as fit."""
        recipients = [*report.recipients, *chosen][: self.names_at_most]
        return SyncReport(run, recipients, [*report.skipped, *skipped][: self.names_at_most])

    def _judge(
        self, unit: Unit, link: CampaignLink, candidates: Sequence[Candidate], *, planned_beside: int
    ) -> tuple[list[tuple[Candidate, SkipReason | None]], dict[str, str], set[str]]:
        """The verdicts, the gift key of each member, and those of the keys that the ledger has."""
        keys = {candidate.member_id: _key(link, candidate) for candidate in candidates}
        existing = unit.gifts.existing_keys(list(keys.values()))
        gifted = {member_id for member_id, key in keys.items() if key in existing}
        now = self.clock()
        fit = fitting(unit, link.org_id, link.link_id, link.value, now=now, planned_beside=planned_beside)
        return _verdicts(candidates, gifted, fit), keys, existing

    def _add(self, unit: Unit, gifts: Sequence[Gift]) -> None:
        admit(unit, gifts, now=self.clock())
        for gift in gifts:
            log.debug("gift_planned", gift=gift.key, campaign_member_id=gift.request.campaign_member_id)

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
            address=candidate.address,
            line_items=link.line_items,
        )
        return Gift(request=request, planned_at=now, next_attempt_at=now)

    def _tell_campaign(self, link: CampaignLink, org: SalesforceOrg) -> None:
        """Tell the Campaign when it was synced; a failure to say so spoils nothing."""
        told = RecordWrite(
            WriteKind.UPDATE,
            "Campaign",
            {"Id": link.campaign_id, "Gift_Last_Synced__c": moment(self.clock())},
        )
        try:
            org.write([told])
        except ConnectorError as error:
            log.warning("campaign_not_told", campaign_id=link.campaign_id, code=error.code)

    def _keep(self, run: SyncRun) -> None:
        with self.store.write() as unit:
            unit.runs.save(run)
        log.info(
            "sync_planned",
            link_id=run.link_id,
            dry_run=run.dry_run,
            members=run.members,
            planned=run.planned,
            skips=dict(run.skips),
        )


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


def _pages(rows: Iterable[Record]) -> Iterator[tuple[list[Record], bool]]:
    """Pages, and whether each is the last; one empty page where there are no rows."""
    page: list[Record] = []
    for row in rows:
        if len(page) == _PAGE:
            yield page, False
            page = []
        page.append(row)
    yield page, True


class _Reading:
    """How far the rows of a run reach."""

    def __init__(self, terms: str, at: datetime | None) -> None:
        self._terms = terms
        self._at = at

    @property
    def since(self) -> datetime | None:
        """What changed since then is read; None for everything."""
        return None if self._at is None else self._at - _OVERLAP

    def take(self, rows: Iterable[Record]) -> None:
        changes = [last_change(row) for row in rows]
        self._at = max([*changes, *([self._at] if self._at else [])], default=None)

    @property
    def watermark(self) -> Watermark | None:
        """By the org's own clock; None before the first row."""
        return None if self._at is None else Watermark(self._at, self._terms)


def _terms(unit: Unit, link: CampaignLink) -> str:
    """A fingerprint of all that decides who gets which gift: when it changes, everyone is looked at again."""
    mappings = [unit.mappings.get(link.org_id, sobject) for sobject in ("Contact", "Lead")]
    gift = (link.account_id, link.gift_campaign_id, link.direct_send, link.line_items)
    return sha256(repr((gift, [sorted(m.paths.items()) for m in mappings])).encode()).hexdigest()


def _must_return(run: SyncRun) -> bool:
    """Whoever found the budget used up is looked at again: it may be raised, freed or begin anew."""
    return any(run.skips.get(reason.value) for reason in (SkipReason.CAMPAIGN_BUDGET, SkipReason.ORG_BUDGET))


def _verdicts(
    candidates: Sequence[Candidate], gifted: Collection[str], fit: Fit
) -> list[tuple[Candidate, SkipReason | None]]:
    """gifted: ids of members that have the gift already."""
    verdicts: list[tuple[Candidate, SkipReason | None]] = []
    planned = 0
    for candidate in candidates:
        reason = skip_reason(candidate, already_gifted=candidate.member_id in gifted)
        if reason is None and not fit.takes(planned):
            reason = fit.reason
        planned += reason is None
        verdicts.append((candidate, reason))
    return verdicts
