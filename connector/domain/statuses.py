"""How a gift moves through its life: one pure function over the vocabulary.

Webhooks are lost, repeated and overtake each other, so a gift remembers every stage that it was ever reported
in, each with the earliest moment reported. Its current stage is the furthest of them. Both are the same for
every order of the same events, and an event applied twice changes nothing.

A report that never came is made up for by the later ones: a gift that is on its way was claimed. The
milestone it would have brought is dated by the earliest report that implies it, until a report of its own
gives the true moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connector.domain.vocabulary import (
    FINAL_STAGES,
    STAGE_EFFECTS,
    TAKEN_BACK_STAGES,
    TRANSITIONS,
    GiftStage,
    MemberStatus,
    Milestone,
    OrderStatus,
    SendStatus,
)


@dataclass(frozen=True, slots=True, order=True)
class Details:
    """What the provider tells of a gift beside its status; the newest report replaces all of it."""

    redemption_url: str = ""
    gift_name: str = ""
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""


@dataclass(frozen=True, slots=True)
class GiftNews:
    """One report on a gift. occurred_at: the provider's moment of it."""

    stage: GiftStage
    occurred_at: datetime
    details: Details = Details()


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a gift stands. stages: each stage reported so far, with its earliest moment."""

    stages: Mapping[GiftStage, datetime] = field(default_factory=dict)
    details: Details = Details()
    details_at: datetime | None = None

    @property
    def stage(self) -> GiftStage:
        """The furthest stage reported; REQUESTED before the first report."""
        return max(self.stages, key=rank, default=GiftStage.REQUESTED)

    @property
    def is_final(self) -> bool:
        return self.stage in FINAL_STAGES

    @property
    def milestones(self) -> dict[Milestone, datetime]:
        """The timeline entries that the stages call for, reported or implied, each with its moment."""
        found = ((STAGE_EFFECTS[stage].milestone, moment) for stage, moment in self.moments.items())
        return {milestone: moment for milestone, moment in found if milestone is not None}

    @property
    def moments(self) -> dict[GiftStage, datetime]:
        """The stages reported, and those with a milestone that a later stage implies."""
        return {**self._implied, **self.stages}

    @property
    def _implied(self) -> dict[GiftStage, datetime]:
        proof = {stage: at for stage, at in self.stages.items() if stage not in TAKEN_BACK_STAGES}
        furthest = max(map(rank, proof), default=rank(GiftStage.REQUESTED))
        return {
            stage: min(at for later, at in proof.items() if rank(later) >= rank(stage))
            for stage in GiftStage
            if STAGE_EFFECTS[stage].milestone is not None and rank(stage) <= furthest
        }

    @property
    def send_status(self) -> SendStatus | None:
        return STAGE_EFFECTS[self.stage].send_status

    @property
    def order_status(self) -> OrderStatus | None:
        return STAGE_EFFECTS[self.stage].order_status

    @property
    def member_status(self) -> MemberStatus | None:
        return STAGE_EFFECTS[self.stage].member_status


class Verdict(StrEnum):
    """What an event did to a gift; recorded with the event."""

    MOVED = "moved to a later stage"
    DATED = "a late report filled in the date of an earlier stage"
    DETAILED = "told something new of the stage it is in"
    REPEATED = "known already"

    @property
    def applied(self) -> bool:
        """False for a no-op."""
        return self is not Verdict.REPEATED


def rank(stage: GiftStage) -> int:
    """The place in the chain: fewer legal moves are left the further a gift is."""
    return -len(TRANSITIONS[stage])


def apply(progress: Progress, news: GiftNews) -> tuple[Progress, Verdict]:
    """The progress after one report, and what it did. No event is illegal; some are old news."""
    known = progress.stages.get(news.stage)
    stages = {**progress.stages, news.stage: min(known or news.occurred_at, news.occurred_at)}
    details, details_at = _newer_details(progress, news)
    after = Progress(stages, details, details_at)
    return after, _verdict(progress, after)


def _newer_details(progress: Progress, news: GiftNews) -> tuple[Details, datetime]:
    """The later report wins; of two at the same moment the content decides, never the order."""
    if progress.details_at is None:
        return news.details, news.occurred_at
    return max((progress.details_at, progress.details), (news.occurred_at, news.details))[::-1]


def _verdict(before: Progress, after: Progress) -> Verdict:
    if not before.stages or rank(after.stage) > rank(before.stage):
        return Verdict.MOVED
    if after.stages != before.stages:
        return Verdict.DATED
    if after.details != before.details:
        return Verdict.DETAILED
    return Verdict.REPEATED
