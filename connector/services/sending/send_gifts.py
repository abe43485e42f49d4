"""Gifts for several people from one form: judged like a GiftSync, written together, once for each form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from connector.domain.eligibility import SkipReason
from connector.domain.gift import Gift
from connector.domain.keys import campaign_source_key, job_id
from connector.domain.money import Money
from connector.domain.portal_session import PortalSession
from connector.domain.vocabulary import GiftSource
from connector.errors import CallerError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.gift_sync.estimate_calls import EstimateCalls
from connector.services.gifts.plan_gift import GiftTerms, GiftWish, Verdict, add_to_ledger, judge
from connector.services.sending.find_recipients import FoundRecipients
from connector.services.sending.preview_gift import BudgetLeft, PreviewGift
from connector.services.sending.send_gift import MOMENTS, form_source_key
from connector.services.storage.sending import SendBatch
from connector.services.storage.store import Store, Unit

UNSEEN = "not there, or not shown to you"


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would happen.

    moments_ago: Ids of people for whom a gift was asked minutes ago. doubles: of the chosen who would be
    duplicates, had the rep not said that each gets a gift. approval: why every gift would wait for somebody;
    empty where none would. api_calls: of a write-back, each time that all of them change.
    """

    chosen: Sequence[GiftWish]
    skipped: Sequence[tuple[GiftWish, SkipReason]]
    unseen: Sequence[str]
    cost: Money
    budgets: Sequence[BudgetLeft]
    approval: str
    moments_ago: frozenset[str]
    doubles: frozenset[str]
    api_calls: int

    @property
    def duplicates(self) -> int:
        """How many get none because of their e-mail address."""
        return sum(reason is SkipReason.DUPLICATE for _, reason in self.skipped)


@dataclass(frozen=True)
class SendGifts:
    """For a rep who is signed in."""

    store: Store
    clock: Clock
    estimate_calls: EstimateCalls

    def wishes(
        self, found: FoundRecipients, terms: GiftTerms, message: str, viewer: PortalSession, form_key: str
    ) -> list[GiftWish]:
        """A member of a Campaign gets the gift that GiftSync would give: whoever is first, it is one."""
        of_campaign = bool(found.campaign_id)
        if of_campaign and self._each_gets_one(terms):
            terms = replace(terms, one_for_each_mailbox=False)
        return [
            GiftWish(
                org_id=viewer.org_id,
                source=GiftSource.CAMPAIGN if of_campaign else GiftSource.BUTTON,
                source_key=campaign_source_key(member.candidate.member_id, terms.gift_campaign_id)
                if of_campaign
                else form_source_key(viewer.user_id, form_key, member.candidate.person.record_id),
                candidate=member.candidate,
                terms=replace(terms, campaign_id=found.campaign_id),
                sender_user_id=viewer.user_id,
                message=message,
            )
            for member in found.members
        ]

    def dry_run(self, wishes: Sequence[GiftWish], unseen: Sequence[str]) -> DryRun:
        """wishes: at least one. Nothing is written."""
        now = self.clock()
        with self.store.read() as unit:
            chosen, skipped = _parted(judge(unit, wishes, now=now))
            budgets = PreviewGift(self.store, self.clock).budgets(unit, wishes[0])
            rules = unit.approval_rules.of_org(wishes[0].org_id)
            moments_ago = self._moments_ago(unit, chosen)
            doubles = _doubles(unit, chosen, now=now)
        terms = wishes[0].terms
        return DryRun(
            chosen=chosen,
            skipped=skipped,
            unseen=unseen,
            cost=terms.value.times(len(chosen)),
            budgets=budgets,
            approval=rules.why(terms.account_id, terms.gift_campaign_id, terms.value),
            moments_ago=frozenset(moments_ago),
            doubles=frozenset(doubles),
            api_calls=self.estimate_calls(len(wishes), len(chosen)).each_change,
        )

    def __call__(
        self,
        wishes: Sequence[GiftWish],
        unseen: Sequence[str],
        viewer: PortalSession,
        form_key: str,
        *,
        despite_earlier: bool,
    ) -> SendBatch:
        """What this form sent, now or before. Judged anew: who gets one is decided when it is written.

        Raises CallerError where nobody would get one, and asked_before where gifts of the last minutes are
        not known to the rep.
        """
        now = self.clock()
        with self.store.write() as unit:
            if (known := unit.send_batches.get(batch_id(viewer, form_key))) is not None:
                return known
            chosen, skipped = _parted(judge(unit, wishes, now=now))
            if not chosen:
                raise CallerError("Nobody would get a gift", code="nobody", remedy="Nothing was sent.")
            if not despite_earlier and self._moments_ago(unit, chosen):
                raise CallerError("Gifts for some of them were asked for moments ago", code="asked_before")
            gifts = add_to_ledger(unit, chosen, now=now)
            passed_over = [(wish.candidate.person.record_id, reason.value) for wish, reason in skipped]
            batch = SendBatch(
                batch_id=batch_id(viewer, form_key),
                org_id=viewer.org_id,
                user_id=viewer.user_id,
                made_at=now,
                gift_keys=[gift.key for gift in gifts],
                skipped=[*passed_over, *((each, UNSEEN) for each in unseen)],
            )
            unit.send_batches.add(batch)
            record(
                unit,
                now,
                org_id=viewer.org_id,
                actor=viewer.username,
                action="gift.request_several",
                subject=batch.batch_id,
                details={"gifts": len(gifts), "skipped": len(batch.skipped)},
            )
        return batch

    def batch(self, viewer: PortalSession, which: str) -> tuple[SendBatch, list[Gift]] | None:
        """What a form of this viewer sent, with its gifts as they stand; None where there is none."""
        with self.store.read() as unit:
            batch = unit.send_batches.get(which)
            if batch is None or (batch.org_id, batch.user_id) != (viewer.org_id, viewer.user_id):
                return None
            found = unit.gifts.named(batch.gift_keys)
        return batch, [found[key] for key in batch.gift_keys if key in found]

    def _each_gets_one(self, terms: GiftTerms) -> bool:
        """Whether the Campaign's link says so for this gift campaign."""
        with self.store.read() as unit:
            link = unit.links.get(terms.link_id)
        return link is not None and link.gift_campaign_id == terms.gift_campaign_id and link.allow_duplicates

    def _moments_ago(self, unit: Unit, chosen: Sequence[GiftWish]) -> set[str]:
        if not chosen:
            return set()
        ids = [wish.candidate.person.record_id for wish in chosen]
        return unit.send_batches.asked_since(chosen[0].org_id, ids, self.clock() - MOMENTS)


def batch_id(viewer: PortalSession, form_key: str) -> str:
    """The same for the same form."""
    return job_id("send", viewer.org_id, viewer.user_id, form_key).partition(":")[2]


def _doubles(unit: Unit, chosen: Sequence[GiftWish], *, now: datetime) -> set[str]:
    strictly = [replace(wish, terms=replace(wish.terms, one_for_each_mailbox=True)) for wish in chosen]
    verdicts = judge(unit, strictly, now=now)
    return {wish.candidate.person.record_id for wish, why in verdicts if why is SkipReason.DUPLICATE}


def _parted(verdicts: Sequence[Verdict]) -> tuple[list[GiftWish], list[tuple[GiftWish, SkipReason]]]:
    chosen = [wish for wish, reason in verdicts if reason is None]
    return chosen, [(wish, reason) for wish, reason in verdicts if reason is not None]
