import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connector.adapters.jobs.dbos_engine import DbosEngine
from tests.connector.immediate_engine import ImmediateEngine

Engine = ImmediateEngine | DbosEngine


def eventually(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.02)


@pytest.fixture(params=["immediate", "dbos"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    made: Engine = (
        ImmediateEngine()
        if request.param == "immediate"
        else DbosEngine(f"sqlite:///{tmp_path / 'jobs.sqlite'}", "w1")
    )
    yield made
    made.stop()


def test_jobs_run_once_under_their_id_whenever_they_were_started(engine: Engine) -> None:
    done: list[tuple[str, ...]] = []
    engine.start("greet", "early", "org1", "before")
    engine.start("greet", "early", "org1", "before")

    engine.run({"greet": lambda *arguments: done.append(arguments)})
    engine.start("greet", "late", "org2", "after")
    engine.start("greet", "late", "org2", "after")
    eventually(lambda: len(done) == 2 and not engine.unfinished())

    assert sorted(done) == [("org1", "before"), ("org2", "after")]
    status = engine.status("late")
    assert status is not None
    assert (status.job_id, status.name, status.state) == ("late", "greet", "SUCCESS")


def test_a_job_that_fails_is_kept_as_failed_and_stops_nobody(engine: Engine) -> None:
    done: list[str] = []

    def work(org: str) -> None:
        if org == "bad":
            raise RuntimeError
        done.append(org)

    engine.run({"work": work})
    engine.start("work", "one", "bad")
    engine.start("work", "two", "good")
    eventually(lambda: not engine.unfinished())

    failed = engine.status("one")
    assert failed is not None
    assert failed.state == "ERROR"
    assert done == ["good"]


def test_finished_jobs_can_be_purged(engine: Engine) -> None:
    engine.run({"work": lambda _org: None})
    engine.start("work", "one", "org")
    eventually(lambda: not engine.unfinished())

    assert engine.purge(older_than_seconds=-5) == 1
    assert engine.status("one") is None


def test_an_unknown_job_has_no_status(engine: Engine) -> None:
    engine.run({"work": lambda _org: None})

    assert engine.status("nobody") is None


def test_one_job_of_an_org_runs_at_a_time(tmp_path: Path) -> None:
    engine = DbosEngine(f"sqlite:///{tmp_path / 'jobs.sqlite'}", "w1")
    at_work: list[str] = []
    together: list[int] = []

    def work(org: str, _job: str) -> None:
        at_work.append(org)
        together.append(at_work.count(org))
        time.sleep(0.05)
        at_work.remove(org)

    engine.run({"work": work})
    for number in range(6):
        engine.start("work", f"job{number}", f"org{number % 2}", str(number))
    eventually(lambda: not engine.unfinished())
    engine.stop()

    assert len(together) == 6
    assert max(together) == 1
