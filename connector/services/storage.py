"""What the services ask of the store. A unit is one transaction; its repositories are named by noun.

Most nouns have modules of their own (storage_*).
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypedDict

from connector.domain.api_key import ApiKey
from connector.domain.approval import Approval
from connector.domain.campaign_link import CampaignLink
from connector.domain.connections import OrgConnection, ProviderAccount
from connector.domain.gift import Gift, RequestState
from connector.domain.recipient import Person, Recipient
from connector.domain.statuses import Progress
from connector.services.storage_audit import AuditRepository
from connector.services.storage_connections import (
    ConnectionDraftRepository,
    OrgFindingRepository,
    OrgTokenRepository,
    OrgTroubleRepository,
    SentNoticeRepository,
)
from connector.services.storage_dashboard import DashboardRepository
from connector.services.storage_gifts import GiftPageRepository
from connector.services.storage_hearing import GiftEventRepository, InboxRepository, TimelineRepository
from connector.services.storage_portal import PortalSessionRepository, SignInRepository
from connector.services.storage_privacy import PersonalDataRepository
from connector.services.storage_sending import SendBatchRepository
from connector.services.storage_sync import DecisionRepository, RunRepository, ScheduleRepository
from connector.services.storage_terms import (
    ApprovalRuleRepository,
    CircuitRepository,
    GiftBudgetRepository,
    MappingRepository,
    MappingSourceRepository,
    TeamRepository,
    WatermarkRepository,
)
from connector.services.storage_watch import WatchRepository


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

    def parked(self, link: CampaignLink, *, limit: int) -> list[Gift]: ...
    def parked_for_credentials(self, account_id: str, *, limit: int) -> list[Gift]:
        """Rows parked because the account's credentials were refused."""
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


class AccountsAndOrgs(Protocol):
    """Connections; secrets are encrypted at rest."""

    def save_org(self, org: OrgConnection) -> None: ...
    def org(self, org_id: str) -> OrgConnection | None: ...
    def orgs(self) -> list[OrgConnection]: ...
    def remove_org(self, org_id: str) -> None: ...
    def save_account(self, account: ProviderAccount) -> None: ...
    def account(self, account_id: str) -> ProviderAccount | None: ...
    def accounts(self) -> list[ProviderAccount]: ...
    def accounts_of(self, org_id: str) -> list[ProviderAccount]:
        """The org's own, and those that serve all orgs."""
        ...


class ApiKeyRepository(Protocol):
    """Keys of orgs' flows, as digests."""

    def add(self, key: ApiKey) -> None: ...
    def get(self, key_id: str) -> ApiKey | None: ...
    def all(self) -> list[ApiKey]: ...
    def change(self, key: ApiKey) -> None: ...
    def note_use(self, key_id: str, *, used_at: datetime) -> None: ...
    def remove(self, key_id: str) -> bool:
        """False where there was none."""
        ...


