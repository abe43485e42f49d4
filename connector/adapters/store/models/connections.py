"""Tables beside a connection: what changes while it stays the same."""

from datetime import date, datetime

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from connector.adapters.store.columns import EncryptedText
from connector.adapters.store.models.ledger import Base

_SALESFORCE_ID = String(18)


class OrgTokensRow(Base):
    """Tokens of orgs connected in a browser."""

    __tablename__ = "org_tokens"
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID, primary_key=True)
    access_token: Mapped[str] = mapped_column(EncryptedText)
    refresh_token: Mapped[str] = mapped_column(EncryptedText)
    instance_url: Mapped[str]
    obtained_at: Mapped[datetime]


class OrgTroubleRow(Base):
    """Orgs that do not let the connector in."""

    __tablename__ = "org_trouble"
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID, primary_key=True)
    code: Mapped[str] = mapped_column(String(80))
    message: Mapped[str]
    remedy: Mapped[str]
    since: Mapped[datetime]


class ConnectionDraftRow(Base):
    """Connections that are being set up. org_id: empty for the operator's."""

    __tablename__ = "connection_draft"
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID, primary_key=True)
    org_url: Mapped[str]
    consumer_key: Mapped[str]
    consumer_secret: Mapped[str] = mapped_column(EncryptedText)
    username: Mapped[str]
    private_key_pem: Mapped[str] = mapped_column(EncryptedText)
    certificate_pem: Mapped[str]
    certificate_ends_at: Mapped[datetime | None]


class OrgFindingRow(Base):
    """What looking at each org found last."""

    __tablename__ = "org_finding"
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[str] = mapped_column(String(100), primary_key=True)


class SentNoticeRow(Base):
    """Notices that went out by e-mail."""

    __tablename__ = "sent_notice"
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID, primary_key=True)
    notice: Mapped[str] = mapped_column(String(100), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
