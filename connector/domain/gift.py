"""The gift as the ledger knows it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connector.domain.approval import Approval
from connector.domain.delivery import Address, LineItem
from connector.domain.money import Money
from connector.domain.recipient import Person, Recipient
from connector.domain.statuses import Progress
from connector.domain.vocabulary import TAKEN_BACK_STAGES, GiftSource

CREDENTIALS_REFUSED = "credentials refused"
"""How last_error begins on a row that is parked until its account has other credentials."""


ACCOUNT_GONE = "unknown_account"
"""The code of an account that is not there; how last_error begins on a row that is parked until it is."""


WAITS_FOR_ACCOUNT = (CREDENTIALS_REFUSED, ACCOUNT_GONE)
"""What an account that works again puts an end to."""


ORG_DISCONNECTED = "org disconnected"
"""How last_error begins on a row that is parked until its org is connected again."""


class RequestState(StrEnum):
    """How far the request to the provider got.

    AWAITING_APPROVAL: a person has to agree first. REFUSED: nobody did; it is never sent.
    PLANNED: to be sent, now or at next_attempt_at. SENDING: intent committed, an owner is at it until
    lease_until. SENT: the provider answered. UNKNOWN: no answer came; looked up at next_attempt_at, and by a
    person or a webhook where that is empty. FAILED: refused for good. PARKED: waits for an administrator; the
    next sync plans it again.
    """

    AWAITING_APPROVAL = "awaiting_approval"
    REFUSED = "refused"
    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftRequest:
    """What was asked for, never changed afterwards.

    key: see keys.gift_key. source_key: what makes the gift one of its kind within org and source. address and
    line_items: of a gift that is sent without asking the recipient. resent_from: key of the gift that
    this one stands in for.
    """

    key: str
    org_id: str
    source: GiftSource
    source_key: str
    account_id: str
    gift_campaign_id: str
    person: Person
    recipient: Recipient
    value: Money
    campaign_id: str = ""
    campaign_member_id: str = ""
    sender_user_id: str = ""
    message: str = ""
    address: Address | None = None
    line_items: tuple[LineItem, ...] = ()
    resent_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """One ledger row.

    job_id: the chunk job that has it in hand. owner: the worker that is sending it. intent_at: when the first
    request may have left us. version counts changes that Salesforce must learn of; written_version is the
    last it learned. dirty_since: when the first change that is not yet written happened. counted_at: the
    moment by which budgets count it; None for planned_at.
    """

    request: GiftRequest
    planned_at: datetime
    state: RequestState = RequestState.PLANNED
    job_id: str = ""
    owner: str = ""
    lease_until: datetime | None = None
    next_attempt_at: datetime | None = None
    intent_at: datetime | None = None
    attempts: int = 0
    last_error: str = ""
    provider_gift_id: str = ""
    progress: Progress = field(default_factory=Progress)
    heard_at: datetime | None = None
    version: int = 0
    written_version: int = 0
    dirty_since: datetime | None = None
    write_attempts: int = 0
    next_write_at: datetime | None = None
    salesforce_id: str = ""
    sync_error: str = ""
    approval: Approval = field(default_factory=Approval)
    counted_at: datetime | None = None

    @property
    def key(self) -> str:
        return self.request.key

    @property
    def place(self) -> tuple[datetime, str]:
        """In the order of planning: greater for the later one of two gifts."""
        return self.planned_at, self.key

    @property
    def cost(self) -> Money:
        """What the gift counts for in a person's lifetime cost: its value, unless it was taken back.

        Nothing before the provider has taken the request.
        """
        taken_back = self.progress.stage in TAKEN_BACK_STAGES
        counts = bool(self.provider_gift_id) and not taken_back
        return self.request.value.times(1 if counts else 0)
