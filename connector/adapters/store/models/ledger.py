"""The tables. A comment at a column says what the services' dataclasses do not."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Float,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from connector.adapters.store.columns import EncryptedText, Moment

_KEY = String(36)
_SALESFORCE_ID = String(18)
SENT_ONLY_IF_AGREED = (
    "approval IN ('Not Required', 'Approved') OR state IN ('awaiting_approval', 'refused', 'failed')"
)


class Base(DeclarativeBase):
    """Constraints have names, so that a later migration can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        str: Text,
    }


class OrgConnectionRow(Base):
    """A connected Salesforce org."""

    __tablename__ = "org_connection"
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID, primary_key=True)
    instance_url: Mapped[str]
    login_url: Mapped[str]
    consumer_key: Mapped[str]
    username: Mapped[str]
    private_key_pem: Mapped[str] = mapped_column(EncryptedText)
    consumer_secret: Mapped[str | None] = mapped_column(EncryptedText)
    user_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    api_version: Mapped[str] = mapped_column(String(8))
    mode: Mapped[str] = mapped_column(String(10))
    certificate_pem: Mapped[str]
    certificate_ends_at: Mapped[datetime | None]
    scopes: Mapped[list[Any]]


class ProviderAccountRow(Base):
    """An account at a gifting platform."""

    __tablename__ = "provider_account"
    account_id: Mapped[str] = mapped_column(_KEY, primary_key=True)
    provider: Mapped[str] = mapped_column(String(40))
    base_url: Mapped[str]
    token: Mapped[str] = mapped_column(EncryptedText)
    webhook_secret: Mapped[str] = mapped_column(EncryptedText)
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    retired: Mapped[bool]


class ApiKeyRow(Base):
    """A key of an org's flows; the key itself is kept nowhere."""

    __tablename__ = "api_key"
    key_id: Mapped[str] = mapped_column(String(12), primary_key=True)
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    scope: Mapped[str] = mapped_column(String(10))
    used_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]


class CampaignLinkRow(Base):
    """A Salesforce Campaign that a gift campaign serves."""

    __tablename__ = "campaign_link"
    __table_args__ = (UniqueConstraint("org_id", "campaign_id"),)
    link_id: Mapped[str] = mapped_column(_KEY, primary_key=True)
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    campaign_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    campaign_name: Mapped[str]
    account_id: Mapped[str] = mapped_column(_KEY)
    gift_campaign_id: Mapped[str] = mapped_column(String(100))
    gift_campaign_name: Mapped[str]
    value_minor_units: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    enabled: Mapped[bool]
    direct_send: Mapped[bool]
    line_items: Mapped[list[Any] | None]  # pairs of variant and quantity
    allow_duplicates: Mapped[bool]


class GiftRow(Base):
    """The ledger."""

    __tablename__ = "gift"
    __table_args__ = (
        UniqueConstraint("org_id", "source", "source_key"),
        UniqueConstraint("account_id", "provider_gift_id"),
        Index(None, "job_id"),
        Index(None, "state", "next_attempt_at"),
        Index(None, "account_id", "gift_campaign_id", "match_key"),
        Index(None, "org_id", "dirty_since"),
        Index(None, "org_id", "contact_id"),
        Index(None, "org_id", "lead_id"),
        Index(None, "org_id", "campaign_id", "counted_at"),
        Index(None, "org_id", "mailbox"),
        Index(None, "org_id", "counted_at"),
        Index(None, "org_id", "sender_user_id", "counted_at"),
        Index(None, "org_id", "planned_at", "key"),
        Index(None, "org_id", "state", "planned_at", "key"),
        Index(None, "org_id", "state", "stage"),
        Index(None, "resent_from"),
        # What nobody agreed to, where somebody had to, is in no state from which it could be sent.
        CheckConstraint(SENT_ONLY_IF_AGREED, name="ck_gift_sent_only_if_agreed"),
    )
    key: Mapped[str] = mapped_column(_KEY, primary_key=True)
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    source: Mapped[str] = mapped_column(String(20))
    source_key: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[str] = mapped_column(_KEY)
    gift_campaign_id: Mapped[str] = mapped_column(String(100))
    campaign_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    campaign_member_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    contact_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    lead_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    sender_user_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    first_name: Mapped[str]
    last_name: Mapped[str]
    email: Mapped[str]
    match_key: Mapped[str]  # Recipient.match_key, joined
    mailbox: Mapped[str]  # Recipient.mailbox
    message: Mapped[str]
    value_minor_units: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    planned_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20))
    job_id: Mapped[str] = mapped_column(String(100))
    owner: Mapped[str] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    intent_at: Mapped[datetime | None]
    attempts: Mapped[int]
    last_error: Mapped[str]
    provider_gift_id: Mapped[str | None] = mapped_column(
        String(100)
    )  # null, not empty, so that uniqueness holds
    stage: Mapped[str] = mapped_column(String(20))  # furthest of stages, to count and to filter by
    stages: Mapped[dict[str, Any]]
    details: Mapped[dict[str, Any]]
    details_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    version: Mapped[int]
    written_version: Mapped[int]
    dirty_since: Mapped[datetime | None]
    write_attempts: Mapped[int]
    next_write_at: Mapped[datetime | None]
    salesforce_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    sync_error: Mapped[str]
    address: Mapped[dict[str, Any] | None]
    line_items: Mapped[list[Any] | None]  # pairs of variant and quantity
    counted_at: Mapped[datetime]  # by which budgets count it
    resent_from: Mapped[str] = mapped_column(_KEY)
    approval: Mapped[str] = mapped_column(String(20))  # ApprovalStatus
    approval_reason: Mapped[str]
    approval_expires_at: Mapped[datetime | None]
    approval_decided_at: Mapped[datetime | None]
    approver_user_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    approval_note: Mapped[str]


