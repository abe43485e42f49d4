"""What running the connector asks of the store: jobs, leases, limits, signs of life."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


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
