"""What webhooks come to."""

from enum import StrEnum


class InboxOutcome(StrEnum):
    """What became of a delivery.

    UNMATCHED waits for the row that will own its gift. PARKED waits for an administrator: the platform
    must be asked about it, and the account is gone or may not ask.
    """

    RECEIVED = "received"
    APPLIED = "applied"
    UNMATCHED = "unmatched"
    UNREADABLE = "unreadable"
    PARKED = "parked"
