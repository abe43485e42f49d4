"""What the services ask of the store to show gifts to people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from connector.domain.gift import Gift, RequestState
from connector.domain.vocabulary import GiftSource, GiftStage

if TYPE_CHECKING:
    from connector.services.storage.hearing import InboxMessage, TimelineEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftFilter:
    """Which gifts of an org. What is empty or None does not matter.

    words: each occurs in the recipient's name or e-mail address, or the whole is an id: the gift's key, the
    platform's, Gift__c's, or a Contact's, Lead's or campaign member's. error: occurs in what went wrong.
    since, until: when the gift was asked for, from and before. campaign_id: Salesforce's Campaign.
    """

    org_id: str
    words: str = ""
    states: Sequence[RequestState] = ()
    stage: GiftStage | None = None
    source: GiftSource | None = None
    campaign_id: str = ""
    sender_user_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    error: str = ""
    only_with_error: bool = False


@dataclass(frozen=True, slots=True)
class GiftPlace:
    """Where a page ended: the last gift's moment and key."""

    planned_at: datetime
    key: str


class GiftPageRepository(Protocol):
    """Gifts for people to look at, never more than a page at a time."""

    def page(self, wanted: GiftFilter, *, after: GiftPlace | None, limit: int) -> list[Gift]:
        """The newest first."""
        ...

    def resent(self, key: str) -> str:
        """Key of the gift that stands in for this one; empty where none does."""
        ...

    def approval_expired(self, *, now: datetime, limit: int) -> list[Gift]:
        """Gifts that waited for approval until their time was over."""
        ...

    def tasks(self, key: str) -> list["TimelineEntry"]:
        """The gift's timeline entries, the earliest first."""
        ...

    def deliveries(self, account_id: str, provider_gift_id: str, *, limit: int) -> list["InboxMessage"]:
        """Raw webhooks about a gift of the platform, the newest first."""
        ...

    def awaiting_approval(self, org_id: str) -> int:
        """How many wait."""
        ...
