"""One SQLite connection with nested transactions."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Parameters = Sequence[Any]


class Database:
    """A thin wrapper: explicit transactions that nest, and rows that know their columns.

    path: the file, or None for a database in memory. Callers hold the org's lock; the connection may be used
    by any thread that does.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._connection = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.create_function("folded", 1, folded, deterministic=True)
        self._depth = 0
        self._undo: list[tuple[int, Callable[[], None]]] = []
        self._later: list[tuple[int, Callable[[], None]]] = []
        if path is not None:
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")

    @property
    def connection(self) -> sqlite3.Connection:
        """For functions and collations that SQL needs; not for statements."""
        return self._connection

    def execute(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, parameters)

    def execute_many(self, sql: str, rows: Sequence[Parameters]) -> None:
        self._connection.executemany(sql, rows)

    def one(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute(sql, parameters).fetchone()
        return row

    def all(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        return self._connection.execute(sql, parameters).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; an exception undoes what was done inside, and only that."""
        depth = self._depth + 1
        savepoint = f"level_{depth}"
        self.execute("BEGIN IMMEDIATE" if depth == 1 else f"SAVEPOINT {savepoint}")
        self._depth = depth
        try:
            yield
            self.execute("COMMIT" if depth == 1 else f"RELEASE {savepoint}")
        except BaseException:
            self._roll_back(depth, savepoint)
            self._depth -= 1
            self._undo_from(depth)
            raise
        self._depth -= 1
        self._undo = [] if depth == 1 else [(min(d, depth - 1), undo) for d, undo in self._undo]
        self._later = [(min(d, depth - 1), action) for d, action in self._later]
        if depth == 1:
            self._act_later()

    def on_rollback(self, undo: Callable[[], None]) -> None:
        """Call undo if the current transaction is rolled back: for state kept outside the database."""
        if self._depth:
            self._undo.append((self._depth, undo))

    def on_commit(self, action: Callable[[], None]) -> None:
        """Call action once all is committed, and not at all if that part is rolled back."""
        self._later.append((self._depth, action))
        if not self._depth:
            self._act_later()

    def copy_to(self, other: "Database") -> None:
        """Make another database the same as this one, whatever it held. Outside of transactions."""
        self._connection.backup(other.connection)

    def close(self) -> None:
        self._connection.close()

    def _roll_back(self, depth: int, savepoint: str) -> None:
        """On a full disk SQLite has ended the whole transaction by itself: nothing is left to undo."""
        if not self._connection.in_transaction:
            return
        if depth == 1:
            self.execute("ROLLBACK")
        else:
            self.execute(f"ROLLBACK TO {savepoint}")
            self.execute(f"RELEASE {savepoint}")

    def _act_later(self) -> None:
        actions, self._later = self._later, []
        for _, action in actions:
            action()

    def _undo_from(self, depth: int) -> None:
        self._later = [(d, action) for d, action in self._later if d < depth]
        while self._undo and self._undo[-1][0] >= depth:
            self._undo.pop()[1]()


def folded(text: str | None) -> str | None:
    """A text without regard to capitals of any alphabet; in SQL too, where NOCASE knows A to Z alone."""
    return None if text is None else str(text).casefold()


def needs_folding(value: object) -> bool:
    """Whether a value has letters whose capitals SQLite does not know, and is to be compared folded."""
    return isinstance(value, str) and not value.isascii()


def quote(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
