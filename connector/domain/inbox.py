"""What webhooks come to."""

from enum import StrEnum


class InboxOutcome(StrEnum):
    """What became of a delivery. UNMATCHED waits for the row that will own its gift."""

    RECEIVED = "received"
    APPLIED = "applied"
    UNMATCHED = "unmatched"
    UNREADABLE = "unreadable"