class LinkRepository(Protocol):
    """Which gift campaign serves which Salesforce Campaign."""

    def save(self, link: CampaignLink) -> None: ...
    def get(self, link_id: str) -> CampaignLink | None: ...
    def all(self) -> list[CampaignLink]: ...
    def of_org(self, org_id: str) -> list[CampaignLink]: ...
    def remove(self, link_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A job to start, written in the same transaction as the rows that it is about."""

    job_id: str
    name: str
    arguments: tuple[str, ...]


class OutboxRepository(Protocol):
    """Jobs that the engine has not been told of yet."""

    def add(self, request: JobRequest) -> None: ...
    def waiting(self) -> list[JobRequest]: ...
    def remove(self, job_ids: Sequence[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Lease:
    """Who may do something now. holder: a Worker.owner. renewed_at: when the holder last showed itself."""

    name: str
    holder: str
    renewed_at: datetime
    until: datetime


class LeaseRepository(Protocol):
    """Leases by name."""

    def get(self, name: str) -> Lease | None: ...
    def put(self, lease: Lease) -> None: ...
    def drop(self, name: str, holder: str) -> None:
        """Does nothing where another holds it."""
        ...


class ApiBudgetRepository(Protocol):
    """Of each org: calls that may be made at once, as a bucket that fills again with time."""

    def take(self, org_id: str, *, now: datetime, per_second: float, burst: float) -> float:
        """Take one call; 0.0 where there was one, else the seconds until there will be."""
        ...


@dataclass(frozen=True, slots=True)
class Restoration:
    """The ledger was made of a backup: it knows nothing of what happened between these moments."""

    restored_at: datetime
    backup_made_at: datetime


class HealthRepository(Protocol):
    """Signs of life of the workers, what the orgs say of our API use, and whether the ledger was restored."""

    def restoration(self) -> Restoration | None:
        """The last one, with the oldest backup of all: each left a gap."""
        ...

    def beat(self, worker_id: str, *, now: datetime) -> None: ...
    def last_beat(self) -> datetime | None: ...
    def silent_workers(self, *, since: datetime) -> list[str]:
        """Workers whose last sign of life is older."""
        ...

    def forget_worker(self, worker_id: str) -> None: ...
    def record_usage(self, org_id: str, used: int, allocation: int, *, now: datetime) -> None: ...
    def usage(self, org_id: str) -> tuple[int, int] | None: ...


class Unit(Protocol):
    """One transaction; leaving it commits, an exception rolls back."""

    @property
    def gifts(self) -> GiftRepository: ...
    @property
    def inbox(self) -> InboxRepository: ...
    @property
    def events(self) -> GiftEventRepository: ...
    @property
    def timeline(self) -> TimelineRepository: ...
    @property
    def connections(self) -> AccountsAndOrgs: ...
    @property
    def api_keys(self) -> ApiKeyRepository: ...
    @property
    def links(self) -> LinkRepository: ...
    @property
    def mappings(self) -> MappingRepository: ...
    @property
    def mapping_sources(self) -> MappingSourceRepository: ...
    @property
    def gift_budgets(self) -> GiftBudgetRepository: ...
    @property
    def teams(self) -> TeamRepository: ...
    @property
    def approval_rules(self) -> ApprovalRuleRepository: ...
    @property
    def dashboard(self) -> DashboardRepository: ...
    @property
    def gift_pages(self) -> GiftPageRepository: ...
    @property
    def watermarks(self) -> WatermarkRepository: ...
    @property
    def circuits(self) -> CircuitRepository: ...
    @property
    def runs(self) -> RunRepository: ...
    @property
    def decisions(self) -> DecisionRepository: ...
    @property
    def schedules(self) -> ScheduleRepository: ...
    @property
    def outbox(self) -> OutboxRepository: ...
    @property
    def health(self) -> HealthRepository: ...
    @property
    def watch(self) -> WatchRepository: ...
    @property
    def leases(self) -> LeaseRepository: ...
    @property
    def budgets(self) -> ApiBudgetRepository: ...
    @property
    def audit(self) -> AuditRepository: ...
    @property
    def personal_data(self) -> PersonalDataRepository: ...
    @property
    def sign_ins(self) -> SignInRepository: ...
    @property
    def send_batches(self) -> SendBatchRepository: ...
    @property
    def portal_sessions(self) -> PortalSessionRepository: ...
    @property
    def org_tokens(self) -> OrgTokenRepository: ...
    @property
    def org_troubles(self) -> OrgTroubleRepository: ...
    @property
    def connection_drafts(self) -> ConnectionDraftRepository: ...
    @property
    def org_findings(self) -> OrgFindingRepository: ...
    @property
    def sent_notices(self) -> SentNoticeRepository: ...


class Store(Protocol):
    """Where everything is kept."""

    def write(self) -> AbstractContextManager[Unit]:
        """A transaction that may write; one at a time on SQLite, so no network call belongs inside."""
        ...

    def read(self) -> AbstractContextManager[Unit]:
        """A consistent view."""
        ...
