"""What the services ask of the store about people's data."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from connector.domain.gift import Gift


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDelivery:
    """A webhook delivery as it came in. body: raw, empty once it was erased."""

    message_id: int
    account_id: str
    provider_gift_id: str
    received_at: datetime
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """Gifts went to several people at once, and this one, chosen with them, got none for a reason."""

    at: datetime
    record_id: str
    reason: str


class PersonalDataRepository(Protocol):
    """Rows that hold names, addresses, messages and reasons: the ledger's, the inbox's and send batches."""

    def gifts_of(self, org_id: str, *, email: str = "", record_id: str = "") -> list[Gift]:
        """Of a person, by e-mail address (in any case) or by record Id of 18 characters."""
        ...

    def deliveries_of(self, gifts: Sequence[Gift]) -> list[KeptDelivery]: ...
    def erase_gifts(self, keys: Sequence[str], *, now: datetime) -> None:
        """Blank what is personal, and have Salesforce told where it has the gift.

        Keys, record Ids, states and amounts stay.
        """
        ...

    def erase_deliveries(self, message_ids: Sequence[int]) -> None:
        """Blank headers and bodies; event ids stay, so that a repetition is still known."""
        ...

    def finished_gifts(self, *, heard_before: datetime, limit: int) -> list[str]:
        """Keys of gifts in a final stage, or failed, that still hold personal data and are old enough."""
        ...

    def old_deliveries(self, *, received_before: datetime, limit: int) -> list[int]:
        """Deliveries that were looked at, still hold their body, and are old enough.

        Those about gifts that no row owns too: a platform tells of every gift of the account.
        """
        ...

    def passed_over(self, org_id: str, record_ids: Sequence[str]) -> list[PassedOver]:
        """When and why people got none when gifts were sent to several; the oldest first."""
        ...

    def forget_passed_over(self, org_id: str, record_ids: Sequence[str]) -> None:
        """Take these people out of the org's send batches."""
        ...

    def forget_old_passed_over(self, *, made_before: datetime, limit: int) -> int:
        """Of all orgs, from batches that are old enough; how many batches."""
        ...
