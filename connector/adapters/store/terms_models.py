"""The tables of what gifts are sent on: mappings, budgets, watermarks, and the state of provider accounts."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from connector.adapters.store.models import Base

_KEY = String(36)
_SALESFORCE_ID = String(18)


class FieldMappingRow(Base):
    """Where an attribute of a recipient stands in an org's records."""

    __tablename__ = "field_mapping"
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID, primary_key=True)
    sobject: Mapped[str] = mapped_column(String(80), primary_key=True)
    attribute: Mapped[str] = mapped_column(String(40), primary_key=True)
    path: Mapped[str]


class GiftBudgetRow(Base):
    """What may be spent. scope: a link's id, or empty for the whole org."""

    __tablename__ = "gift_budget"
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID, primary_key=True)
    scope: Mapped[str] = mapped_column(_KEY, primary_key=True)
    period: Mapped[str] = mapped_column(String(10))
    limit_minor_units: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))


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
