"""The folder in which a served org keeps what it holds, and which one process at a time may serve from."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOCK_FILE = "lock"


class InUse(Exception):
    """Another process serves from the folder; two would write over each other's schema."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep the folder, made if need be, for this process; free again when the process ends.

    Raises InUse, and OSError where the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK_FILE).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InUse(folder) from error
        yield
