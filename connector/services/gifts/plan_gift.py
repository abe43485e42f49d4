"""Gifts into the ledger, one or many: the core that flows, the Send page and lists of people share.

Judged and written in one transaction, so that no budget is spent twice and no key planned twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from connector.domain.campaign_link import CampaignLink
from connector.domain.delivery import LineItem
from connector.domain.eligibility import Candidate, SkipReason, skip_reason
from connector.domain.gift import Gift, GiftRequest
from connector.domain.keys import gift_key
from connector.domain.money import Money
from connector.domain.vocabulary import GiftSource
from connector.errors import CallerError
from connector.ports import Clock
from connector.services.gifts.admit_gifts import admit
from connector.services.gifts.budget_check import fitting
from connector.services.storage.store import Store, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftTerms:
    """What is sent: from which account's gift campaign, and what it is worth.

    campaign_id: the Salesforce Campaign that it counts for; link_id: its link, whose budget pays too.
    one_for_each_mailbox: of people who share an e-mail address one alone is sent it.
    """

    account_id: str
    gift_campaign_id: str
    value: Money
    campaign_id: str = ""
    link_id: str = ""
    direct_send: bool = False
    line_items: tuple[LineItem, ...] = ()
    one_for_each_mailbox: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftWish:
    """A gift to be. source_key: what makes it one of its kind within org and source."""

    org_id: str
    source: GiftSource
    source_key: str
    candidate: Candidate
    terms: GiftTerms
    sender_user_id: str = ""
    message: str = ""

    @property
    def key(self) -> str:
        return gift_key(self.org_id, self.source, self.source_key)

    @property
    def judged(self) -> Candidate:
        """The candidate by what these terms need: an address counts only where something is sent to it."""
        return self.candidate if self.terms.direct_send else replace(self.candidate, address=None)


Verdict = tuple[GiftWish, SkipReason | None]


def judge(unit: Unit, wishes: Sequence[GiftWish], *, now: datetime) -> list[Verdict]:
    """Why each is not sent, or None; those that are take from the budget, and their mailbox, in their order.

    wishes: all of one org and sender, and on the same terms.
    """
    if not wishes:
        return []
    org_id, terms = wishes[0].org_id, wishes[0].terms
    existing = unit.gifts.existing_keys([wish.key for wish in wishes])
    sender = wishes[0].sender_user_id
    fit = fitting(unit, org_id, terms.link_id, terms.value, now=now, sender_user_id=sender)
    taken = _taken(unit, wishes)
    verdicts: list[Verdict] = []
    planned = 0
    for wish in wishes:
        mailbox = wish.candidate.recipient.mailbox
        reason = skip_reason(wish.judged, already_gifted=wish.key in existing)
        if reason is None and mailbox in taken:
            reason = SkipReason.DUPLICATE
        if reason is None and not fit.takes(planned):
            reason = fit.reason
        if reason is None:
            planned += 1
            if _takes_its_mailbox(wish):
                taken.add(mailbox)
        verdicts.append((wish, reason))
    return verdicts


def _takes_its_mailbox(wish: GiftWish) -> bool:
    """Not where each is meant; nor for a flow, whose request key has said already what is one gift."""
    return wish.terms.one_for_each_mailbox and wish.source is not GiftSource.FLOW


def _taken(unit: Unit, wishes: Sequence[GiftWish]) -> set[str]:
    """Mailboxes to which the gift goes already: of members the Campaign's, of others the gift campaign's."""
    boxes = [wish.candidate.recipient.mailbox for wish in wishes if _takes_its_mailbox(wish)]
    org_id, terms = wishes[0].org_id, wishes[0].terms
    campaign_id = terms.campaign_id if wishes[0].source is GiftSource.CAMPAIGN else None
    return unit.gifts.taken_mailboxes(org_id, campaign_id, terms.gift_campaign_id, boxes)


def add_to_ledger(unit: Unit, wishes: Sequence[GiftWish], *, now: datetime) -> list[Gift]:
    """The rows, sent by jobs or waiting for approval, in the transaction of the caller, who judged them."""
    gifts = [Gift(request=_request(wish), planned_at=now, next_attempt_at=now) for wish in wishes]
    admit(unit, gifts, now=now)
    return gifts


@dataclass(frozen=True)
class PlanGift:
    """One gift. Asked for again under its key, it is the gift that is there."""

    store: Store
    clock: Clock

    def __call__(self, wish: GiftWish, before: Callable[[Unit], None] = lambda _: None) -> Gift:
        """before: looks once more, and notes what is to be noted, in the transaction of a new gift.

        Raises CallerError where the person may get none or the budget is used up, and what `before` raises.
        """
        now = self.clock()
        with self.store.write() as unit:
            [(_, reason)] = judge(unit, [wish], now=now)
            if reason is None:
                before(unit)
                add_to_ledger(unit, [wish], now=now)
            elif reason is not SkipReason.ALREADY_GIFTED:
                raise refusal(wish.candidate, reason)
            return unit.gifts.named([wish.key])[wish.key]


def terms_of(link: CampaignLink) -> GiftTerms:
    """What members of a mapped Campaign get."""
    return GiftTerms(
        account_id=link.account_id,
        gift_campaign_id=link.gift_campaign_id,
        value=link.value,
        campaign_id=link.campaign_id,
        link_id=link.link_id,
        direct_send=link.direct_send,
        line_items=link.line_items,
        one_for_each_mailbox=not link.allow_duplicates,
    )


def refusal(candidate: Candidate, reason: SkipReason) -> CallerError:
    """Why somebody gets no gift, as an error."""
    return CallerError(f"No gift for {candidate.person.record_id}: {reason}", code=reason.name.lower())


def _request(wish: GiftWish) -> GiftRequest:
    terms, candidate = wish.terms, wish.judged
    return GiftRequest(
        key=wish.key,
        org_id=wish.org_id,
        source=wish.source,
        source_key=wish.source_key,
        account_id=terms.account_id,
        gift_campaign_id=terms.gift_campaign_id,
        person=candidate.person,
        recipient=candidate.recipient,
        value=terms.value,
        campaign_id=terms.campaign_id,
        campaign_member_id=candidate.member_id,
        sender_user_id=wish.sender_user_id,
        message=wish.message,
        address=candidate.address,
        line_items=terms.line_items if terms.direct_send else (),
    )
