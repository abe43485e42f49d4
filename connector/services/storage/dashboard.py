"""What the services ask of the store to draw how gifting goes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DayOfGifts:
    """Gifts asked for on a day (UTC) in a currency. spent_minor_units: sent and not taken back."""

    day: date
    currency: str
    sent: int
    claimed: int
    failed: int
    spent_minor_units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """What waits now: gifts for a person, for the platform, for Salesforce; and since when the longest.

    requests: to be sent or looked up. troubled: parked or of unknown outcome.
    """

    approvals: int
    requests: int
    oldest_request: datetime | None
    troubled: int
    writes: int
    oldest_write: datetime | None


class DashboardRepository(Protocol):
    """Counts over an org's gifts; nothing of any single one."""

    def days(self, org_id: str, *, since: datetime) -> list[DayOfGifts]: ...
    def queue(self, org_id: str, *, now: datetime) -> QueueState: ...
