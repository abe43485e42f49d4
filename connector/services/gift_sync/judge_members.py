"""What a GiftSync makes of campaign members: who is sent a gift, and why the others are not."""

from array import array
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from connector.domain.campaign_link import CampaignLink
from connector.domain.eligibility import Candidate, SkipReason, skip_reason
from connector.domain.keys import campaign_source_key, gift_key
from connector.domain.vocabulary import GiftSource
from connector.services.gift_sync.sync_decisions import mark_of
from connector.services.gifts.budget_check import Fit, fitting
from connector.services.storage.store import Unit
from connector.services.storage.sync import SyncRun

Verdict = tuple[Candidate, SkipReason | None]

_DIGEST_BYTES = 8
# Whoever is skipped for these is looked at again by the next run, though nothing of theirs changed: a budget
# may be raised or freed, a mapping mended.
_MAY_PASS = frozenset({SkipReason.CAMPAIGN_BUDGET, SkipReason.ORG_BUDGET, SkipReason.UNMAPPED})


@dataclass(frozen=True, slots=True)
class Judged:
    """keys: the gift key of each member. existing: those of the keys that the ledger has."""

    verdicts: list[Verdict]
    keys: dict[str, str]
    existing: set[str]

    @property
    def chosen(self) -> list[Candidate]:
        return [candidate for candidate, reason in self.verdicts if reason is None]

    @property
    def skipped(self) -> list[tuple[Candidate, SkipReason]]:
        return [(candidate, reason) for candidate, reason in self.verdicts if reason is not None]

    def counted(self, run: SyncRun) -> SyncRun:
        """The run with these members counted."""
        skips = Counter(run.skips)
        skips.update(reason.value for _, reason in self.skipped)
        return replace(
            run,
            members=run.members + len(self.verdicts),
            planned=run.planned + len(self.chosen),
            skips=dict(skips),
        )


@dataclass
class Imagined:
    """What a dry run has chosen so far and written nowhere: gifts, and where they would go.

    A run that keeps its decisions is asked for those; of one that keeps none, eight bytes for each mailbox
    are held, in order.
    """

    run_id: str = ""
    gifts: int = 0
    _mailboxes: "array[int]" = field(default_factory=lambda: array("Q"))

    def taken(self, unit: Unit, candidates: Sequence[Candidate]) -> set[str]:
        """Mailboxes of the candidates that somebody else's gift would go to."""
        if not self.run_id:
            boxes = {candidate.recipient.mailbox for candidate in candidates}
            return {box for box in boxes if self._holds(_digest(box))}
        marks = {candidate.member_id: mark_of(self.run_id, candidate) for candidate in candidates}
        chosen = unit.decisions.chosen(self.run_id, list(marks.values()))
        return {
            candidate.recipient.mailbox
            for candidate in candidates
            if (other := chosen.get(marks[candidate.member_id])) and other.member_id != candidate.member_id
        }

    def add(self, chosen: Sequence[Candidate]) -> None:
        self.gifts += len(chosen)
        if not self.run_id:
            for candidate in chosen:
                insort(self._mailboxes, _digest(candidate.recipient.mailbox))

    def _holds(self, digest: int) -> bool:
        place = bisect_left(self._mailboxes, digest)
        return place < len(self._mailboxes) and self._mailboxes[place] == digest


def judge_members(
    unit: Unit,
    link: CampaignLink,
    candidates: Sequence[Candidate],
    *,
    now: datetime,
    imagined: Imagined | None = None,
) -> Judged:
    """Verdicts in the order of the members; of several with one mailbox the first gets the gift.

    imagined: of a dry run, what its earlier pages chose.
    """
    keys = {candidate.member_id: member_key(link, candidate) for candidate in candidates}
    existing = unit.gifts.existing_keys(list(keys.values()))
    taken = set() if link.allow_duplicates else _taken(unit, link, candidates, imagined)
    beside = imagined.gifts if imagined else 0
    fit = fitting(unit, link.org_id, link.link_id, link.value, now=now, planned_beside=beside)
    gifted = {member_id for member_id, key in keys.items() if key in existing}
    verdicts = _verdicts(candidates, gifted, fit, None if link.allow_duplicates else taken)
    return Judged(verdicts, keys, existing)


def member_key(link: CampaignLink, candidate: Candidate) -> str:
    """The gift key of a member under a link."""
    source_key = campaign_source_key(candidate.member_id, link.gift_campaign_id)
    return gift_key(link.org_id, GiftSource.CAMPAIGN, source_key)


def must_return(run: SyncRun) -> bool:
    """Whether somebody was skipped who is to be looked at again whatever changes."""
    return any(run.skips.get(reason.value) for reason in _MAY_PASS)


def _taken(
    unit: Unit, link: CampaignLink, candidates: Sequence[Candidate], imagined: Imagined | None
) -> set[str]:
    boxes = [candidate.recipient.mailbox for candidate in candidates]
    taken = unit.gifts.taken_mailboxes(link.org_id, link.campaign_id, link.gift_campaign_id, boxes)
    return taken | imagined.taken(unit, candidates) if imagined else taken


def _verdicts(
    candidates: Sequence[Candidate], gifted: Collection[str], fit: Fit, taken: set[str] | None
) -> list[Verdict]:
    """gifted: ids of members that have the gift already. taken: mailboxes; None where each may get a gift."""
    verdicts: list[Verdict] = []
    planned = 0
    for candidate in candidates:
        reason = skip_reason(candidate, already_gifted=candidate.member_id in gifted)
        if reason is None and taken is not None and candidate.recipient.mailbox in taken:
            reason = SkipReason.DUPLICATE
        if reason is None and not fit.takes(planned):
            reason = fit.reason
        if reason is None:
            planned += 1
            if taken is not None:
                taken.add(candidate.recipient.mailbox)
        verdicts.append((candidate, reason))
    return verdicts


def _digest(mailbox: str) -> int:
    return int.from_bytes(sha256(mailbox.encode()).digest()[:_DIGEST_BYTES], "big")
