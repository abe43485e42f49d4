"""The key file: what encrypts tokens and secrets at rest. One Fernet key a line, the newest first.

Rotating: a new key is put first, everything is encrypted again, the old keys are dropped. Processes that run
meanwhile read the file again as soon as it changed, so that none of them stops being able to read.
"""

import os
import threading
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from connector.errors import ConfigurationError


def make_key_file(path: Path) -> bool:
    """Write a new key, readable by its owner only; False where the file exists already.

    On the disk before anybody encrypts with it. No file is left behind where it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    key = Fernet.generate_key()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    try:
        _write(descriptor, [key])
    except BaseException:
        path.unlink()
        raise
    _keep_name(path)
    return True


def add_key(path: Path) -> bool:
    """Put a new key first; False where an earlier rotation was cut off and its new key is there already."""
    keys = _lines(path)
    if len(keys) > 1:
        return False
    _replace(path, [Fernet.generate_key(), *keys])
    return True


def drop_old_keys(path: Path) -> int:
    """Keep the newest alone; how many are gone."""
    keys = _lines(path)
    _replace(path, keys[:1])
    return len(keys) - 1


class KeyRing:
    """The keys of a file, as MultiFernet has them, read again whenever the file changes."""

    def __init__(self, path: Path) -> None:
        """Raises ConfigurationError where the file is missing, empty or not a key."""
        self._path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] = (0, 0)
        self._keys: list[Fernet] = []
        self._current()

    def encrypt(self, secret: bytes) -> bytes:
        """By the newest key."""
        return self._current()[0].encrypt(secret)

    def decrypt(self, token: bytes) -> bytes:
        """By any key. Raises InvalidToken."""
        return MultiFernet(self._current()).decrypt(token)

    def is_newest(self, token: bytes) -> bool:
        """Whether the newest key alone reads it."""
        try:
            self._current()[0].decrypt(token)
        except InvalidToken:
            return False
        return True

    def _current(self) -> list[Fernet]:
        with self._lock:
            try:
                status = self._path.stat()
            except FileNotFoundError:
                raise _missing(self._path) from None
            # A rename makes a new file, so its number changes even within the clock's resolution.
            stamp = (status.st_ino, status.st_mtime_ns)
            if stamp != self._stamp:
                self._keys = _fernets(self._path)
                self._stamp = stamp
            return self._keys


class GivenKeys:
    """Keys from the settings: the same for the life of a process."""

    def __init__(self, keys: str) -> None:
        """Raises ConfigurationError for what is not a key."""
        try:
            self._keys = [Fernet(key) for key in keys.split()]
        except ValueError:
            raise ConfigurationError(
                "CONNECTOR_SECRET_KEYS holds what is no key",
                code="bad_key",
                remedy="restore it from your backup; `connector keys new` prints one for an empty database",
            ) from None

    def encrypt(self, secret: bytes) -> bytes:
        """By the newest key."""
        return self._keys[0].encrypt(secret)

    def decrypt(self, token: bytes) -> bytes:
        """By any key. Raises InvalidToken."""
        return MultiFernet(self._keys).decrypt(token)

    def is_newest(self, token: bytes) -> bool:
        """Whether the newest key alone reads it."""
        try:
            self._keys[0].decrypt(token)
        except InvalidToken:
            return False
        return True


def open_keys(path: Path, given: str) -> "KeyRing | GivenKeys":
    """The keys that the settings hold, or else those of the file. Raises ConfigurationError."""
    return GivenKeys(given) if given.strip() else KeyRing(path)


def new_key() -> str:
    """A key, for CONNECTOR_SECRET_KEYS."""
    return Fernet.generate_key().decode()


def _fernets(path: Path) -> list[Fernet]:
    try:
        keys = [Fernet(line) for line in _lines(path)]
    except ValueError:
        keys = []
    if not keys:
        raise ConfigurationError(
            f"The key file {path} holds no valid key", code="bad_key", remedy="restore it from your backup"
        )
    return keys


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split()
    except FileNotFoundError:
        raise _missing(path) from None


def _missing(path: Path) -> ConfigurationError:
    return ConfigurationError(f"No key file at {path}", code="no_key", remedy="run `connector init`")


def _replace(path: Path, keys: list[bytes]) -> None:
    """All or nothing, and on the disk before anybody encrypts with a new key."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    _write(descriptor, keys)
    beside.replace(path)
    _keep_name(path)


def _write(descriptor: int, keys: list[bytes]) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(b"".join(key + b"\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())


def _keep_name(path: Path) -> None:
    """A file is on the disk under its name once its folder is."""
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
