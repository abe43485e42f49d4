"""Storms: a short one among the other tests, and a long one that `make chaos` runs.

CHAOS_MEMBERS, CHAOS_KILLS: of the long storm. CHAOS_SEED: of both; printed, to repeat a storm. A seed repeats
what is done and in which order; what it meets differs with the machine.
"""

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulators.gifting.testing import running_platform
from emulators.salesforce.testing import start_local_org
from tests.connector.chaos.crowd import crowd
from tests.connector.chaos.storm import Storm, Weather
from tests.connector.crash.stand import OrgSide, new_stand
from tests.connector.postgres import drop_database, new_database, restart_server

_MANY = 1_000
_QUICK = {
    "lease_seconds": 4.0,
    "in_flight_seconds": 1.5,
    "worker_silent_seconds": 3.0,
    "heartbeat_seconds": 0.5,
    "silent_hours": 0.003,
    "reconcile_seconds": 3.0,
    "write_back_seconds": 0.5,
    "api_floor_calls": 0,
}


# So many members take longer over everything: a lease that ends before its chunk begins helps nobody.
_LONG = {
    **_QUICK,
    "lease_seconds": 20.0,
    "in_flight_seconds": 5.0,
    "worker_silent_seconds": 8.0,
    "heartbeat_seconds": 1.0,
    "silent_hours": 0.015,
    "reconcile_seconds": 10.0,
    "write_back_seconds": 2.0,
}
# A platform of that size delivers several events at the same time.
_SENDERS = 8


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Its address; empty for the file in the data directory."""
    if request.param == "sqlite":
        yield ""
        return
    address = new_database()
    yield address
    drop_database(address)


def _storm(database: str, directory: Path, weather: Weather) -> tuple[list[str], Storm]:
    with start_local_org() as local, running_platform() as platform:
        org = OrgSide(local)
        org.control("PUT", "api-usage", allocation=10_000_000)
        times = _QUICK if weather.members < _MANY else _LONG
        wishes = {**times, "database_url": database}
        stand = new_stand(org, platform, directory, campaign_id=crowd(org, weather.members), **wishes)
        platform.control("settings", webhook_senders=_SENDERS)
        storm = Storm(stand, weather, restart_server if database else None)
        return storm.rage(), storm


def _report(database: str, weather: Weather, storm: Storm, seconds: float) -> None:
    print(  # noqa: T201 - figures for whoever reads the run
        f"\n{'PostgreSQL' if database else 'SQLite'}, {weather.workers} workers, seed {weather.seed}:"
        f" {weather.members} members, {storm.gang.kills} kills, {storm.gang.pauses} pauses,"
        f" trouble {dict(storm.trouble.seen)}, {seconds:.0f} s"
    )


def _seed() -> int:
    return int(os.environ.get("CHAOS_SEED") or secrets.randbelow(1_000_000))


@pytest.mark.slow
def test_in_a_short_storm_every_member_gets_one_gift_and_every_record_agrees(
    database: str, tmp_path: Path
) -> None:
    weather = Weather(
        members=40,
        kills=4,
        workers=4 if database else 1,
        storm_seconds=12.0,
        trouble_seconds=0.4,
        patience_seconds=100.0,
        seed=_seed(),
    )

    began = time.monotonic()
    found, storm = _storm(database, tmp_path, weather)
    _report(database, weather, storm, time.monotonic() - began)

    assert found == []


@pytest.mark.chaos
@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_in_a_long_storm_every_member_gets_one_gift_and_every_record_agrees(
    database: str, tmp_path: Path
) -> None:
    weather = Weather(
        members=int(os.environ.get("CHAOS_MEMBERS") or 5_000),
        kills=int(os.environ.get("CHAOS_KILLS") or 30),
        workers=4 if database else 1,
        storm_seconds=360.0,
        trouble_seconds=1.0,
        patience_seconds=3_000.0,
        seed=_seed(),
    )

    began = time.monotonic()
    found, storm = _storm(database, tmp_path, weather)
    _report(database, weather, storm, time.monotonic() - began)

    assert found == []
