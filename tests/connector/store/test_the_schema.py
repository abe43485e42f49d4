from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import text

from connector.adapters.store.models.ledger import Base
from connector.adapters.store.store import SqlStore
from connector.domain.connections import ProviderAccount
from connector.errors import ConfigurationError
from tests.connector.world import new_store

ACCOUNT = ProviderAccount(
    account_id="main", provider="andopen", base_url="us", token="very secret", webhook_secret="more secret"
)


def test_the_migrations_make_exactly_the_tables_of_the_models(store: SqlStore) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Base.metadata) == []


def test_an_upgrade_of_an_up_to_date_database_does_nothing(store: SqlStore) -> None:
    store.upgrade()

    store.check_version()


def test_a_database_without_tables_is_refused_with_the_remedy(tmp_path: Path) -> None:
    empty = SqlStore(f"sqlite:///{tmp_path / 'empty.sqlite'}", MultiFernet([Fernet(Fernet.generate_key())]))

    with pytest.raises(ConfigurationError) as refused:
        empty.check_version()
    empty.close()

    assert refused.value.remedy == "run `connector db upgrade`"


def test_sqlite_is_set_to_survive_and_to_wait(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous")
        }
        busy_timeout = connection.execute(text("PRAGMA busy_timeout")).scalar()
    store.close()

    assert found == {"journal_mode": "wal", "synchronous": 2}
    assert busy_timeout == 30_000


def test_secrets_are_not_in_the_file_in_the_clear(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.write() as unit:
        unit.connections.save_account(ACCOUNT)

    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    with store.read() as unit:
        read_back = unit.connections.account("main")
    store.close()

    assert b"very secret" not in files
    assert b"more secret" not in files
    assert read_back == ACCOUNT
    assert "secret" not in repr(read_back).replace("webhook_secret", "")


def test_an_older_key_of_the_set_still_reads_and_a_foreign_one_is_named(tmp_path: Path) -> None:
    old, new = Fernet(Fernet.generate_key()), Fernet(Fernet.generate_key())
    address = f"sqlite:///{tmp_path / 'keys.sqlite'}"
    with_old = SqlStore(address, MultiFernet([old]))
    with_old.upgrade()
    with with_old.write() as unit:
        unit.connections.save_account(ACCOUNT)
    with_old.close()

    rotated, foreign = SqlStore(address, MultiFernet([new, old])), SqlStore(address, MultiFernet([new]))
    with rotated.read() as unit:
        assert unit.connections.account("main") == ACCOUNT
    with pytest.raises(ConfigurationError) as refused, foreign.read() as unit:
        unit.connections.account("main")
    rotated.close()
    foreign.close()

    assert refused.value.code == "wrong_key"


def test_a_transaction_that_fails_leaves_nothing(store: SqlStore) -> None:
    def fail_after_a_write() -> None:
        with store.write() as unit:
            unit.connections.save_account(ACCOUNT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_a_write()

    with store.read() as unit:
        assert unit.connections.accounts() == []
