"""What the services ask of the store about news: deliveries, gifts' history, and the Tasks they come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connector.domain.inbox import InboxOutcome
from connector.domain.vocabulary import Milestone


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMessage:
    """A verified delivery, raw. message_id: ours, in order of receipt; 0 before it is kept."""

    account_id: str
    event_id: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    message_id: int = 0
    outcome: InboxOutcome = InboxOutcome.RECEIVED
    provider_gift_id: str = ""
    reason: str = ""


class InboxRepository(Protocol):
    """Deliveries as they came in, committed before the answer."""

    def add(self, message: InboxMessage) -> bool:
        """False where the account has sent this event id before."""
        ...

    def received(self, *, now: datetime, limit: int) -> list[InboxMessage]: ...
    def postpone(self, message_ids: Sequence[int], *, until: datetime) -> None:
        """Leave deliveries where they are for a while."""
        ...

    def listed(self, *, outcome: InboxOutcome | None, limit: int) -> list[InboxMessage]:
        """For people to see, the newest first."""
        ...

    def replay(self, message_ids: Sequence[int]) -> int:
        """Queue deliveries again, whatever became of them; how many there were."""
        ...

    def receive_again(self, account_id: str, provider_gift_ids: Sequence[str]) -> None:
        """Queue the unmatched deliveries about these gifts again: a row owns them now."""
        ...

    def parked(self, account_id: str, *, reasons: Sequence[str]) -> int:
        """How many deliveries of an account are parked for one of these reasons; each is how one begins."""
        ...

    def receive_parked(self, account_id: str, *, reasons: Sequence[str] = ("",)) -> None:
        """Queue these again, whatever the reason where none is named."""
        ...

    def receive_all_again(self, account_id: str) -> None:
        """Queue every unmatched delivery of an account again."""
        ...

    def unmatched_but_bound(self) -> dict[str, list[str]]:
        """By account: gifts that unmatched deliveries speak of and that a row owns by now."""
        ...

    def settle(self, messages: Sequence[InboxMessage]) -> None:
        """Keep outcome, provider_gift_id and reason of each."""
        ...

    def counts(self) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftEvent:
    """One report on a gift and what it did. event_id: the provider's, or ours for what we asked."""

    gift_key: str
    event_id: str
    stage: str
    occurred_at: datetime
    verdict: str
    applied: bool


class GiftEventRepository(Protocol):
    """The history of every gift, appended to only."""

    def add(self, events: Sequence[GiftEvent]) -> None: ...
    def of(self, gift_key: str) -> list[GiftEvent]: ...


class TimelineState(StrEnum):
    """WRITING: the Task may be in Salesforce already; look for its key before inserting it again."""

    PLANNED = "planned"
    WRITING = "writing"
    WRITTEN = "written"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One Task that a milestone calls for. key: see keys.timeline_key. task_id: empty until it is known."""

    key: str
    gift_key: str
    milestone: Milestone
    happened_at: datetime
    state: TimelineState = TimelineState.PLANNED
    task_id: str = ""
    reason: str = ""


class TimelineRepository(Protocol):
    """The Tasks, written or to be written."""

    def plan(self, entries: Sequence[TimelineEntry]) -> None:
        """Keep those entries whose key is new; of those that are still planned, the new moment."""
        ...

    def open_of(self, gift_keys: Sequence[str]) -> list[TimelineEntry]:
        """Entries planned or writing, as they happened: at the same moment, the earlier milestone first."""
        ...

    def mark(self, keys: Sequence[str], state: TimelineState) -> None: ...
    def settle(self, entries: Sequence[TimelineEntry]) -> None:
        """Keep state, task_id and reason of each."""
        ...
