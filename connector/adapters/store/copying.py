"""Moves a whole store into an empty PostgreSQL database: everything, or nothing.

All rows are written, counted and compared in one transaction of the target, while the source is held against
writers. A copy that is cut off leaves the target empty, and is simply started again.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, Text, func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from connector.adapters.store.columns import EncryptedText
from connector.adapters.store.models.ledger import Base
from connector.adapters.store.store import SqlStore
from connector.errors import ConfigurationError, TemporaryError

_BATCH = 1_000
# Who lives and who may do something now: true of the old place only. The floor is the schema's own.
NOT_MOVED = frozenset({"worker_heartbeat", "lease", "schema_floor"})

Progress = Callable[[str, int, int], None]
"""Told the table, its rows copied so far, and all of them."""


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """rows: how many. digest: the same for the same rows, in whatever order a database gives them."""

    name: str
    rows: int
    digest: str = ""


def copy_store(
    source: SqlStore, target: SqlStore, *, dry_run: bool, progress: Progress = lambda *_: None
) -> list[CopiedTable]:
    """Every table, verified. Secrets are copied as they are, encrypted, and tried with the target's keys.

    dry_run: looks whether it could be done and counts, changes nothing; digests are empty.
    Raises ConfigurationError for a source that is not current, a target that is not PostgreSQL or not empty,
    and for rows that it does not take; TemporaryError where a database does not answer or a row differs.
    """
    source.check_version()
    if target.engine.dialect.name != "postgresql":
        raise ConfigurationError(
            "The target is not PostgreSQL", code="copy_target", remedy="name postgresql://…"
        )
    try:
        _check_empty(target)
        with source.held() as reading:
            if dry_run:
                return [CopiedTable(table.name, _count(reading, table)) for table in _tables()]
            target.upgrade()
            with target.engine.begin() as writing:
                copied = [_copy_table(table, reading, writing, progress) for table in _tables()]
                _check_secrets(writing)
    except DBAPIError as error:
        raise TemporaryError(
            f"A database failed while copying ({type(error).__name__}); the target holds nothing",
            code="copy_failed",
            remedy="try again",
        ) from error
    return copied


def _tables() -> list[Table]:
    """With secrets as the text that is stored, so that no key is needed to copy them."""
    return [_raw(table) for table in Base.metadata.sorted_tables if table.name not in NOT_MOVED]


def _raw(table: Table) -> Table:
    columns = (
        Column(
            column.name,
            Text() if isinstance(column.type, EncryptedText) else column.type,
            primary_key=column.primary_key,
            autoincrement=False,
        )
        for column in table.columns
    )
    return Table(table.name, MetaData(), *columns)


def _check_empty(target: SqlStore) -> None:
    with target.engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        filled = [table.name for table in _tables() if table.name in there and _count(connection, table)]
    if filled:
        raise ConfigurationError(
            f"The target is not empty: {', '.join(filled)}",
            code="copy_target_not_empty",
            remedy="name a database without rows; nothing is ever overwritten",
        )


def _copy_table(table: Table, reading: Connection, writing: Connection, progress: Progress) -> CopiedTable:
    # Nobody else may fill the table between the look that it is empty and the commit.
    writing.execute(text(f'LOCK TABLE "{table.name}" IN SHARE ROW EXCLUSIVE MODE'))
    total, done = _count(reading, table), 0
    digest = _Digest()
    for rows in _batches(reading, table):
        digest.add(rows)
        _insert(table, rows, writing)
        done += len(rows)
        progress(table.name, done, total)
    _continue_numbers(table, writing)
    found = _Digest()
    for rows in _batches(writing, table):
        found.add(rows)
    if (found.rows, found.text) != (digest.rows, digest.text):
        raise TemporaryError(
            f"{table.name} differs after copying: {digest.rows} rows there, {found.rows} rows here",
            code="copy_differs",
            remedy="the target holds nothing; try again, and report this if it stays",
        )
    return CopiedTable(table.name, digest.rows, digest.text)


def _insert(table: Table, rows: Sequence[Mapping[str, Any]], writing: Connection) -> None:
    try:
        writing.execute(insert(table), list(rows))
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        # SQLite does not hold to the lengths of columns. What the row says does not belong into a message.
        raise ConfigurationError(
            f"PostgreSQL does not take a row of {table.name} ({type(error.orig).__name__})",
            code="copy_row_refused",
            remedy="the target holds nothing; look for texts that are too long or hold a zero byte",
        ) from None


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[Mapping[str, Any]]]:
    statement = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
    with connection.execute(statement) as result:
        for rows in result.mappings().partitions():
            yield [dict(row) for row in rows]


def _continue_numbers(table: Table, writing: Connection) -> None:
    """Numbers that the database gives out go on behind the last one copied."""
    for column in Base.metadata.tables[table.name].primary_key.columns:
        if column.autoincrement is True:
            last = writing.scalar(select(func.max(table.c[column.name])))
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            writing.execute(select(func.setval(sequence, last or 1, last is not None)))


def _check_secrets(writing: Connection) -> None:
    """Raises ConfigurationError where the keys at hand do not read what was copied."""
    for table in Base.metadata.sorted_tables:
        secrets = [column for column in table.columns if isinstance(column.type, EncryptedText)]
        if secrets:
            writing.execute(select(*secrets)).all()


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


class _Digest:
    """A sum over the digests of rows: databases sort texts differently, and a sum has no order."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for row in rows:
            self._sum += int.from_bytes(sha256(_shown(row)).digest())
        self.rows += len(rows)

    @property
    def text(self) -> str:
        return f"{self._sum % 2**256:064x}"


def _shown(row: Mapping[str, Any]) -> bytes:
    """A row as bytes: JSON by its content, moments in UTC, bytes as they are."""
    return json.dumps(row, sort_keys=True, default=repr).encode()
