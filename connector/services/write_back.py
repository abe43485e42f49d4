"""Write changed gifts to Salesforce, in the fewest API calls, each effect harmless when repeated.

Per batch of at most 1,000 gifts, or of 20,000 where so many have piled up, which costs fewer calls by the
Bulk API: Gift__c by our key, and the members; then, in one question, the sums over Gift__c, the
conversions, and the members' statuses, because Salesforce replaces an unknown status silently; then
people, Campaigns and timeline Tasks together. A thousand gifts take five calls so, a few gifts three.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from connector.domain.gift import Gift
from connector.domain.recipient import Person
from connector.errors import AdminError, ConnectorError, TemporaryError
from connector.ports import Clock, RecordWrite, SalesforceOrg, WriteState
from connector.services.call_tally import tallied
from connector.services.checkpoints import Checkpoint, Step
from connector.services.follow_people import find_followers, is_gone
from connector.services.gone_campaigns import write_without_gone
from connector.services.leases import LeaseLost
from connector.services.member_statuses import expected_statuses, mend_statuses, speaking, statuses_of
from connector.services.person_totals import PersonTotals, totals_of
from connector.services.questions import ask_both
from connector.services.salesforce_fields import campaign_record, gift_record, member_record, person_record
from connector.services.storage import Store
from connector.services.timeline_tasks import TimelineTasks
from connector.services.worker import OpenOrg, Patience
from connector.services.write_results import Problem, Problems, changes_after_write

log = structlog.get_logger(__name__)

BATCH = 1_000
# What bounds memory where much has piled up: about 10 kB for each gift.
LARGE_BATCH = 20_000


@dataclass(frozen=True)
class WriteBack:
    """The job that brings an org up to date with the ledger."""

    store: Store
    open_org: OpenOrg
    clock: Clock
    checkpoint: Checkpoint
    patience: Patience = field(default_factory=Patience)

    def __call__(self, org_id: str, job_id: str = "") -> None:
        """Write what is due. A failed call puts its batch off and ends the job; a lost lease only ends it.

        Goes on while batches are full or have left something of their own to write; what becomes due
        meanwhile is gathered for the next job.
        """
        try:
            written = self._write_due(org_id)
        except LeaseLost:
            log.info("write_back_elsewhere", org_id=org_id, job_id=job_id)
        else:
            log.info("write_back_done", org_id=org_id, job_id=job_id, gifts=written)

    def _write_due(self, org_id: str) -> int:
        """How many gifts were written."""
        batch, written = self._due(org_id), 0
        while batch:
            try:
                org = self.open_org(org_id)
                self._write(org, batch)
            except LeaseLost:
                raise
            except ConnectorError as error:
                self._put_off(batch, error)
                break
            except Exception as defect:
                # Put off as well: the next job begins within a second, and each would spend the org's calls.
                self._put_off(batch, TemporaryError(type(defect).__name__, code="connector_defect"))
                raise
            written += len(batch)
            self._record_usage(org, org_id)
            keys, following = {gift.key for gift in batch}, self._due(org_id)
            is_unfinished = len(batch) >= BATCH or any(gift.key in keys for gift in following)
            batch = following if is_unfinished else []
        return written

    def _write(self, org: SalesforceOrg, batch: Sequence[Gift]) -> None:
        """What it takes counts for the runs that the gifts came of, whether it is done in the end or not."""
        with tallied() as tally:
            try:
                _Batch(self, org, self._providers(), batch).write()
            finally:
                with self.store.write() as unit:
                    unit.runs.share_calls([gift.key for gift in batch], tally.calls)

    def _due(self, org_id: str) -> list[Gift]:
        with self.store.read() as unit:
            waiting = unit.gifts.waiting_for_write(now=self.clock()).get(org_id)
            if waiting is None:
                return []
            limit = LARGE_BATCH if waiting.count >= LARGE_BATCH else BATCH
            return unit.gifts.dirty(org_id, now=self.clock(), limit=limit)

    def _providers(self) -> dict[str, str]:
        """Account id to the provider's name."""
        with self.store.read() as unit:
            return {account.account_id: account.provider for account in unit.connections.accounts()}

    def _put_off(self, batch: Sequence[Gift], error: ConnectorError) -> None:
        log.warning("write_back_failed", error=type(error).__name__, code=error.code, gifts=len(batch))
        with self.store.write() as unit:
            current = unit.gifts.named([gift.key for gift in batch])
            state = WriteState.PARK if isinstance(error, AdminError) else WriteState.RETRY
            problem = Problem(state, error.code, str(error))
            now = self.clock()
            unit.gifts.change(
                {
                    gift.key: changes_after_write(
                        gift,
                        current[gift.key],
                        problem,
                        now=now,
                        jitter=_jitter(),
                        in_flight=self.patience.in_flight,
                        wait=error.retry_after_seconds,
                    )
                    for gift in batch
                }
            )

    def _record_usage(self, org: SalesforceOrg, org_id: str) -> None:
        usage = org.api_usage()
        if usage is not None:
            with self.store.write() as unit:
                unit.health.record_usage(org_id, usage.used, usage.allocation, now=self.clock())


