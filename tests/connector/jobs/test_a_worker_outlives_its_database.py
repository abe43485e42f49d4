"""A database that restarts takes answers with it, and with them the knowledge of what was claimed."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from connector.adapters.jobs.dbos_engine import DbosEngine
from connector.errors import TemporaryError
from tests.connector.postgres import drop_database, new_database, restart_server

_ORGS = 5
_RESTARTS = 8


def _wait_until_done(engine: DbosEngine, done: set[str], jobs: int, *, seconds: float) -> None:
    give_up = time.monotonic() + seconds
    while len(done) < jobs:
        assert time.monotonic() < give_up, f"{len(done)} of {jobs} jobs were done"
        with suppress(TemporaryError):
            engine.take_up_lost()
        time.sleep(0.1)


def test_a_job_that_was_claimed_by_a_lost_answer_is_run_after_all(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    engine = DbosEngine(address, "w1")
    done: set[str] = set()
    held = threading.Event()

    def work(_org: str, job: str) -> None:
        if job == "one":
            held.wait(20)
        done.add(job)

    engine.run({"work": work})
    try:
        engine.start("work", "one", "org", "one")
        engine.start("work", "two", "org", "two")
        claim = text(
            "UPDATE workflow_status SET status = 'PENDING', executor_id = 'w1' WHERE workflow_uuid = 'two'"
        )
        with create_engine(address).begin() as connection:
            assert connection.execute(claim).rowcount == 1

        at_once = engine.take_up_lost()
        again = engine.take_up_lost()
        held.set()
        _wait_until_done(engine, done, 2, seconds=20)
    finally:
        held.set()
        engine.stop()

    assert (at_once, again) == (0, 1)
    assert done == {"one", "two"}


def test_a_job_at_work_is_never_taken_for_lost(tmp_path: Path) -> None:
    engine = DbosEngine(f"sqlite:///{tmp_path / 'jobs.sqlite'}", "w1")
    runs: list[str] = []
    begun, held = threading.Event(), threading.Event()

    def work(org: str) -> None:
        runs.append(org)
        begun.set()
        held.wait(20)

    engine.run({"work": work})
    try:
        engine.start("work", "one", "org")
        assert begun.wait(20)
        taken = [engine.take_up_lost() for _ in range(3)]
    finally:
        held.set()
        engine.stop()

    assert taken == [0, 0, 0]
    assert runs == ["org"]


@pytest.fixture
def database() -> Iterator[str]:
    address = new_database()
    yield address
    drop_database(address)


@pytest.mark.slow
def test_jobs_go_on_after_every_restart_of_the_database(database: str) -> None:
    engine = DbosEngine(database, "w1")
    done: set[str] = set()

    def work(_org: str, job: str) -> None:
        time.sleep(0.01)
        done.add(job)

    engine.prepare()
    engine.run({"work": work})
    try:
        jobs = 0
        for _ in range(_RESTARTS):
            for _ in range(2 * _ORGS):
                jobs += _start(engine, jobs)
            time.sleep(random.uniform(0.0, 0.2))  # noqa: S311 - any moment will do
            restart_server()
        _wait_until_done(engine, done, jobs, seconds=60)
    finally:
        engine.stop()

    assert jobs > _RESTARTS * _ORGS


def _start(engine: DbosEngine, number: int) -> int:
    """1 where the job was taken; 0 where the database was away."""
    try:
        engine.start("work", f"job{number}", f"org{number % _ORGS}", str(number))
    except TemporaryError:
        return 0
    return 1
