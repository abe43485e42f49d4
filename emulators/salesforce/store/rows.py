"""Writing single rows."""

from collections.abc import Mapping
from typing import Any

from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.store.database import Database, quote
from emulators.salesforce.store.tables import NAME_COLUMNS

Row = Mapping[str, Any]


def insert_row(db: Database, sobject: SObjectType, row: Row) -> None:
    """Write a new row with all its columns."""
    columns = ", ".join(quote(name) for name in row)
    marks = ", ".join("?" for _ in row)
    sql = f"INSERT INTO {quote(sobject.name)} ({columns}) VALUES ({marks})"  # noqa: S608 -- quoted names
    db.execute(sql, tuple(row.values()))


def update_row(db: Database, sobject: SObjectType, old: Row, new: Row) -> None:
    """Write the columns that changed."""
    changed = {name: value for name, value in new.items() if old[name] != value}
    if changed:
        assignments = ", ".join(f"{quote(name)} = ?" for name in changed)
        sql = f'UPDATE {quote(sobject.name)} SET {assignments} WHERE "Id" = ?'  # noqa: S608 -- quoted names
        db.execute(sql, (*changed.values(), new["Id"]))


_NAME_LIST = ", ".join(quote(column) for column in NAME_COLUMNS)
_NAME_MARKS = ", ".join("?" for _ in NAME_COLUMNS)
_KEEP_NAME = f'INSERT OR REPLACE INTO "_name" ({_NAME_LIST}) VALUES ({_NAME_MARKS})'  # noqa: S608 -- quoted names


def keep_name(db: Database, sobject_name: str, row: Row) -> None:
    """What polymorphic look-ups show of a record."""
    shown = {**row, "Type": sobject_name}
    db.execute(_KEEP_NAME, tuple(shown.get(column) for column in NAME_COLUMNS))
