"""Tables of the pages."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from connector.adapters.store.columns import EncryptedText
from connector.adapters.store.models.ledger import Base

_DIGEST = String(64)
_SALESFORCE_ID = String(18)


class PortalSessionRow(Base):
    """Who is signed in."""

    __tablename__ = "portal_session"
    __table_args__ = (Index(None, "org_id"),)
    digest: Mapped[str] = mapped_column(_DIGEST, primary_key=True)
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    user_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    username: Mapped[str]
    display_name: Mapped[str]
    roles: Mapped[list[Any]]
    csrf_token: Mapped[str] = mapped_column(EncryptedText)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    access_token: Mapped[str | None] = mapped_column(EncryptedText)
    refresh_token: Mapped[str | None] = mapped_column(EncryptedText)
    instance_url: Mapped[str]


class PendingSignInRow(Base):
    """Who was sent to Salesforce."""

    __tablename__ = "pending_sign_in"
    digest: Mapped[str] = mapped_column(_DIGEST, primary_key=True)
    browser_digest: Mapped[str] = mapped_column(_DIGEST)
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    code_verifier: Mapped[str] = mapped_column(EncryptedText)
    nonce: Mapped[str] = mapped_column(EncryptedText)
    next_path: Mapped[str]
    expires_at: Mapped[datetime]
    purpose: Mapped[str] = mapped_column(String(20))
    draft: Mapped[str] = mapped_column(EncryptedText)


class SetupLinkRow(Base):
    """Links that let an operator in."""

    __tablename__ = "setup_link"
    digest: Mapped[str] = mapped_column(_DIGEST, primary_key=True)
    expires_at: Mapped[datetime]
