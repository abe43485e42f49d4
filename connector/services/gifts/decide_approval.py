"""A person agrees to gifts that wait for it, or does not; or nobody does in time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from connector.domain.approval import ApprovalRules
from connector.domain.gift import Gift, RequestState
from connector.domain.vocabulary import ApprovalStatus
from connector.errors import CallerError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.gifts.consent import unwilling
from connector.services.gifts.hearing import told
from connector.services.jobs import plan_chunks
from connector.services.storage.gifts import GiftChanges
from connector.services.storage.store import Store, Unit
from connector.services.worker import OpenOrg

log = structlog.get_logger(__name__)

AT_ONCE = 200
NOTE_LENGTH = 255
TOO_LATE = "Nobody decided in time."
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides: a person with the custom permission Manage_Gifting, which is the caller's to check."""

    user_id: str
    username: str


@dataclass
class Decided:
    """done: keys. not_done: key to why, in words for people."""

    done: list[str] = field(default_factory=list)
    not_done: dict[str, str] = field(default_factory=dict)


_Answer = Callable[[Gift, datetime], tuple[Gift, str]]
"""A gift after the decision, and why it is not what the person wanted; empty where it is."""


@dataclass(frozen=True)
class DecideApprovals:
    """Each gift is decided once, by whoever is first; all of a decision is one transaction."""

    store: Store
    open_org: OpenOrg
    clock: Clock

    def approve(self, org_id: str, keys: Sequence[str], by: Decider, note: str = "") -> Decided:
        """They are sent now. Whoever has opted out since the gift was asked for is refused instead.

        Raises CallerError for more than 200 at once, and the org's errors; nothing is decided then.
        """
        _check(keys, note)
        with self.store.read() as unit:
            rows = unit.gifts.named(keys).values()
        waiting = [row.request.person for row in rows if _waits(row, org_id)]
        reasons = unwilling(self.open_org(org_id), waiting) if waiting else {}

        def agree(gift: Gift, now: datetime) -> tuple[Gift, str]:
            # A person who was merged meanwhile has another Id, which nobody has asked about.
            reason = reasons.get(gift.request.person.record_id)
            if reason:
                return refused(gift, by.user_id, reason, now), f"Refused instead: {reason}."
            approval = gift.approval.decided(ApprovalStatus.APPROVED, by=by.user_id, note=note, at=now)
            return replace(gift, state=RequestState.PLANNED, next_attempt_at=now, approval=approval), ""

        return self._decide(org_id, keys, by, agree)

    def refuse(self, org_id: str, keys: Sequence[str], by: Decider, note: str) -> Decided:
        """They are never sent. note: the reason, which the sender reads in Salesforce.

        Raises CallerError without one, and for more than 200 at once.
        """
        _check(keys, note)
        if not note.strip():
            raise CallerError("Say why the gift is refused", code="reason_missing")
        return self._decide(
            org_id, keys, by, lambda gift, now: (refused(gift, by.user_id, note.strip(), now), "")
        )

    def _decide(self, org_id: str, keys: Sequence[str], by: Decider, answer: _Answer) -> Decided:
        decided, now, approved = Decided(), self.clock(), []
        with self.store.write() as unit:
            rules = unit.approval_rules.of_org(org_id)
            rows = unit.gifts.named(keys)
            for key in dict.fromkeys(keys):
                gift = rows.get(key)
                problem = _objection(gift, org_id, by, rules, now)
                if gift is None or problem:
                    decided.not_done[key] = problem
                    continue
                after, problem = answer(gift, now)
                _keep(unit, after, by.username, now)
                approved += [after] if after.state is RequestState.PLANNED else []
                if problem:
                    decided.not_done[key] = problem
                else:
                    decided.done.append(key)
            plan_chunks(unit, approved)
        log.info("approvals_decided", org_id=org_id, done=len(decided.done), not_done=len(decided.not_done))
        return decided


@dataclass(frozen=True)
class ExpireApprovals:
    """Gifts that nobody decided about in time are refused. Periodic; harmless when repeated."""

    store: Store
    clock: Clock

    def __call__(self) -> int:
        """How many were refused."""
        count = 0
        while True:
            now = self.clock()
            with self.store.write() as unit:
                late = unit.gift_pages.approval_expired(now=now, limit=_BATCH)
                for gift in late:
                    _keep(unit, refused(gift, "", TOO_LATE, now), "connector", now)
            count += len(late)
            if len(late) < _BATCH:
                break
        if count:
            log.info("approvals_expired", gifts=count)
        return count


def refused(gift: Gift, user_id: str, note: str, now: datetime) -> Gift:
    """A gift that waited and is never sent. user_id: empty where no person decided."""
    approval = gift.approval.decided(ApprovalStatus.REJECTED, by=user_id, note=note, at=now)
    return replace(gift, state=RequestState.REFUSED, next_attempt_at=None, approval=approval)


def _keep(unit: Unit, after: Gift, actor: str, now: datetime) -> None:
    changes = GiftChanges(
        state=after.state,
        next_attempt_at=after.next_attempt_at,
        approval=after.approval,
        **told(after, now=now),
    )
    unit.gifts.change({after.key: changes})
    action = "gift.approved" if after.state is RequestState.PLANNED else "gift.refused"
    record(unit, now, org_id=after.request.org_id, actor=actor, action=action, subject=after.key)


def _waits(gift: Gift, org_id: str) -> bool:
    return gift.request.org_id == org_id and gift.state is RequestState.AWAITING_APPROVAL


def _objection(gift: Gift | None, org_id: str, by: Decider, rules: ApprovalRules, now: datetime) -> str:
    """Why nothing is decided about this gift; empty where it is."""
    if gift is None or gift.request.org_id != org_id:
        return "There is no such gift."
    if not _waits(gift, org_id):
        return f"It does not wait any more: {gift.approval.status.value.lower()}."
    if gift.approval.expires_at is not None and gift.approval.expires_at <= now:
        return TOO_LATE
    if rules.keeps_out(by.user_id, gift.request.sender_user_id):
        return "It is sent in your name: somebody else must decide."
    return ""


def _check(keys: Sequence[str], note: str) -> None:
    if not keys:
        raise CallerError("No gift was chosen", code="nothing_chosen")
    if len(keys) > AT_ONCE:
        raise CallerError(f"At most {AT_ONCE} gifts are decided at once", code="too_many")
    if len(note) > NOTE_LENGTH:
        raise CallerError(f"A reason has at most {NOTE_LENGTH} characters", code="reason_too_long")
