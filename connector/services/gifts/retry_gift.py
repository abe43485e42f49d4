"""Try a gift again that an administrator has mended, or that the platform refused."""

from dataclasses import dataclass

import structlog

from connector.domain.gift import Gift, RequestState
from connector.errors import CallerError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.gifts.budget_check import refuse_beyond_budget
from connector.services.gifts.consent import unwilling
from connector.services.gifts.hearing import told
from connector.services.gifts.outcomes import planned_again
from connector.services.jobs import plan_chunks
from connector.services.storage.gifts import GiftChanges
from connector.services.storage.store import Store, Unit
from connector.services.worker import OpenOrg

log = structlog.get_logger(__name__)


def can_retry(gift: Gift) -> bool:
    """Whether the platform surely does not have it, and nobody called it off."""
    was_refused = gift.state is RequestState.FAILED and gift.intent_at is not None
    return was_refused or gift.state is RequestState.PARKED


@dataclass(frozen=True)
class RetryGift:
    """The same gift under the same key; a gift that failed counts in budgets from now on."""

    store: Store
    open_org: OpenOrg
    clock: Clock

    def __call__(self, org_id: str, key: str, actor: str) -> None:
        """Planned, to be sent now.

        Raises CallerError for a gift in another state, one whose recipient has opted out, and one that no
        budget has room for; and the org's errors.
        """
        with self.store.read() as unit:
            person = _retriable(unit, org_id, key).request.person
        reason = unwilling(self.open_org(org_id), [person]).get(person.record_id)
        if reason:
            raise CallerError(f"No gift for {person.record_id}: {reason}", code="recipient_unwilling")
        now = self.clock()
        with self.store.write() as unit:
            gift = _retriable(unit, org_id, key)
            if gift.state is RequestState.FAILED:
                refuse_beyond_budget(unit, gift.request, now)
            changes = GiftChanges(**planned_again(now), **told(gift, now=now))
            if gift.state is RequestState.FAILED:
                changes["counted_at"] = now
            unit.gifts.change({key: changes})
            plan_chunks(unit, [gift])
            record(unit, now, org_id=org_id, actor=actor, action="gift.retried", subject=key)
        log.info("gift_retried", key=key)


def _retriable(unit: Unit, org_id: str, key: str) -> Gift:
    gift = unit.gifts.named([key]).get(key)
    if gift is None or gift.request.org_id != org_id:
        raise CallerError(f"No gift {key}", code="unknown_gift")
    if not can_retry(gift):
        raise CallerError(f"A gift that is {gift.state.value} is not tried again", code="not_retriable")
    if unit.gift_pages.resent(key):
        raise CallerError("Another gift stands in for this one", code="resent_already")
    return gift
