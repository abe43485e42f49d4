"""Encrypt every secret of the database again, with the newest key."""

from collections.abc import Callable, Iterator

from sqlalchemy import Column, Table, and_, select, type_coerce, update
from sqlalchemy.types import Text

from connector.adapters.store.columns import EncryptedText
from connector.adapters.store.models.ledger import Base
from connector.adapters.store.store import SqlStore

BATCH = 200


def encrypt_again(
    store: SqlStore, is_newest: Callable[[bytes], bool], after_batch: Callable[[], None] = lambda: None
) -> int:
    """How many rows were not by the newest key. Cut off, it is simply started again.

    Each batch is a transaction; a row that somebody changed meanwhile is left to the next pass.
    """
    return sum(
        _table(store, table, columns, is_newest, after_batch) for table, columns in encrypted_columns()
    )


def encrypted_columns() -> Iterator[tuple[Table, list[Column[str]]]]:
    """All of them, by table."""
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, EncryptedText)]
        if columns:
            yield table, columns


def _table(
    store: SqlStore,
    table: Table,
    columns: list[Column[str]],
    is_newest: Callable[[bytes], bool],
    after_batch: Callable[[], None],
) -> int:
    keys = list(table.primary_key.columns)
    raw = [type_coerce(column, Text).label(f"raw_{column.name}") for column in columns]
    with store.engine.connect() as reading:
        stale = [
            row[: len(keys)]
            for row in reading.execute(select(*keys, *raw))
            if not all(text is None or is_newest(text.encode()) for text in row[len(keys) :])
        ]
    for start in range(0, len(stale), BATCH):
        with store.write_plainly() as writing:
            for key in stale[start : start + BATCH]:
                here = and_(*(column == value for column, value in zip(keys, key, strict=True)))
                row = writing.execute(select(*columns).where(here).with_for_update()).one_or_none()
                if row is not None:
                    values = {column.name: text for column, text in zip(columns, row, strict=True)}
                    writing.execute(update(table).where(here).values(**values))
        after_batch()
    return len(stale)
