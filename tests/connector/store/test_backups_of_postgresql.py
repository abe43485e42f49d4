"""A ledger on PostgreSQL comes back from pg_dump's file whole, and nothing is lost or sent twice afterwards.

What an operator does by docs/runbook.md is done here with the server's own tools and with our commands.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import inspect, make_url, select, text
from typer.testing import CliRunner, Result

from connector.adapters.store.models.ledger import Base, GiftRow, RestorationRow
from connector.adapters.store.store import SqlStore
from connector.cli import app
from connector.domain.connections import ProviderAccount
from connector.domain.gift import RequestState
from connector.services.audit import record
from tests.connector.postgres import drop_database, empty_database, new_database, tool
from tests.connector.world import World

KEY = Fernet.generate_key()
SECRET = "a t0ken that only the key opens"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """On a database whose job tables are made as well; commands find it by their settings."""
    address = new_database()
    monkeypatch.setenv("CONNECTOR_DATABASE_URL", address)
    monkeypatch.setenv("CONNECTOR_SECRET_KEYS", KEY.decode())
    monkeypatch.setenv("CONNECTOR_DATA_DIR", str(tmp_path / "data"))
    made = World(store_at(address))
    made.clock.now = datetime.now(UTC)
    with made.store.write() as unit:
        unit.connections.save_account(
            ProviderAccount(
                account_id="other", provider="andopen", base_url="us", token=SECRET, webhook_secret="hush"
            )
        )
        record(unit, made.clock(), org_id=made.org_id, actor="cli", action="budget.set", subject="spring")
    command("db", "upgrade")
    yield made
    made.store.close()
    drop_database(address)


def store_at(address: str) -> SqlStore:
    return SqlStore(address, MultiFernet([Fernet(KEY)]))


def command(*arguments: str) -> Result:
    """A command of ours that has to succeed."""
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result


def address_of(world: World) -> str:
    return world.store.engine.url.render_as_string(hide_password=False)


def plain(address: str) -> str:
    """As PostgreSQL's own tools take it."""
    return make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)


def dump(world: World, file: Path) -> Path:
    """While the ledger is open: the tool reads one moment of it."""
    run("pg_dump", "--format=custom", "--exclude-schema=dbos", f"--file={file}", plain(address_of(world)))
    return file


def restore_into_a_new_database(world: World, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old server is gone with everything on it."""
    made_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    world.store.close()
    drop_database(address_of(world))
    address = empty_database()
    run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={plain(address)}", str(file))
    monkeypatch.setenv("CONNECTOR_DATABASE_URL", address)
    command("db", "restored", made_at.strftime("%Y-%m-%dT%H:%M:%S"))
    world.store = store_at(address)
    world.restart()


def run(program: str, *arguments: str) -> None:
    told = subprocess.run(
        [tool(program), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    assert told.returncode == 0, told.stderr


def everything(store: SqlStore) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, secrets as text; without what the restoration itself writes."""
    with store.engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in {"restoration", "timeline_entry"}
        }


def test_every_row_and_secret_comes_back_and_the_audit_log_is_sound(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sync(world.campaign(contacts=3, leads=2))
    sealed = json.loads(command("audit", "verify", "--json").output)
    before = everything(world.store)
    file = dump(world, tmp_path / "backup.dump")

    restore_into_a_new_database(world, file, monkeypatch)

    assert everything(world.store) == before
    with world.store.read() as unit:
        account = unit.connections.account("other")
    assert account is not None
    assert account.token == SECRET
    assert json.loads(command("audit", "verify", "--json").output) == sealed
    assert any(verdict["entries"] for verdict in sealed.values())


def test_gifts_of_before_and_after_the_backup_go_on_and_none_is_sent_twice(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    early, late = world.campaign(contacts=2), world.campaign(contacts=3, name="Autumn")
    world.sync(early)
    world.link(late)
    file = dump(world, tmp_path / "backup.dump")
    world.sync(late)
    assert len(world.provider.orders) == 5
    world.clock.move(hours=1)

    restore_into_a_new_database(world, file, monkeypatch)
    world.sync(late)
    world.run_jobs()

    assert len(world.provider.orders) == 5
    assert [gift.state for gift in world.gifts()] == [RequestState.SENT] * 5


def test_what_was_planned_and_never_sent_is_sent_after_the_restore(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.plan_sync(world.link(world.campaign(contacts=2)).link_id)
    file = dump(world, tmp_path / "backup.dump")

    restore_into_a_new_database(world, file, monkeypatch)
    assert world.provider.orders == []
    world.run_jobs()

    assert len(world.provider.orders) == 2
    assert [gift.state for gift in world.gifts()] == [RequestState.SENT] * 2


def test_the_dump_is_of_one_moment_although_the_ledger_is_written_meanwhile(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction that is open while the tool reads is in the file with none of its rows."""
    world.sync(world.campaign(contacts=1))
    with world.store.write() as unit:
        record(unit, world.clock(), org_id=world.org_id, actor="cli", action="budget.set", subject="unsaid")

        file = dump(world, tmp_path / "backup.dump")
    restore_into_a_new_database(world, file, monkeypatch)

    verdicts = json.loads(command("audit", "verify", "--json").output)
    assert all(verdict["broken_at"] is None for verdict in verdicts.values())
    with world.store.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit_entry WHERE subject = 'unsaid'")) == 0
        assert len(connection.execute(select(GiftRow)).all()) == 1


def test_a_database_into_which_nothing_was_restored_is_refused_and_stays_empty(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.store.close()
    address = empty_database()
    monkeypatch.setenv("CONNECTOR_DATABASE_URL", address)

    result = CliRunner().invoke(app, ["db", "restored", "2026-11-25T06:00:00"])

    assert result.exit_code == 3
    assert "holds no ledger" in result.output
    empty = store_at(address)
    assert inspect(empty.engine).get_table_names() == []
    empty.close()
    drop_database(address)


def test_a_backup_whose_secrets_the_keys_do_not_read_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTOR_SECRET_KEYS", Fernet.generate_key().decode())

    result = CliRunner().invoke(app, ["db", "restored", "2026-11-25T06:00:00"])

    assert result.exit_code == 3, result.output
    with world.store.engine.connect() as connection:
        assert connection.execute(select(RestorationRow)).all() == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("db", "backup", "copy"), "use pg_dump"), (("db", "restore", __file__), "use pg_restore")],
)
def test_the_commands_for_sqlite_name_the_tools_of_postgresql(
    world: World, arguments: tuple[str, ...], told: str
) -> None:
    assert world.store.engine.dialect.name == "postgresql"

    result = CliRunner().invoke(app, list(arguments))

    assert result.exit_code == 3
    assert told in " ".join(result.output.split())
