"""Who is at work, and how patient it is."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connector.domain.gift import Gift, RequestState
from connector.ports import GiftProvider, SalesforceOrg

_JOB = "."

OpenOrg = Callable[[str], SalesforceOrg]
"""The org with an id. Raises ConfigurationError where it is not connected."""

OpenProvider = Callable[[str], GiftProvider]
"""The provider account with an id. Raises ConfigurationError where it is not known."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One run of one worker. worker_id: unique among the living, kept over restarts. boot: new each time.

    job: one job under way in this run; "" where the run as a whole is meant.
    """

    worker_id: str
    boot: str
    started_at: datetime
    job: str = ""

    @property
    def owner(self) -> str:
        """Written into the rows that this run, or this job of it, has in hand."""
        return (
            f"{self.worker_id}/{self.boot}{_JOB}{self.job}" if self.job else f"{self.worker_id}/{self.boot}"
        )

    def at_a_job(self) -> "Worker":
        """For one job from its start to its end.

        A worker that was paused finds its jobs given to others, and may be given one of them itself, beside
        its own thread that still believes in the first: the two must not take each other for themselves.
        """
        return replace(self, job=secrets.token_hex(4))

    def is_dead_self(self, owner: str) -> bool:
        """True for an earlier run of this same worker, which cannot be alive beside this one."""
        worker_id, _, run = owner.rpartition("/")
        return worker_id == self.worker_id and run.partition(_JOB)[0] != self.boot


@dataclass(frozen=True, slots=True)
class Patience:
    """Waiting times, in seconds.

    lease: how long a worker may be silent about a row before others take it over. in_flight: how long a
    request may still be under way at the provider after its sender is gone; only then does looking it up tell
    anything.
    """

    lease_seconds: float = 120.0
    in_flight_seconds: float = 30.0

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.lease_seconds)

    @property
    def in_flight(self) -> timedelta:
        return timedelta(seconds=self.in_flight_seconds)


def lookup_moment(gift: Gift, worker: Worker, patience: Patience, *, now: datetime) -> datetime | None:
    """When a row that was left in SENDING may be looked up; None while its owner may be alive."""
    if gift.state is not RequestState.SENDING:
        return None
    if worker.is_dead_self(gift.owner):
        return worker.started_at + patience.in_flight
    if gift.lease_until is not None and gift.lease_until <= now:
        return gift.lease_until + patience.in_flight
    return None
