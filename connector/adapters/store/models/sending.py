"""Tables of the Send page."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from connector.adapters.store.models.ledger import Base

_SALESFORCE_ID = String(18)


class SendBatchRow(Base):
    """What one form sent to several people."""

    __tablename__ = "send_batch"
    batch_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    user_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    made_at: Mapped[datetime]
    gift_keys: Mapped[list[Any]]
    skipped: Mapped[list[Any]]  # pairs of record Id and reason
