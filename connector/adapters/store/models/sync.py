"""The tables of GiftSync: its runs, what was decided in them, and schedules."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from connector.adapters.store.models.ledger import Base

_KEY = String(36)
_SALESFORCE_ID = String(18)


class SyncRunRow(Base):
    """GiftSync runs."""

    __tablename__ = "sync_run"
    __table_args__ = (Index(None, "link_id", "started_at"), Index(None, "state", "next_attempt_at"))
    run_id: Mapped[str] = mapped_column(_KEY, primary_key=True)
    link_id: Mapped[str] = mapped_column(_KEY)
    org_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    members: Mapped[int]
    planned: Mapped[int]
    skips: Mapped[dict[str, Any]]
    api_calls: Mapped[int]
    write_back_calls: Mapped[float] = mapped_column(Float, default=0.0)
    state: Mapped[str] = mapped_column(String(10))
    dry_run: Mapped[bool]
    full: Mapped[bool]
    trigger: Mapped[str] = mapped_column(String(10))
    requested_by: Mapped[str]
    slot: Mapped[str] = mapped_column(String(40))
    error: Mapped[str]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None]


class SyncDecisionRow(Base):
    """What a run decided on each member; no names, which are read from Salesforce when they are shown."""

    __tablename__ = "sync_decision"
    __table_args__ = (
        Index(None, "run_id", "reason"),
        Index(None, "run_id", "look_alike"),
        Index(None, "gift_key"),
    )
    run_id: Mapped[str] = mapped_column(_KEY, primary_key=True)
    member_id: Mapped[str] = mapped_column(_SALESFORCE_ID, primary_key=True)
    person_id: Mapped[str] = mapped_column(_SALESFORCE_ID)
    reason: Mapped[str] = mapped_column(String(30))
    gift_key: Mapped[str] = mapped_column(_KEY)
    look_alike: Mapped[str] = mapped_column(String(16))


class SyncScheduleRow(Base):
    """When the GiftSync of a link begins by itself."""

    __tablename__ = "sync_schedule"
    link_id: Mapped[str] = mapped_column(_KEY, primary_key=True)
    cadence: Mapped[str] = mapped_column(String(10))
    at: Mapped[str] = mapped_column(String(5))  # HH:MM, on the wall of the zone
    time_zone: Mapped[str] = mapped_column(String(64))
    counted_until: Mapped[datetime]
    last_slot: Mapped[str] = mapped_column(String(40))
