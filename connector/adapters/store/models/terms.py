"""The tables of what gifts are sent on: mappings, budgets, watermarks, and the state of provider accounts."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from connector.adapters.store.models.ledger import Base

_KEY = String(36)
_SALESFORCE_ID = String(18)


class FieldMappingRow(Base):
    """Where an attribute of a recipient stands in an org's records."""

    __tablename__ = "field_mapping"
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID, primary_key=True)
    sobject: Mapped[str] = mapped_column(String(80), primary_key=True)
    attribute: Mapped[str] = mapped_column(String(40), primary_key=True)
    path: Mapped[str]


class MappingSourceRow(Base):
    """Where the field mapping of an org is kept."""

    __tablename__ = "mapping_source"
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID, primary_key=True)
    place: Mapped[str] = mapped_column(String(10))
    read_at: Mapped[datetime | None]


class GiftBudgetRow(Base):
    """What may be spent. scope: id of a link, team or user; empty for the whole org."""

    __tablename__ = "gift_budget"
    __table_args__ = (Index(None, "org_id", "holder", "scope"),)
    budget_id: Mapped[str] = mapped_column(_KEY, primary_key=True)
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    holder: Mapped[str] = mapped_column(String(10))
    scope: Mapped[str] = mapped_column(_KEY)
    period: Mapped[str] = mapped_column(String(10))
    name: Mapped[str]
    limit_minor_units: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))


class TeamRow(Base):
    """Users who share budgets."""

    __tablename__ = "team"
    __table_args__ = (Index(None, "org_id"),)
    team_id: Mapped[str] = mapped_column(_KEY, primary_key=True)
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    name: Mapped[str]


class TeamMemberRow(Base):
    """Who is in a team; a user may be in several."""

    __tablename__ = "team_member"
    __table_args__ = (Index(None, "org_id", "user_id"),)
    team_id: Mapped[str] = mapped_column(_KEY, primary_key=True)
    user_id: Mapped[str] = mapped_column(_SALESFORCE_ID, primary_key=True)
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    name: Mapped[str]


class ApprovalRulesRow(Base):
    """Which gifts of an org wait for a person. above_currency: empty where the value does not matter."""

    __tablename__ = "approval_rules"
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID, primary_key=True)
    above_minor_units: Mapped[int] = mapped_column(BigInteger)
    above_currency: Mapped[str] = mapped_column(String(3))
    gift_campaigns: Mapped[list[Any]]  # account, gift campaign and its name
    four_eyes: Mapped[bool]
    days: Mapped[int]


class SyncWatermarkRow(Base):
    """How far a campaign's changes were read."""

    __tablename__ = "sync_watermark"
    link_id: Mapped[str] = mapped_column(_KEY, primary_key=True)
    at: Mapped[datetime]
    terms: Mapped[str] = mapped_column(String(64))


class AccountCircuitRow(Base):
    """Whether a provider account is called at present."""

    __tablename__ = "account_circuit"
    account_id: Mapped[str] = mapped_column(_KEY, primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    failures: Mapped[int]
    closed_until: Mapped[datetime | None]
    reason: Mapped[str]
