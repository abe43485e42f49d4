"""What the services ask of the store. A unit is one transaction; its repositories are named by noun."""

from contextlib import AbstractContextManager
from typing import Protocol

from connector.services.storage.api_keys import ApiKeyRepository
from connector.services.storage.audit import AuditRepository
from connector.services.storage.connections import (
    AccountsAndOrgs,
    ConnectionDraftRepository,
    OrgFindingRepository,
    OrgTokenRepository,
    OrgTroubleRepository,
    SentNoticeRepository,
)
from connector.services.storage.dashboard import DashboardRepository
from connector.services.storage.gift_pages import GiftPageRepository
from connector.services.storage.gifts import GiftRepository
from connector.services.storage.hearing import GiftEventRepository, InboxRepository, TimelineRepository
from connector.services.storage.operations import (
    ApiBudgetRepository,
    HealthRepository,
    LeaseRepository,
    OutboxRepository,
)
from connector.services.storage.portal import PortalSessionRepository, SignInRepository
from connector.services.storage.privacy import PersonalDataRepository
from connector.services.storage.sending import SendBatchRepository
from connector.services.storage.sync import (
    DecisionRepository,
    LinkRepository,
    RunRepository,
    ScheduleRepository,
)
from connector.services.storage.terms import (
    ApprovalRuleRepository,
    CircuitRepository,
    GiftBudgetRepository,
    MappingRepository,
    MappingSourceRepository,
    TeamRepository,
    WatermarkRepository,
)
from connector.services.storage.watch import WatchRepository


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
