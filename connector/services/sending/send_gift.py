"""A gift from the Send page: one for each form that was filled in, however often it is sent."""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from connector.domain.gift import Gift, RequestState
from connector.domain.keys import gift_key
from connector.domain.portal_session import PortalSession
from connector.domain.vocabulary import GiftSource
from connector.errors import CallerError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.gifts.plan_gift import GiftWish, PlanGift
from connector.services.storage.store import Store, Unit

# Somebody who asks again within this time may have opened a second tab without knowing.
MOMENTS = timedelta(minutes=10)
_RECENT = 5
_NEVER_SENT = (RequestState.FAILED, RequestState.REFUSED)
_FORM_KEY = re.compile(r"[A-Za-z0-9_-]{22}")


def new_form_key() -> str:
    """128 random bits, minted with a form and good for what is sent with it once."""
    return secrets.token_urlsafe(16)


def is_form_key(text: str) -> bool:
    """Whether it can be one of ours."""
    return _FORM_KEY.fullmatch(text) is not None


def form_source_key(user_id: str, form_key: str, record_id: str) -> str:
    """What makes a form's gift for a person one of its kind. Nobody else's form can have it."""
    return f"{user_id}:{form_key}:{record_id}"


@dataclass(frozen=True)
class SendGift:
    """For a rep who is signed in."""

    store: Store
    clock: Clock

    def __call__(self, wish: GiftWish, viewer: PortalSession, *, despite_earlier: bool) -> Gift:
        """The gift, new or the one that this form made before.

        despite_earlier: the rep knows of another gift asked for moments ago, and of those of this gift
        campaign to the same mailbox. Raises CallerError, and nothing is written: asked_before where they do
        not, else why the person gets none.
        """

        def before(unit: Unit) -> None:
            if not despite_earlier and (self._moments_ago(unit, wish) or _to_mailbox(unit, wish)):
                raise CallerError(
                    "Another gift was asked for moments ago, or this one before for the same e-mail address",
                    code="asked_before",
                    remedy="Say that you want to send one more.",
                )
            record(
                unit,
                self.clock(),
                org_id=wish.org_id,
                actor=viewer.username,
                action="gift.request",
                subject=wish.key,
                details={
                    "gift_campaign_id": wish.terms.gift_campaign_id,
                    "record_id": wish.candidate.person.record_id,
                    "value": str(wish.terms.value),
                },
            )

        return PlanGift(self.store, self.clock)(wish, before)

    def already(self, viewer: PortalSession, form_key: str, record_id: str) -> Gift | None:
        """The gift that this form made."""
        source_key = form_source_key(viewer.user_id, form_key, record_id)
        key = gift_key(viewer.org_id, GiftSource.BUTTON, source_key)
        with self.store.read() as unit:
            return unit.gifts.named([key]).get(key)

    def recent(self, org_id: str, record_id: str) -> list[Gift]:
        """The person's last gifts, without those that failed."""
        with self.store.read() as unit:
            return _standing(unit, org_id, record_id)

    def to_mailbox(self, wish: GiftWish) -> list[Gift]:
        """The last gifts of this gift campaign that the same mailbox got, as whichever record."""
        with self.store.read() as unit:
            return _to_mailbox(unit, wish)

    def usual_currency(self, org_id: str) -> str:
        """What the org's gifts are counted in: as its budget, else as its Campaigns; empty where unknown."""
        with self.store.read() as unit:
            budgets = [budget.limit.currency for budget in unit.gift_budgets.over(org_id, "")]
            links = [link.value.currency for link in unit.links.all() if link.org_id == org_id]
        return next(iter([*budgets, *links]), "")

    def is_moments_ago(self, gift: Gift) -> bool:
        return gift.planned_at > self.clock() - MOMENTS

    def _moments_ago(self, unit: Unit, wish: GiftWish) -> bool:
        gifts = _standing(unit, wish.org_id, wish.candidate.person.record_id)
        return any(self.is_moments_ago(gift) for gift in gifts)


def _to_mailbox(unit: Unit, wish: GiftWish) -> list[Gift]:
    mailbox = wish.candidate.recipient.mailbox
    return unit.gifts.of_mailbox(wish.org_id, wish.terms.gift_campaign_id, mailbox, limit=_RECENT)


def _standing(unit: Unit, org_id: str, record_id: str) -> list[Gift]:
    gifts = unit.gifts.of_person(org_id, record_id, limit=2 * _RECENT)
    return [gift for gift in gifts if gift.state not in _NEVER_SENT][:_RECENT]
