"""What the services ask of the store about the ledger's gifts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypedDict

from connector.domain.approval import Approval
from connector.domain.campaign_link import CampaignLink
from connector.domain.gift import Gift, RequestState
from connector.domain.recipient import Person, Recipient
from connector.domain.statuses import Progress


class GiftChanges(TypedDict, total=False):
    """The parts of a ledger row that may change; what is left out stays. Field meanings: domain.gift.Gift."""

    state: RequestState
    person: Person
    job_id: str
    owner: str
    lease_until: datetime | None
    next_attempt_at: datetime | None
    intent_at: datetime | None
    attempts: int
    last_error: str
    provider_gift_id: str
    progress: Progress
    heard_at: datetime
    version: int
    written_version: int
    dirty_since: datetime | None
    write_attempts: int
    next_write_at: datetime | None
    salesforce_id: str
    sync_error: str
    approval: Approval
    counted_at: datetime


Changes = Mapping[str, GiftChanges]


@dataclass(frozen=True, slots=True)
class WaitingForWrite:
    """Gifts of an org that Salesforce must learn of: how many, and when the first and the last became so."""

    count: int
    first: datetime
    last: datetime


class GiftRepository(Protocol):
    """The ledger. Methods that take "now" return only rows whose waiting time is over."""

    def existing_keys(self, keys: Sequence[str]) -> set[str]: ...
    def add(self, gifts: Sequence[Gift]) -> None: ...
    def change(self, changes: Changes) -> None:
        """Change several rows, by key."""
        ...

    def named(self, keys: Sequence[str]) -> dict[str, Gift]: ...
    def of_job(self, job_id: str) -> list[Gift]: ...
    def planned(self, org_id: str, *, now: datetime, limit: int) -> list[Gift]:
        """Those that may be sent now, oldest first, whatever job they wait for."""
        ...

    def owned(self, job_id: str, owner: str, *, now: datetime) -> set[str]:
        """Keys of the rows of a job that this owner is sending, under a lease that has not run out."""
        ...

    def taken_mailboxes(
        self, org_id: str, campaign_id: str | None, gift_campaign_id: str, mailboxes: Sequence[str]
    ) -> set[str]:
        """Those of Recipient.mailbox that such a gift goes to, or went to. Empty ones never.

        campaign_id: for one Campaign alone; "" for none; None for any or none.
        """
        ...

    def of_mailbox(self, org_id: str, gift_campaign_id: str, mailbox: str, *, limit: int) -> list[Gift]:
        """The gifts by which a mailbox is taken, the newest first; none for an empty one."""
        ...

    def bound_to(self, account_id: str, provider_gift_ids: Sequence[str]) -> dict[str, str]:
        """Provider gift id to our key, for those that a row owns."""
        ...

    def awaiting_answer(
        self, account_id: str, gift_campaign_id: str, recipients: Sequence[Recipient]
    ) -> list[Gift]:
        """Rows that are sending or unknown and ask for this gift for one of these people."""
        ...

    def due(self, *, now: datetime, limit: int) -> list[Gift]:
        """Rows planned or unknown whose next attempt is due, and rows sending past their lease."""
        ...

    def parked(self, link: CampaignLink, *, limit: int) -> list[Gift]:
        """Rows of a link that wait for an administrator, but for those of parked_for_account."""
        ...

    def parked_for_account(self, account_id: str, *, limit: int) -> list[Gift]:
        """Rows parked because the account's credentials were refused, or because it was not there."""
        ...

    def keys_in(self, org_id: str, states: Sequence[RequestState], *, error: str = "") -> list[str]:
        """Keys of an org's rows in these states. error: how last_error begins."""
        ...

    def silent(self, account_id: str, *, heard_before: datetime, limit: int) -> list[Gift]:
        """Sent gifts in no final stage that nothing was heard of since a moment; the longest silent first."""
        ...

    def written(self, org_id: str, *, after: str, limit: int) -> list[Gift]:
        """Gifts that Salesforce has and that have no news for it, by key, those behind `after`."""
        ...

    def dirty(self, org_id: str, *, now: datetime, limit: int) -> list[Gift]: ...
    def waiting_for_write(self, *, now: datetime) -> dict[str, "WaitingForWrite"]:
        """By org, where there are any."""
        ...

    def latest_of(self, org_id: str, people: Sequence[Person]) -> dict[str, Gift]:
        """Record id of each person to the last gift planned for them that the provider accepted."""
        ...

    def latest_of_members(self, org_id: str, gifts: Sequence[Gift]) -> dict[str, Gift]:
        """Campaign member id to the last gift planned for it that the provider accepted.

        Of the members of these gifts; looked for among the gifts of the same people.
        """
        ...

    def of_person(self, org_id: str, record_id: str, *, limit: int) -> list[Gift]:
        """Gifts for a Contact or Lead, the newest first, whatever became of them."""
        ...

    def counts(self, org_id: str = "") -> dict[str, int]:
        """Rows by request state, and by stage as "stage:<name>" for those sent."""
        ...

    def counts_by_org(self, states: Sequence[RequestState]) -> dict[str, int]:
        """Rows in these states by org, where there are any."""
        ...

    def unwritten(self) -> int: ...
    def in_state(self, state: RequestState, *, limit: int) -> list[Gift]: ...
