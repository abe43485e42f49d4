"""From verdicts on candidates to decisions that may be kept: ids and reasons, no names."""

import hmac
from collections.abc import Mapping, Sequence
from hashlib import sha256

from connector.domain.eligibility import Candidate, SkipReason
from connector.services.storage.sync import SyncDecision

_MARK_CHARACTERS = 16


def decisions_of(
    run_id: str, verdicts: Sequence[tuple[Candidate, SkipReason | None]], keys: Mapping[str, str]
) -> list[SyncDecision]:
    """keys: the gift key of each member."""
    return [
        SyncDecision(
            member_id=candidate.member_id,
            person_id=candidate.person.record_id,
            reason="" if reason is None else reason.name,
            gift_key=keys[candidate.member_id],
            look_alike=mark_of(run_id, candidate),
        )
        for candidate, reason in verdicts
    ]


def mark_of(run_id: str, candidate: Candidate) -> str:
    """Equal within a run for people with one mailbox; with the run's id, so that it serves no other end."""
    mailbox = candidate.recipient.mailbox
    if not mailbox:
        return ""
    return hmac.new(run_id.encode(), mailbox.encode(), sha256).hexdigest()[:_MARK_CHARACTERS]
