"""One batch of changed gifts on its way to Salesforce: gifts and members, a question, all the rest."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from connector.domain.backoff import random_jitter
from connector.domain.gift import Gift
from connector.domain.recipient import Person
from connector.ports import Clock, RecordWrite, SalesforceOrg
from connector.services.checkpoints import Checkpoint, Step
from connector.services.storage.store import Store
from connector.services.worker import Patience
from connector.services.writing.follow_people import find_followers, is_gone
from connector.services.writing.gone_look_ups import PERSON_GONE, write_without_gone
from connector.services.writing.member_statuses import expected_statuses, mend_statuses, speaking, statuses_of
from connector.services.writing.person_totals import PersonTotals, totals_of
from connector.services.writing.questions import ask_both
from connector.services.writing.salesforce_fields import (
    campaign_record,
    gift_record,
    member_record,
    person_record,
)
from connector.services.writing.timeline_tasks import TimelineTasks
from connector.services.writing.write_results import Problems, changes_after_write

log = structlog.get_logger(__name__)


@dataclass
class WriteBatch:
    """One batch on its way through the steps. providers: account id to the provider's name."""

    store: Store
    clock: Clock
    checkpoint: Checkpoint
    patience: Patience
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
        now = self.clock()
        writes = [
            gift_record(gift, self.providers.get(gift.request.account_id, ""), now=now) for gift in gifts
        ]
        with self.store.read() as unit:
            told = speaking(gifts, unit.gifts.latest_of_members(gifts[0].request.org_id, gifts))
        outcomes = self.org.write([*writes, *(member_record(gift) for gift in told)])
        self.checkpoint(Step.GIFTS_WRITTEN)
        in_the_end = write_without_gone(self.org, writes, outcomes[: len(gifts)])
        written = []
        for gift, (outcome, without_person) in zip(gifts, in_the_end, strict=True):
            if without_person or is_gone(outcome):
                self.gone.add(gift.request.person)
            if self.problems.note(gift.key, "Gift__c", outcome):
                written.append(replace(gift, salesforce_id=outcome.record_id or gift.salesforce_id))
                if without_person:
                    self.problems.note(gift.key, gift.request.person.sobject, PERSON_GONE)
        for gift, outcome in zip(told, outcomes[len(gifts) :], strict=True):
            self.problems.note(gift.key, "CampaignMember", outcome)
        with self.store.write() as unit:
            unit.gifts.change({gift.key: {"salesforce_id": gift.salesforce_id} for gift in written})
        self.checkpoint(Step.GIFTS_MARKED)
        return written, expected_statuses(told, outcomes[len(gifts) :])

    def _follow_conversions(self, moved: Iterable[Gift], totals: PersonTotals) -> None:
        """A gift follows its lead to the contact; everything else of it is written in the next round."""
        with self.store.write() as unit:
            for gift in moved:
                lead_id = gift.request.person.lead_id
                unit.gifts.change({gift.key: {"person": Person(totals.converted[lead_id], lead_id)}})

    def _write_records(self, settled: Mapping[str, Gift], totals: PersonTotals) -> None:
        """People, Campaigns and Tasks in one go."""
        people = self._people(settled.values())
        tasks = TimelineTasks(self.store)
        intended = tasks.intend(self.org, settled)
        self.checkpoint(Step.TASKS_INTENT_COMMITTED)
        writes: list[tuple[str, RecordWrite]] = []
        for latest, keys in people:
            cost = totals.lifetime_cost.get(latest.request.person.record_id, 0.0)
            writes.append((keys[0], person_record(latest, cost)))
        writes += self._campaigns(settled.values(), totals)
        writes += [(entry.gift_key, record) for entry, record in intended]
        outcomes = self.org.write([record for _, record in writes]) if writes else []
        self.checkpoint(Step.RECORDS_WRITTEN)
        for (key, record), outcome in zip(writes, outcomes, strict=True):
            if is_gone(outcome) and record.sobject != "Campaign":
                self.gone.add(settled[key].request.person)
            self.problems.note(key, record.sobject, outcome)
        with self.store.write() as unit:
            tasks.settle(unit, [entry for entry, _ in intended], outcomes[len(writes) - len(intended) :])
        self.checkpoint(Step.TASKS_MARKED)

    def _follow_merges(self) -> list[Gift]:
        """Gifts of people who live on in another record: written for that one in the next round."""
        followers = find_followers(self.org, self.gone) if self.gone else {}
        moved = [gift for gift in self.gifts if gift.request.person.record_id in followers]
        with self.store.write() as unit:
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
        with self.store.read() as unit:
            latest = unit.gifts.latest_of(org_id, list(people.values()))
        return [(latest[record_id], keys[record_id]) for record_id in sorted(people) if record_id in latest]

    def _commit(self, moved: Iterable[Gift]) -> None:
        now = self.clock()
        again = {gift.key for gift in moved}
        with self.store.write() as unit:
            current = unit.gifts.named([gift.key for gift in self.gifts])
            unit.gifts.change(
                {
                    gift.key: changes_after_write(
                        gift,
                        current[gift.key],
                        self.problems.of(gift.key),
                        now=now,
                        jitter=random_jitter(),
                        in_flight=self.patience.in_flight,
                    )
                    for gift in self.gifts
                    if gift.key not in again
                }
            )
        for gift in self.gifts:
            problem = self.problems.of(gift.key)
            log.debug("gift_written", gift=gift.key, problem=problem.code if problem else "")
        self.checkpoint(Step.VERSIONS_COMMITTED)
