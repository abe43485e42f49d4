"""Backups of a SQLite ledger, and what a restored ledger of any kind needs to know."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, inspect, select, update
from sqlalchemy.exc import DBAPIError

from connector.adapters.store.columns import Cipher
from connector.adapters.store.models.ledger import RestorationRow, TimelineEntryRow
from connector.adapters.store.reencrypt import encrypted_columns
from connector.adapters.store.store import SqlStore
from connector.errors import ConfigurationError
from connector.services.storage.hearing import TimelineState


def back_up(database: Path, to: Path) -> None:
    """A consistent copy of a SQLite database, while others write to it. All or nothing.

    Raises ConfigurationError where the file exists already or has no folder, and for a damaged database.
    """
    if to.exists():
        raise ConfigurationError(f"{to} exists already", code="backup_exists", remedy="name a new file")
    if not to.parent.is_dir():
        raise ConfigurationError(
            f"There is no folder {to.parent}", code="backup_folder", remedy="make it, or name another"
        )
    beside = to.with_name(f"{to.name}.part")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(beside)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        beside.unlink()
        raise ConfigurationError(
            f"The database cannot be copied ({error})",
            code="database_unreadable",
            remedy="`connector doctor` says what it lacks",
        ) from None
    beside.rename(to)


def restore(
    backup: Path, database: Path, cipher: Cipher, *, made_at: datetime, clock: Callable[[], datetime]
) -> Path:
    """Put a backup in the place of the database, which is set aside under the name that comes back.

    The backup is looked at first, and brought to this program's schema; before that nothing changes.
    Raises ConfigurationError for what is no sound backup, or holds secrets that the keys at hand do not read.
    """
    beside = database.with_name(f"{database.name}.restoring")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    beside.write_bytes(backup.read_bytes())
    try:
        with closing(SqlStore(f"sqlite:///{beside}", cipher)) as store:
            _check_file(store)
            look_at(store)
            store.upgrade()
            mark_restored(store, made_at=made_at, now=clock())
            with store.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    except ConfigurationError:
        beside.unlink()
        raise
    except DBAPIError as error:
        beside.unlink()
        raise ConfigurationError(
            f"{backup} is no sound database ({type(error.orig).__name__})",
            code="backup_unsound",
            remedy="take another",
        ) from None
    aside = database.with_name(f"{database.name}.replaced-{clock():%Y%m%dT%H%M%S}")
    for suffix in ("", "-wal", "-shm"):
        part = database.with_name(f"{database.name}{suffix}")
        if part.exists():
            part.rename(f"{aside}{suffix}")
    beside.rename(database)
    return aside


def mark_restored(store: SqlStore, *, made_at: datetime, now: datetime) -> None:
    """From now on every request that this ledger does not remember sending is looked up before it is sent.

    So are timeline entries, by their keys in Salesforce. made_at: of the backup.
    """
    with store.write_plainly() as connection:
        connection.execute(insert(RestorationRow).values(restored_at=now, backup_made_at=made_at))
        connection.execute(
            update(TimelineEntryRow)
            .where(TimelineEntryRow.state == TimelineState.PLANNED)
            .values(state=TimelineState.WRITING)
        )


def look_at(store: SqlStore) -> None:
    """Raises ConfigurationError for a database that holds no ledger, or secrets that the keys do not read."""
    known = set(inspect(store.engine).get_table_names())
    if "gift" not in known:
        raise ConfigurationError(
            "The backup holds no ledger",
            code="backup_unsound",
            remedy="restore another into an empty database",
        )
    with store.engine.connect() as connection:
        for table, columns in encrypted_columns():
            if table.name in known:
                connection.execute(select(*columns)).all()


def _check_file(store: SqlStore) -> None:
    with store.engine.connect() as connection:
        verdict = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
    if verdict != "ok":
        raise ConfigurationError("The backup is damaged", code="backup_unsound", remedy="take another")
