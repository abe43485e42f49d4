"""While a new program is rolled out, old ones work on with the schema that it made."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from multiprocessing import Queue, get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from connector.adapters.store.compatibility import OLDEST_HEAD, newest_revision
from connector.adapters.store.migrating import alembic_config
from connector.adapters.store.models.ledger import Base
from connector.adapters.store.store import SqlStore
from connector.errors import ConfigurationError
from tests.connector.ciphers import new_cipher
from tests.connector.postgres import drop_database, empty_database

SCRIPTS = ScriptDirectory.from_config(alembic_config(None))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
# Heads that programs in use may have: none of theirs may stop working.
SERVED = REVISIONS[REVISIONS.index(OLDEST_HEAD) :]
FUTURE = "9999"
# Where a check allows only some words.
ALLOWED = {("gift", "state"): "planned", ("gift", "approval"): "Approved"}


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """An empty database of each kind."""
    address = empty_database() if request.param == "postgresql" else f"sqlite:///{tmp_path / 'store.sqlite'}"
    made = SqlStore(address, new_cipher())
    yield made
    made.close()
    if request.param == "postgresql":
        drop_database(address)


def to(store: SqlStore, revision: str) -> None:
    with store.engine.begin() as connection:
        command.upgrade(alembic_config(connection), revision)


def tables_of(store: SqlStore) -> list[sa.Table]:
    """As the database has them now, which is what a program of that head knows."""
    metadata = sa.MetaData()
    metadata.reflect(store.engine)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def a_value(column: sa.Column[Any], number: int) -> object:
    """Something that fits a column; different for each number."""
    if (chosen := ALLOWED.get((column.table.name, column.name))) is not None:
        return chosen
    kind = column.type.as_generic()
    fitting: list[tuple[type, object]] = [
        (sa.Boolean, True),
        (sa.DateTime, datetime(2026, 11, 25, tzinfo=UTC) + timedelta(days=number)),
        (sa.Date, date(2026, 11, 25)),
        (sa.LargeBinary, b"%d" % number),
        (sa.JSON, [number]),
        (sa.Numeric, number),
        (sa.Integer, number),
    ]
    return next((value for of, value in fitting if isinstance(kind, of)), str(number))


def insert_all(store: SqlStore, tables: list[sa.Table], number: int) -> None:
    """A row in every table, with every column that these have, as a program that knows them inserts it."""
    with store.engine.begin() as connection:
        if store.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in tables:
            if table.name != "schema_floor":
                row = {column.name: a_value(column, number) for column in table.columns}
                connection.execute(sa.insert(table).values(row))


@pytest.mark.parametrize("head", SERVED)
def test_what_a_program_of_each_served_head_writes_and_reads_still_works(store: SqlStore, head: str) -> None:
    to(store, head)
    known = tables_of(store)
    insert_all(store, known, 1)

    store.upgrade()

    insert_all(store, known, 2)
    with store.engine.begin() as connection:
        for table in known:
            if table.name != "schema_floor":
                assert len(connection.execute(sa.select(table)).all()) == 2, table.name
                connection.execute(sa.update(table).values({column.name: column for column in table.columns}))


def test_the_program_knows_its_newest_migration_without_alembic() -> None:
    assert newest_revision() == REVISIONS[-1]


@pytest.mark.parametrize("head", SERVED)
def test_the_schema_says_that_it_serves_them(store: SqlStore, head: str) -> None:
    store.upgrade()

    with store.engine.connect() as connection:
        floor = connection.scalar(sa.text("SELECT oldest_head FROM schema_floor"))

    assert REVISIONS.index(floor) <= REVISIONS.index(head)


def test_an_old_program_works_on_with_a_newer_schema_that_serves_it(store: SqlStore) -> None:
    store.upgrade()
    newer_schema(store, oldest_head=REVISIONS[-1])

    store.check_version()


def test_an_old_program_stops_at_a_newer_schema_that_serves_it_no_more(store: SqlStore) -> None:
    store.upgrade()
    newer_schema(store, oldest_head="9998")

    with pytest.raises(ConfigurationError) as refused:
        store.check_version()

    assert refused.value.code == "schema_newer"


def test_a_new_program_waits_for_the_upgrade_and_writes_nothing_before(store: SqlStore) -> None:
    to(store, REVISIONS[-2])

    with pytest.raises(ConfigurationError) as refused:
        store.check_version()

    assert refused.value.remedy == "run `connector db upgrade`"


def test_every_migration_can_be_taken_back_and_made_again(store: SqlStore) -> None:
    store.upgrade()

    with store.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    left = tables_of(store)
    store.upgrade()

    assert left == []
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def newer_schema(store: SqlStore, *, oldest_head: str) -> None:
    """What a program of the future leaves behind."""
    with store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :head"), {"head": FUTURE})
        connection.execute(sa.text("UPDATE schema_floor SET oldest_head = :head"), {"head": oldest_head})


def upgrade_together(address: str, all_there: Barrier, failures: "Queue[str]") -> None:
    """In a process of its own, as on another machine."""
    store = SqlStore(address, new_cipher())
    all_there.wait(60)
    try:
        store.upgrade()
    except Exception as error:
        failures.put(repr(error))
        raise
    finally:
        store.close()


def test_machines_that_upgrade_at_the_same_time_wait_for_each_other(store: SqlStore) -> None:
    processes = get_context("spawn")
    all_there, failures = processes.Barrier(3), processes.Queue()
    address = store.engine.url.render_as_string(hide_password=False)
    machines = [
        processes.Process(target=upgrade_together, args=(address, all_there, failures)) for _ in range(3)
    ]

    for machine in machines:
        machine.start()
    for machine in machines:
        machine.join(60)

    assert [machine.exitcode for machine in machines] == [0, 0, 0], failures.get(timeout=5)
    store.check_version()
