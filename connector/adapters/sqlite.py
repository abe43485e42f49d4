"""What SQLite needs before several processes share a database."""

import sqlite3
import time
from typing import Final

BUSY_TIMEOUT_SECONDS: Final = 30
_LOOK_AGAIN_SECONDS: Final = 0.02


def use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Let readers and one writer work side by side, for good: the file remembers it.

    Of connections that turn a new file over at the same moment SQLite refuses all but one at once, without
    the patience of its busy timeout: both hold what the other waits for. So they ask again here.

    Raises sqlite3.OperationalError where another program keeps the database to itself for
    BUSY_TIMEOUT_SECONDS: the operator ends that program.
    """
    patience_ends = time.monotonic() + BUSY_TIMEOUT_SECONDS
    while not _turned_over(connection, is_last=time.monotonic() >= patience_ends):
        time.sleep(_LOOK_AGAIN_SECONDS)


def _turned_over(connection: sqlite3.Connection, *, is_last: bool) -> bool:
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        if is_last or not _is_busy(error):
            raise
        return False
    return True


def _is_busy(error: sqlite3.OperationalError) -> bool:
    # The low byte is the primary code; what is above it tells kinds of busy apart.
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
