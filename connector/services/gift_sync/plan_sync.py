"""GiftSync: read a Campaign's members and plan a gift for each who is to get one."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from uuid import uuid4

import structlog

from connector.domain.campaign_link import CampaignLink
from connector.domain.eligibility import Candidate, SkipReason
from connector.domain.gift import Gift, GiftRequest
from connector.domain.keys import campaign_source_key
from connector.domain.vocabulary import GiftSource
from connector.errors import ConfigurationError, ConnectorError
from connector.ports import Clock, RecordWrite, SalesforceOrg, WriteKind
from connector.services.checkpoints import Checkpoint, Step
from connector.services.connections.call_tally import tallied
from connector.services.gift_sync.judge_members import Imagined, judge_members, must_return
from connector.services.gift_sync.read_members import Reading, read_members
from connector.services.gift_sync.sync_decisions import decisions_of
from connector.services.gifts.admit_gifts import admit
from connector.services.gifts.candidates import PeopleReader, people_reader
from connector.services.gifts.outcomes import planned_again, withdraw
from connector.services.jobs import plan_chunks
from connector.services.storage.store import Store, Unit
from connector.services.storage.sync import RunState, SyncRun
from connector.services.storage.terms import Watermark
from connector.services.worker import OpenOrg
from connector.services.writing.salesforce_fields import moment

log = structlog.get_logger(__name__)

_RELEASED_AT_ONCE = 2_000


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
        self,
        link_id: str,
        *,
        dry_run: bool = False,
        full: bool = False,
        run: SyncRun | None = None,
        unmapped: Collection[str] = (),
    ) -> SyncReport:
        """Members are planned by 200 in a transaction, rows and job together, as they are read.

        However many there are, no more than a page of them is in memory (docs/engine.md has the figures).

        What changed since the last run is read, by SystemModstamp; everything where there was none, where the
        terms of the link have changed since, and with `full`. The watermark advances with the last page: a
        run that is cut off is repeated from where it began.
        dry_run: everything is read, no gift is planned and nothing is written to Salesforce; the report names
        the first names_at_most of those who would get a gift, and of those who would not. run: what the run
        is kept as. Of a dry run nothing is kept without it; with it, decisions are, instead of names.
        unmapped: objects whose field mapping is known to be unusable: their members are skipped.
        Raises ConfigurationError for a link that is unknown, or switched off and this is no dry run, and the
        org's errors.
        """
        link = self._link(link_id, may_be_paused=dry_run)
        with self.store.read() as unit:
            reader = people_reader(unit, link.org_id, with_address=link.direct_send, unmapped=unmapped)
            terms = _terms(unit, link)
            known = None if full or dry_run else unit.watermarks.get(link_id)
        reading = Reading(terms, known.at if known is not None and known.terms == terms else None)
        org = self.open_org(link.org_id)
        begun = run or SyncRun(
            run_id=str(uuid4()), link_id=link_id, org_id=link.org_id, started_at=self.clock(), full=full
        )
        with tallied() as tally, self._ending(begun, is_ours=run is None):
            if dry_run:
                report = self._look(link, org, reader, reading, SyncReport(begun), is_kept=run is not None)
            else:
                self._release_parked(link)
                report = self._plan(link, org, reader, reading, SyncReport(begun))
                self._tell_campaign(link, org)
        report.run = replace(
            report.run,
            state=RunState.DONE,
            finished_at=self.clock(),
            api_calls=begun.api_calls + tally.calls,
        )
        if run is not None or not dry_run:
            self._keep(report.run)
        return report

    @contextmanager
    def _ending(self, begun: SyncRun, *, is_ours: bool) -> Iterator[None]:
        """A run that nobody else keeps is not left as running where it is broken off."""
        try:
            yield
        except BaseException as problem:
            if is_ours:
                with self.store.write() as unit:
                    if (kept := unit.runs.get(begun.run_id)) is not None:
                        error = str(problem) or type(problem).__name__
                        over = replace(kept, state=RunState.FAILED, error=error, finished_at=self.clock())
                        unit.runs.save(over)
            raise

    def _look(
        self,
        link: CampaignLink,
        org: SalesforceOrg,
        reader: PeopleReader,
        reading: Reading,
        report: SyncReport,
        *,
        is_kept: bool,
    ) -> SyncReport:
        """A dry run over every member."""
        imagined = Imagined(report.run.run_id if is_kept else "")
        for candidates, _ in read_members(org, link, reader, reading):
            report = self._judge_page(link, candidates, report, imagined)
        return report

    def _plan(
        self,
        link: CampaignLink,
        org: SalesforceOrg,
        reader: PeopleReader,
        reading: Reading,
        report: SyncReport,
    ) -> SyncReport:
        for candidates, is_last in read_members(org, link, reader, reading):
            mark = reading.watermark if is_last else None
            report = self._plan_page(link, candidates, report, mark)
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
        """Try again what waits for an administrator: whoever starts a sync has seen to it, or time has.

        What waits for its account goes on by itself once that works (ResumeAccounts); until then a try would
        only be parked, and written to Salesforce, anew.
        """
        now = self.clock()
        while True:
            with self.store.write() as unit:
                parked = unit.gifts.parked(link, limit=_RELEASED_AT_ONCE)
                unit.gifts.change({gift.key: planned_again(now) for gift in parked})
                plan_chunks(unit, parked)
            if len(parked) < _RELEASED_AT_ONCE:
                return

    def _judge_page(
        self, link: CampaignLink, candidates: Sequence[Candidate], report: SyncReport, imagined: Imagined
    ) -> SyncReport:
        """What would become of the members of a page."""
        with self.store.read() as unit:
            judged = judge_members(unit, link, candidates, now=self.clock(), imagined=imagined)
        imagined.add(judged.chosen)
        run = judged.counted(report.run)
        if imagined.run_id:
            with self.store.write() as unit:
                unit.decisions.add(run.run_id, decisions_of(run.run_id, judged.verdicts, judged.keys))
                unit.runs.save(run)
            return SyncReport(run)
        return self._named(report, run, judged.chosen, judged.skipped)

    def _plan_page(
        self,
        link: CampaignLink,
        candidates: Sequence[Candidate],
        report: SyncReport,
        mark: Watermark | None,
    ) -> SyncReport:
        """mark: the watermark to advance to, with the last page."""
        with self.store.write() as unit:
            judged = judge_members(unit, link, candidates, now=self.clock())
            keys, run = judged.keys, judged.counted(report.run)
            gifts = [self._gift(link, candidate, keys[candidate.member_id]) for candidate in judged.chosen]
            self._add(unit, gifts)
            gone = [keys[candidate.member_id] for candidate in candidates if candidate.member_deleted]
            withdraw(
                unit,
                [key for key in gone if key in judged.existing],
                SkipReason.MEMBER_DELETED,
                now=self.clock(),
            )
            unit.decisions.add(run.run_id, decisions_of(run.run_id, judged.verdicts, keys))
            unit.runs.save(run)
            if mark is not None and not must_return(run):
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


def _terms(unit: Unit, link: CampaignLink) -> str:
    """A fingerprint of all that decides who gets which gift: when it changes, everyone is looked at again."""
    mappings = [unit.mappings.get(link.org_id, sobject) for sobject in ("Contact", "Lead")]
    gift = (
        link.account_id,
        link.gift_campaign_id,
        link.direct_send,
        link.line_items,
        link.allow_duplicates,
    )
    return sha256(repr((gift, [sorted(m.paths.items()) for m in mappings])).encode()).hexdigest()
