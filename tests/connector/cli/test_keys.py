"""`connector keys rotate`: nothing becomes unreadable, whenever it is cut off, on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import text
from typer.testing import CliRunner

from connector.adapters.store.reencrypt import encrypt_again, encrypted_columns
from connector.adapters.store.store import SqlStore
from connector.cli import app
from connector.config import load_settings
from connector.domain.connections import ProviderAccount
from connector.secret_key import KeyRing, add_key, make_key_file
from tests.connector.postgres import drop_database, empty_database

runner = CliRunner()
ACCOUNTS = 450


def test_a_key_that_cannot_be_written_leaves_no_file_that_would_be_taken_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("connector.secret_key.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            make_key_file(tmp_path / "secret.key")

    assert list(tmp_path.iterdir()) == []
    assert make_key_file(tmp_path / "secret.key")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty one on a server; "" for the file in the data directory."""
    if request.param == "sqlite":
        yield ""
        return
    address = empty_database()
    yield address
    drop_database(address)


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Path:
    """Of a connector with secrets in it."""
    monkeypatch.setenv("CONNECTOR_DATA_DIR", str(tmp_path))
    if database_url:
        monkeypatch.setenv("CONNECTOR_DATABASE_URL", database_url)
    assert runner.invoke(app, ["init"]).exit_code == 0
    store = open_store(tmp_path)
    with store.write() as unit:
        for number in range(ACCOUNTS):
            unit.connections.save_account(account(number))
    store.close()
    return tmp_path / "secret.key"


def account(number: int) -> ProviderAccount:
    return ProviderAccount(
        account_id=f"{number:04}",
        provider="andopen",
        base_url="us",
        token=f"token {number}",
        webhook_secret=f"secret {number}",
    )


def open_store(directory: Path) -> SqlStore:
    """What a process that runs meanwhile has open."""
    return SqlStore(load_settings().store_url, KeyRing(directory / "secret.key"))


def accounts(store: SqlStore) -> list[ProviderAccount]:
    with store.read() as unit:
        return unit.connections.accounts()


def rotate(*options: str) -> str:
    result = runner.invoke(app, ["keys", "rotate", "--grace-seconds", "0", *options])
    assert result.exit_code == 0, result.output
    return result.output


def test_after_a_rotation_the_old_key_opens_nothing_and_everything_is_there(key_file: Path) -> None:
    old = Fernet(key_file.read_bytes().strip())

    told = rotate()

    store = open_store(key_file.parent)
    with store.engine.connect() as connection:
        stored = connection.execute(text("SELECT token, webhook_secret FROM provider_account")).all()
    assert len(key_file.read_bytes().split()) == 1
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert accounts(store) == [account(number) for number in range(ACCOUNTS)]
    for secret in (stored[0][0], stored[-1][1]):
        with pytest.raises(InvalidToken):
            old.decrypt(secret.encode())
    assert f"{ACCOUNTS} rows" in told
    store.close()


def test_a_rotation_that_was_cut_off_loses_nothing_and_is_ended_by_the_next_run(key_file: Path) -> None:
    class Died(BaseException):
        pass

    def die() -> None:
        raise Died

    assert add_key(key_file)
    store = open_store(key_file.parent)
    with pytest.raises(Died):
        encrypt_again(store, KeyRing(key_file).is_newest, after_batch=die)
    readable = accounts(store)

    told = rotate()

    assert len(readable) == ACCOUNTS
    assert "Going on with the key" in told
    assert 0 < int(told.split(" rows")[0].split()[-1]) < ACCOUNTS
    assert len(accounts(store)) == ACCOUNTS
    store.close()


def test_a_process_that_runs_meanwhile_goes_on_reading_and_writing(key_file: Path) -> None:
    running = open_store(key_file.parent)
    assert len(accounts(running)) == ACCOUNTS

    rotate()
    with running.write() as unit:
        unit.connections.save_account(account(9_999))

    fresh = open_store(key_file.parent)
    assert accounts(fresh)[-1] == account(9_999)
    assert len(accounts(running)) == ACCOUNTS + 1
    running.close()
    fresh.close()


def test_the_key_is_only_added_for_machines_that_need_the_file_first(key_file: Path) -> None:
    old = key_file.read_bytes().strip()

    rotate("--add-only")

    keys = key_file.read_bytes().split()
    assert keys[1:] == [old]
    assert MultiFernet([Fernet(key) for key in keys])


def test_every_table_with_secrets_takes_part() -> None:
    names = {table.name for table, _ in encrypted_columns()}

    assert {"org_connection", "provider_account", "org_tokens", "connection_draft", "portal_session"} <= names
