"""A worker's name is held for as long as its process lives, so that no second one can act under it.

On SQLite all workers are on one machine: a locked file, which the kernel lets go of even after SIGKILL. On
PostgreSQL they may be anywhere: a lock of a database session, which ends with the connection. A process that
is only paused keeps its name either way.
"""

import fcntl
import os
from pathlib import Path
from typing import Protocol, TextIO

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from connector.errors import ConfigurationError


class WorkerName(Protocol):
    """One name, held by this process."""

    def hold(self) -> None:
        """Take the name, or make sure that it is still ours. Raises ConfigurationError where it is not."""
        ...

    def release(self) -> None: ...


def _taken(worker_id: str) -> ConfigurationError:
    return ConfigurationError(
        f"Another process works as {worker_id!r}",
        code="worker_running",
        remedy="stop it, or set CONNECTOR_WORKER_ID to another name",
    )


class FileName:
    """See WorkerName."""

    def __init__(self, worker_id: str, path: Path) -> None:
        self._worker_id, self._path = worker_id, path
        self._file: TextIO | None = None

    def hold(self) -> None:
        if self._file is not None:
            return
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise _taken(self._worker_id) from None
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class SessionName:
    """See WorkerName. After a restart of the database the lock is gone: hold() takes it again."""

    def __init__(self, worker_id: str, engine: Engine) -> None:
        self._worker_id = worker_id
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None

    def hold(self) -> None:
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
            except DBAPIError:
                self._connection.invalidate()
                self.release()
            else:
                return
        connection = self._engine.connect()
        name = {"name": f"worker:{self._worker_id}"}
        if not connection.scalar(text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))"), name):
            connection.close()
            raise _taken(self._worker_id)
        self._connection = connection

    def release(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # Closing alone would hand the session, and with it the lock, back to the pool.
            connection.invalidate()
            connection.close()
