"""Commands start soon, since what takes long to import waits until it is needed; and only on their schema."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from connector.cli import app
from tests.connector.cli.conftest import damage

# Each takes longer to import than the whole command line.
SLOW = ("alembic", "cryptography", "dbos", "flask", "httpx2", "psycopg", "requests", "simple_salesforce")
SLOW_TO_HELP = (*SLOW, "connector.app", "pydantic", "sqlalchemy", "structlog")

_COUNT_SEARCHES = """
import gc
from connector.commands.running import container

def searched():
    return sum(generation["collections"] for generation in gc.get_stats())

before = searched()
with container(any_schema=True):
    searches, left_out = searched() - before, gc.get_freeze_count()
assert searches < 5, f"{searches} searches"
assert left_out > 100_000, f"{left_out} objects"
assert gc.isenabled()
"""
_LOAD_AGAIN = """
import gc, json
from connector.loading import load

load("json")
assert gc.get_freeze_count() == 0
assert gc.isenabled()
"""


def imported_by(statement: str, looked_for: tuple[str, ...]) -> list[str]:
    """Which of them a new interpreter holds afterwards."""
    script = f"{statement}\nimport sys\nprint(*(name for name in {looked_for!r} if name in sys.modules))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return told.stdout.split()


def test_help_and_completion_wait_for_nothing_that_only_a_command_needs() -> None:
    assert imported_by("import connector.cli", SLOW_TO_HELP) == []


def test_a_command_that_starts_no_job_and_migrates_nothing_waits_for_neither_engine_nor_alembic() -> None:
    assert imported_by("import connector.app", ("alembic", "dbos")) == []


def test_the_check_sees_what_was_imported() -> None:
    assert imported_by("import connector.adapters.jobs.dbos_engine", ("alembic", "dbos")) == ["dbos"]


def test_what_a_command_loads_is_never_searched_for_garbage() -> None:
    assert imported_by(_COUNT_SEARCHES, ("connector.app",)) == ["connector.app"]


def test_what_is_loaded_already_is_left_as_it_is() -> None:
    assert imported_by(_LOAD_AGAIN, ("json",)) == ["json"]


@pytest.mark.parametrize("command", [("status",), ("sync",), ("keys", "rotate", "--add-only"), ("worker",)])
def test_a_command_on_a_schema_of_before_says_what_to_run_and_changes_nothing(
    ready: Path, command: tuple[str, ...]
) -> None:
    as_before(ready / "connector.sqlite")
    keys = (ready / "secret.key").read_text()

    result = CliRunner().invoke(app, list(command))

    assert result.exit_code == 3, result.output
    assert "run `connector db upgrade`" in " ".join(result.output.split())
    assert (ready / "secret.key").read_text() == keys


@pytest.mark.parametrize("command", [("db", "upgrade"), ("init",)])
def test_what_brings_the_schema_to_this_program_runs_on_one_of_before(
    ready: Path, command: tuple[str, ...]
) -> None:
    as_before(ready / "connector.sqlite")

    assert CliRunner().invoke(app, list(command)).exit_code == 0

    assert CliRunner().invoke(app, ["status"]).exit_code == 0


def test_a_backup_is_made_before_the_schema_is_brought_to_this_program(ready: Path, tmp_path: Path) -> None:
    as_before(ready / "connector.sqlite")

    result = CliRunner().invoke(app, ["db", "backup", str(tmp_path / "before-upgrade.sqlite")])

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("command", [("status",), ("worker",), ("init",), ("db", "upgrade")])
def test_a_database_that_does_not_answer_is_said_in_one_line(
    ready: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    assert ready.is_dir()
    monkeypatch.setenv("CONNECTOR_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")

    result = CliRunner().invoke(app, list(command))

    assert result.exit_code == 4, result.output
    assert "The database does not answer — start it, or correct CONNECTOR_DATABASE_URL" in result.output


@pytest.mark.usefixtures("ready")
def test_a_job_database_that_does_not_answer_is_said_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTOR_JOBS_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")

    result = CliRunner().invoke(app, ["init"])

    assert result.exit_code == 4, result.output
    assert "The job database does not answer — start it" in result.output


@pytest.mark.parametrize("command", [("status",), ("init",), ("db", "upgrade")])
def test_a_damaged_database_ends_a_command_in_one_line(ready: Path, command: tuple[str, ...]) -> None:
    damage(ready / "connector.sqlite")

    result = CliRunner().invoke(app, list(command))

    assert result.exit_code == 4, result.output
    assert "`connector doctor` says why" in result.output


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("command", ["run", "serve"])
def test_an_address_that_is_taken_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("CONNECTOR_PORT", str(port))

        result = CliRunner().invoke(app, [command])

    assert result.exit_code == 3, result.output
    told = " ".join(result.output.split())
    assert f"127.0.0.1, port {port}, cannot be listened on: Address already in use — end what" in told


def as_before(database: Path) -> None:
    """The newest migration is taken back."""
    from alembic import command

    from connector.adapters.store.migrating import alembic_config

    engine = sa.create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "-1")
    engine.dispose()
