"""What the services ask of the store about GiftSync: its runs, what was decided in them, and schedules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connector.domain.campaign_link import CampaignLink
from connector.domain.schedule import SyncSchedule


class RunState(StrEnum):
    """QUEUED: at once, or again at next_attempt_at. FAILED: error says why, and nobody tries again."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Trigger(StrEnum):
    """What began a run."""

    SCHEDULE = "schedule"
    PERSON = "person"
    COMMAND = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRun:
    """One GiftSync of one campaign, or one dry run.

    skips: members by reason. api_calls: to read the members and to tell the Campaign. write_back_calls: its
    share, so far, of the calls that wrote its gifts to Salesforce together with others. requested_by:
    username, for a PERSON. slot: the schedule's turn. error: what stopped it, with what to do.
    """

    run_id: str
    link_id: str
    started_at: datetime
    finished_at: datetime | None = None
    members: int = 0
    planned: int = 0
    skips: Mapping[str, int] = field(default_factory=dict)
    api_calls: int = 0
    write_back_calls: float = 0.0
    org_id: str = ""
    state: RunState = RunState.RUNNING
    dry_run: bool = False
    full: bool = False
    trigger: Trigger = Trigger.COMMAND
    requested_by: str = ""
    slot: str = ""
    error: str = ""
    attempts: int = 0
    next_attempt_at: datetime | None = None

    @property
    def all_calls(self) -> int:
        """API calls so far, as a person counts them."""
        return self.api_calls + round(self.write_back_calls)


class RunRepository(Protocol):
    """GiftSync runs, for people to look back on."""

    def save(self, run: SyncRun) -> None:
        """All but write_back_calls, which others add to meanwhile."""
        ...

    def get(self, run_id: str) -> SyncRun | None: ...
    def share_calls(self, gift_keys: Sequence[str], calls: int) -> None:
        """Add to the runs that decided on these gifts each its share of calls made for all of them.

        Gifts of no run, or of one whose decisions are not kept any more, bear their share without a run.
        """
        ...

    def last(self, link_id: str) -> SyncRun | None:
        """The last that was no dry run."""
        ...

    def last_scheduled(self, link_id: str) -> SyncRun | None:
        """The last that its schedule began."""
        ...

    def of_link(self, link_id: str, *, offset: int, limit: int) -> list[SyncRun]:
        """The newest first, dry runs among them."""
        ...

    def open_of(self, link_id: str) -> list[SyncRun]:
        """Those queued or running."""
        ...

    def to_be_repeated(self, *, now: datetime) -> list[SyncRun]:
        """Queued runs whose next attempt is due."""
        ...

    def with_jobs(self) -> list[SyncRun]:
        """Those that a job is to have in hand: queued or running, not put off, and not of a command."""
        ...


@dataclass(frozen=True, slots=True)
class SyncDecision:
    """What a run decided on one member. reason: name of a SkipReason, or "" for a gift. No names of people.

    look_alike: the same for members of a run whose e-mail address is the same; says nothing else.
    """

    member_id: str
    person_id: str
    reason: str
    gift_key: str
    look_alike: str = ""


class DecisionRepository(Protocol):
    """Decisions of the runs, kept for a while. What was decided first of a member in a run stands."""

    def add(self, run_id: str, decisions: Sequence[SyncDecision]) -> None: ...
    def of(self, run_id: str, *, reason: str | None, offset: int, limit: int) -> list[SyncDecision]:
        """By member id. reason: only those, "" for gifts; None for all."""
        ...

    def counts(self, run_id: str) -> dict[str, int]:
        """Members by reason, "" for gifts."""
        ...

    def look_alikes(self, run_id: str, marks: Sequence[str]) -> set[str]:
        """Those of the marks that more than one member with a gift has."""
        ...

    def chosen(self, run_id: str, marks: Sequence[str]) -> dict[str, "SyncDecision"]:
        """By mark, one of the members that get a gift."""
        ...

    def gift_states(self, run_id: str) -> dict[str, int]:
        """Where the gifts of a run have got to: rows of the ledger by request state."""
        ...

    def forget(self, *, decided_before: datetime, keep_runs: int) -> int:
        """Drop decisions of runs that are older, and of all but the last runs of each link; how many."""
        ...


class ScheduleRepository(Protocol):
    """Schedules by link."""

    def get(self, link_id: str) -> SyncSchedule | None: ...
    def save(self, schedule: SyncSchedule) -> None: ...
    def remove(self, link_id: str) -> None: ...
    def all(self) -> list[SyncSchedule]: ...


class LinkRepository(Protocol):
    """Which gift campaign serves which Salesforce Campaign."""

    def save(self, link: CampaignLink) -> None: ...
    def get(self, link_id: str) -> CampaignLink | None: ...
    def all(self) -> list[CampaignLink]: ...
    def of_org(self, org_id: str) -> list[CampaignLink]: ...
    def remove(self, link_id: str) -> None: ...