def _jitter() -> float:
    return random.random()  # noqa: S311 - jitter keeps no secret


@dataclass
class _Batch:
    """One batch on its way through the steps."""

    job: WriteBack
    org: SalesforceOrg
    providers: Mapping[str, str]
    gifts: Sequence[Gift]
    problems: Problems = field(default_factory=Problems)
    gone: set[Person] = field(default_factory=set)

    def write(self) -> None:
        written, expected = self._write_gifts(self.gifts)
        sent = [gift for gift in written if gift.provider_gift_id]
        totals, statuses = ask_both(
            self.org,
            totals_of([gift.request.person for gift in sent], [gift.request.campaign_id for gift in sent]),
            statuses_of(sorted(expected)),
        )
        moved = [gift for gift in sent if gift.request.person.record_id in totals.converted]
        self._follow_conversions(moved, totals)
        settled = {gift.key: gift for gift in sent if gift.request.person.record_id not in totals.converted}
        self._write_records(settled, totals)
        mend_statuses(self.org, expected, statuses, self.problems)
        self._commit([*moved, *self._follow_merges()])

    def _write_gifts(self, gifts: Sequence[Gift]) -> tuple[list[Gift], dict[str, Gift]]:
        """Those that are in Salesforce now, with their Id there; and see expected_statuses.

        Members go along, needing nothing of Gift__c.
        """
        now = self.job.clock()
        writes = [
            gift_record(gift, self.providers.get(gift.request.account_id, ""), now=now) for gift in gifts
        ]
        with self.job.store.read() as unit:
            told = speaking(gifts, unit.gifts.latest_of_members(gifts[0].request.org_id, gifts))
        outcomes = self.org.write([*writes, *(member_record(gift) for gift in told)])
        self.job.checkpoint(Step.GIFTS_WRITTEN)
        in_the_end = write_without_gone(self.org, writes, outcomes[: len(gifts)])
        written = []
        for gift, outcome in zip(gifts, in_the_end, strict=True):
            if is_gone(outcome):
                self.gone.add(gift.request.person)
            if self.problems.note(gift.key, "Gift__c", outcome):
                written.append(replace(gift, salesforce_id=outcome.record_id or gift.salesforce_id))
        for gift, outcome in zip(told, outcomes[len(gifts) :], strict=True):
            self.problems.note(gift.key, "CampaignMember", outcome)
        with self.job.store.write() as unit:
            unit.gifts.change({gift.key: {"salesforce_id": gift.salesforce_id} for gift in written})
        self.job.checkpoint(Step.GIFTS_MARKED)
        return written, expected_statuses(told, outcomes[len(gifts) :])

    def _follow_conversions(self, moved: Iterable[Gift], totals: PersonTotals) -> None:
        """A gift follows its lead to the contact; everything else of it is written in the next round."""
        with self.job.store.write() as unit:
            for gift in moved:
                lead_id = gift.request.person.lead_id
                unit.gifts.change({gift.key: {"person": Person(totals.converted[lead_id], lead_id)}})

    def _write_records(self, settled: Mapping[str, Gift], totals: PersonTotals) -> None:
        """People, Campaigns and Tasks in one go."""
        people = self._people(settled.values())
        tasks = TimelineTasks(self.job.store)
        intended = tasks.intend(self.org, settled)
        self.job.checkpoint(Step.TASKS_INTENT_COMMITTED)
        writes: list[tuple[str, RecordWrite]] = []
        for latest, keys in people:
            cost = totals.lifetime_cost.get(latest.request.person.record_id, 0.0)
            writes.append((keys[0], person_record(latest, cost)))
        writes += self._campaigns(settled.values(), totals)
        writes += [(entry.gift_key, record) for entry, record in intended]
        outcomes = self.org.write([record for _, record in writes]) if writes else []
        self.job.checkpoint(Step.RECORDS_WRITTEN)
        for (key, record), outcome in zip(writes, outcomes, strict=True):
            if is_gone(outcome) and record.sobject != "Campaign":
                self.gone.add(settled[key].request.person)
            self.problems.note(key, record.sobject, outcome)
        with self.job.store.write() as unit:
            tasks.settle(unit, [entry for entry, _ in intended], outcomes[len(writes) - len(intended) :])
        self.job.checkpoint(Step.TASKS_MARKED)

    def _follow_merges(self) -> list[Gift]:
        """Gifts of people who live on in another record: written for that one in the next round."""
        followers = find_followers(self.org, self.gone) if self.gone else {}
        moved = [gift for gift in self.gifts if gift.request.person.record_id in followers]
        with self.job.store.write() as unit:
            unit.gifts.change(
                {gift.key: {"person": followers[gift.request.person.record_id]} for gift in moved}
            )
        return moved

    def _campaigns(self, gifts: Iterable[Gift], totals: PersonTotals) -> list[tuple[str, RecordWrite]]:
        """Each Campaign once, beside the key of a gift that concerns it."""
        keys = {gift.request.campaign_id: gift.key for gift in gifts}
        return [
            (keys[campaign_id], campaign_record(campaign_id, found))
            for campaign_id, found in sorted(totals.campaigns.items())
            if campaign_id in keys
        ]

    def _people(self, gifts: Iterable[Gift]) -> list[tuple[Gift, list[str]]]:
        """Each person once, with their latest gift and the keys of the batch that concern them."""
        keys: dict[str, list[str]] = defaultdict(list)
        people: dict[str, Person] = {}
        for gift in gifts:
            keys[gift.request.person.record_id].append(gift.key)
            people[gift.request.person.record_id] = gift.request.person
        if not people:
            return []
        org_id = self.gifts[0].request.org_id
        with self.job.store.read() as unit:
            latest = unit.gifts.latest_of(org_id, list(people.values()))
        return [(latest[record_id], keys[record_id]) for record_id in sorted(people) if record_id in latest]

    def _commit(self, moved: Iterable[Gift]) -> None:
        now = self.job.clock()
        again = {gift.key for gift in moved}
        with self.job.store.write() as unit:
            current = unit.gifts.named([gift.key for gift in self.gifts])
            unit.gifts.change(
                {
                    gift.key: changes_after_write(
                        gift,
                        current[gift.key],
                        self.problems.of(gift.key),
                        now=now,
                        jitter=_jitter(),
                        in_flight=self.job.patience.in_flight,
                    )
                    for gift in self.gifts
                    if gift.key not in again
                }
            )
        for gift in self.gifts:
            problem = self.problems.of(gift.key)
            log.debug("gift_written", gift=gift.key, problem=problem.code if problem else "")
        self.job.checkpoint(Step.VERSIONS_COMMITTED)
