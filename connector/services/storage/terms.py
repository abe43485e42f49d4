"""What the services ask of the store about the terms on which gifts are sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connector.domain.approval import ApprovalRules
from connector.domain.budget import BudgetUse, GiftBudget, Team
from connector.domain.circuit import Circuit
from connector.domain.field_mapping import FieldMapping


class MappingRepository(Protocol):
    """Field mappings of the orgs; the default where nothing was said."""

    def get(self, org_id: str, sobject: str) -> FieldMapping: ...
    def save(self, org_id: str, mapping: FieldMapping) -> None: ...


class MappingPlace(StrEnum):
    """Who says how fields are mapped: the connector's pages, or records of the org that it copies."""

    CONNECTOR = "connector"
    ORG = "org"


@dataclass(frozen=True, slots=True)
class MappingSource:
    """Where an org's mapping is kept. read_at: when its records were copied."""

    org_id: str
    place: MappingPlace
    read_at: datetime | None = None


class MappingSourceRepository(Protocol):
    """By org; the connector where nothing was chosen."""

    def get(self, org_id: str) -> MappingSource: ...
    def save(self, source: MappingSource) -> None: ...


class GiftBudgetRepository(Protocol):
    """What may be spent on gifts, and what of it is used, counted anew from the ledger each time."""

    def save(self, budget: GiftBudget) -> None: ...
    def remove(self, org_id: str, budget_id: str) -> bool:
        """False where the org has none of this id."""
        ...

    def all(self) -> list[GiftBudget]: ...
    def of_org(self, org_id: str) -> list[GiftBudget]: ...
    def over(self, org_id: str, link_id: str, sender_user_id: str = "") -> list[GiftBudget]:
        """Those that a gift must fit into: the org's, the link's, the sender's and their teams'."""
        ...

    def use(self, budget: GiftBudget, *, now: datetime) -> BudgetUse:
        """In the current period. In a writing unit nobody can plan a gift between this and the commit."""
        ...


class TeamRepository(Protocol):
    """Who shares budgets."""

    def save(self, team: Team) -> None:
        """Its members become exactly these."""
        ...

    def get(self, org_id: str, team_id: str) -> Team | None: ...
    def of_org(self, org_id: str) -> list[Team]: ...
    def remove(self, org_id: str, team_id: str) -> bool:
        """With its budgets. False where the org has none of this id."""
        ...


class ApprovalRuleRepository(Protocol):
    """Which gifts wait for a person, by org."""

    def of_org(self, org_id: str) -> ApprovalRules:
        """Where nothing is kept, no gift waits."""
        ...

    def save(self, rules: ApprovalRules) -> None: ...


@dataclass(frozen=True, slots=True)
class Watermark:
    """Everything that Salesforce changed before `at` has been planned, on these terms (a fingerprint)."""

    at: datetime
    terms: str


class WatermarkRepository(Protocol):
    """How far the changes of each campaign link were read."""

    def get(self, link_id: str) -> Watermark | None: ...
    def save(self, link_id: str, watermark: Watermark) -> None: ...
    def remove(self, link_id: str) -> None: ...


class CircuitRepository(Protocol):
    """The state of provider accounts; closed where nothing is kept."""

    def get(self, account_id: str) -> Circuit: ...
    def save(self, account_id: str, circuit: Circuit) -> None: ...
    def all(self) -> Mapping[str, Circuit]: ...
