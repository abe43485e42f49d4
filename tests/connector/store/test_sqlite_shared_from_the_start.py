"""The web server and the worker may be the first two to open a database, at the same moment."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from connector.adapters.sqlite import use_write_ahead_log
from connector.adapters.store.store import SqlStore
from tests.connector.ciphers import new_cipher

# Each round is a race; where nobody asks again, one in ten or so is lost.
ROUNDS = 40
TOGETHER = 3


def at_the_same_moment(do: Callable[[], object]) -> None:
    all_there = threading.Barrier(TOGETHER)

    def one() -> None:
        all_there.wait(60)
        do()

    with ThreadPoolExecutor(TOGETHER) as threads:
        for done in [threads.submit(one) for _ in range(TOGETHER)]:
            done.result()


def test_all_who_open_a_new_store_together_get_in(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        path = tmp_path / f"{number}.sqlite"

        def opened(path: Path = path) -> None:
            store = SqlStore(f"sqlite:///{path}", new_cipher())
            store.engine.connect().close()
            store.close()

        at_the_same_moment(opened)

        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_is_no_database_is_told_at_once(tmp_path: Path) -> None:
    no_database = tmp_path / "not.sqlite"
    no_database.write_bytes(b"something else, and more than a header of it " * 10)

    with (
        closing(sqlite3.connect(no_database)) as connection,
        pytest.raises(sqlite3.DatabaseError),
    ):
        use_write_ahead_log(connection)
