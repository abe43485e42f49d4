"""Whether somebody has to agree to a gift before it is sent, and what they said."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connector.domain.money import Money
from connector.domain.vocabulary import ApprovalStatus

SENDABLE = frozenset({ApprovalStatus.NOT_REQUIRED, ApprovalStatus.APPROVED})
"""What a gift's approval says before its request may leave; the database refuses any other combination."""

DAYS_TO_DECIDE = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Where the approval of a gift stands.

    reason: why it was asked for. expires_at: nobody can agree any more from then on. approver_user_id: who
    decided, empty where time did. note: what they said.
    """

    status: ApprovalStatus = ApprovalStatus.NOT_REQUIRED
    reason: str = ""
    expires_at: datetime | None = None
    decided_at: datetime | None = None
    approver_user_id: str = ""
    note: str = ""

    def decided(self, status: ApprovalStatus, *, by: str, note: str, at: datetime) -> "Approval":
        """After the decision. by: user Id, empty where time decided."""
        return replace(self, status=status, decided_at=at, approver_user_id=by, note=note)

    @property
    def shown_note(self) -> str:
        """Why it waits, and afterwards what was said."""
        return self.reason if self.status is ApprovalStatus.PENDING else self.note


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRules:
    """Which gifts of an org wait for a person.

    above: gifts worth more wait; so do gifts in another currency, as nobody knows the rate. None: the value
    does not matter. gift_campaigns: account and id of those whose gifts always wait, with their names.
    four_eyes: nobody decides about a gift sent in their own name. days: to decide in.
    """

    org_id: str
    above: Money | None = None
    gift_campaigns: Mapping[tuple[str, str], str] = field(default_factory=dict)
    four_eyes: bool = True
    days: int = DAYS_TO_DECIDE

    def why(self, account_id: str, gift_campaign_id: str, value: Money) -> str:
        """Why such a gift waits, in words for people; empty where it does not."""
        if (account_id, gift_campaign_id) in self.gift_campaigns:
            return "Gifts of this gift campaign need approval."
        if self.above is None:
            return ""
        if value.currency != self.above.currency and value.minor_units:
            return f"Worth {value}, which cannot be compared with the limit of {self.above}."
        if value.currency == self.above.currency and value.minor_units > self.above.minor_units:
            return f"Worth {value}, more than {self.above}."
        return ""

    def ask(self, reason: str, now: datetime) -> Approval:
        """The approval of a gift that waits from now on."""
        return Approval(
            status=ApprovalStatus.PENDING, reason=reason, expires_at=now + timedelta(days=self.days)
        )

    def keeps_out(self, decider_user_id: str, sender_user_id: str) -> bool:
        """Whether the decision is not theirs, because the gift is."""
        return self.four_eyes and bool(sender_user_id) and decider_user_id == sender_user_id
