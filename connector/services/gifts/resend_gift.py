"""Send somebody a gift in place of one that came to nothing: a new gift with a key of its own."""

from dataclasses import dataclass, replace

import structlog

from connector.domain.eligibility import Candidate, skip_reason
from connector.domain.gift import Gift, GiftRequest, RequestState
from connector.domain.keys import gift_key
from connector.domain.vocabulary import TAKEN_BACK_STAGES
from connector.errors import CallerError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.gifts.admit_gifts import admit
from connector.services.gifts.budget_check import refuse_beyond_budget
from connector.services.gifts.candidates import people_reader
from connector.services.storage.store import Store
from connector.services.worker import OpenOrg

log = structlog.get_logger(__name__)


def can_resend(gift: Gift) -> bool:
    """Whether it surely came to nothing: failed, refused, canceled or expired."""
    if gift.state in {RequestState.FAILED, RequestState.REFUSED}:
        return True
    return gift.state is RequestState.SENT and gift.progress.stage in TAKEN_BACK_STAGES


@dataclass(frozen=True)
class ResendGift:
    """Once for each gift: the key of the new one follows from the old one's."""

    store: Store
    open_org: OpenOrg
    clock: Clock

    def __call__(self, org_id: str, key: str, actor: str) -> Gift:
        """The new gift, or the one that stands in already. Approval and budgets apply as to any other.

        The recipient is read anew. Raises CallerError where the old gift may still arrive and where the
        recipient is to get none, and the org's errors.
        """
        old = self._old(org_id, key)
        candidate = self._candidate(old)
        reason = skip_reason(candidate, already_gifted=False)
        if reason is not None:
            raise CallerError(f"No gift for {candidate.person.record_id}: {reason}", code=reason.name.lower())
        now = self.clock()
        request = _request_after(old, candidate)
        gift = Gift(request=request, planned_at=now, next_attempt_at=now)
        with self.store.write() as unit:
            if gift.key not in unit.gifts.existing_keys([gift.key]):
                if not can_resend(unit.gifts.named([key])[key]):
                    raise _may_arrive()
                refuse_beyond_budget(unit, request, now)
                admit(unit, [gift], now=now)
                details = {"in_place_of": key}
                record(
                    unit,
                    now,
                    org_id=org_id,
                    actor=actor,
                    action="gift.resent",
                    subject=gift.key,
                    details=details,
                )
            after = unit.gifts.named([gift.key])[gift.key]
        log.info("gift_resent", key=gift.key, in_place_of=key)
        return after

    def _old(self, org_id: str, key: str) -> Gift:
        with self.store.read() as unit:
            old = unit.gifts.named([key]).get(key)
        if old is None or old.request.org_id != org_id:
            raise CallerError(f"No gift {key}", code="unknown_gift")
        if not can_resend(old):
            raise _may_arrive()
        return old

    def _candidate(self, old: Gift) -> Candidate:
        request = old.request
        person = request.person
        with self.store.read() as unit:
            reader = people_reader(unit, request.org_id, with_address=request.address is not None)
        rows = list(
            self.open_org(request.org_id).query(reader.person_query(person.sobject, person.record_id))
        )
        if not rows:
            raise CallerError(f"The org has no {person.sobject} {person.record_id}", code="recipient_unknown")
        return reader.person(person.sobject, rows[0])


def _request_after(old: Gift, candidate: Candidate) -> GiftRequest:
    request = old.request
    source_key = f"resend:{request.key}"
    return replace(
        request,
        key=gift_key(request.org_id, request.source, source_key),
        source_key=source_key,
        recipient=candidate.recipient,
        address=candidate.address,
        resent_from=request.key,
    )


def _may_arrive() -> CallerError:
    return CallerError(
        "Only a gift that failed, was refused, canceled or expired is sent again", code="may_still_arrive"
    )
