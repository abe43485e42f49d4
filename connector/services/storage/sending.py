"""What the Send page asks of the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBatch:
    """What one form sent to several people. gift_keys: of those who got one.

    skipped: record Id and why, of the others; no names, which are read from Salesforce when they are shown.
    """

    batch_id: str
    org_id: str
    user_id: str
    made_at: datetime
    gift_keys: Sequence[str]
    skipped: Sequence[tuple[str, str]]


class SendBatchRepository(Protocol):
    """Each form once."""

    def get(self, batch_id: str) -> SendBatch | None: ...
    def add(self, batch: SendBatch) -> None: ...
    def asked_since(self, org_id: str, record_ids: Sequence[str], since: datetime) -> set[str]:
        """Those of the people for whom a gift that stands was asked for since then."""
        ...