class InboxRow(Base):
    """Webhook deliveries as they came."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("account_id", "event_id"),
        Index(None, "outcome"),
        Index(None, "account_id", "provider_gift_id"),
    )
    message_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    account_id: Mapped[str] = mapped_column(_KEY)
    event_id: Mapped[str] = mapped_column(String(100))
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(10))
    provider_gift_id: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str]
    not_before: Mapped[datetime | None]


class GiftEventRow(Base):
    """What was reported of each gift, and what it did."""

    __tablename__ = "gift_event"
    __table_args__ = (UniqueConstraint("gift_key", "event_id"),)
    event_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    gift_key: Mapped[str] = mapped_column(_KEY)
    event_id: Mapped[str] = mapped_column(String(150))
    stage: Mapped[str] = mapped_column(String(20))
    occurred_at: Mapped[datetime]
    verdict: Mapped[str]
    applied: Mapped[bool]


class TimelineEntryRow(Base):
    """Tasks written or to be written."""

    __tablename__ = "timeline_entry"
    __table_args__ = (UniqueConstraint("gift_key", "milestone"),)
    key: Mapped[str] = mapped_column(_KEY, primary_key=True)
    gift_key: Mapped[str] = mapped_column(_KEY)
    milestone: Mapped[str] = mapped_column(String(40))
    happened_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    task_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    reason: Mapped[str]


class JobOutboxRow(Base):
    """Jobs that the engine has not been told of yet, in order."""

    __tablename__ = "job_outbox"
    __table_args__ = (UniqueConstraint("job_id"),)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    job_id: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[list[str]] = mapped_column(JSON)


class SchemaFloorRow(Base):
    """See compatibility."""

    __tablename__ = "schema_floor"
    oldest_head: Mapped[str] = mapped_column(String(32), primary_key=True)


class RestorationRow(Base):
    """When this database was made of a backup, and how old that was."""

    __tablename__ = "restoration"
    restored_at: Mapped[datetime] = mapped_column(primary_key=True)
    backup_made_at: Mapped[datetime]


class WorkerHeartbeatRow(Base):
    """Signs of life."""

    __tablename__ = "worker_heartbeat"
    worker_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    beat_at: Mapped[datetime]


class ApiUsageRow(Base):
    """Sforce-Limit-Info as last read."""

    __tablename__ = "api_usage"
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID, primary_key=True)
    used: Mapped[int]
    allocation: Mapped[int]
    read_at: Mapped[datetime]


class LeaseRow(Base):
    """Who may do something now."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    holder: Mapped[str] = mapped_column(String(100))
    renewed_at: Mapped[datetime]
    until: Mapped[datetime]


class ApiBudgetRow(Base):
    """A bucket of calls: for each org those that we make, and under another name those that it makes."""

    __tablename__ = "api_budget"
    org_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    calls: Mapped[float] = mapped_column(Float)
    filled_at: Mapped[datetime]
