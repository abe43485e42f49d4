"""The key file: what encrypts tokens and secrets at rest. One Fernet key a line, the newest first."""

import os
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

from connector.errors import ConfigurationError


def make_key_file(path: Path) -> bool:
    """Write a new key, readable by its owner only; False where the file exists already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key() + b"\n")
    return True


def read_key_file(path: Path) -> MultiFernet:
    """Raises ConfigurationError where the file is missing, empty or not a key."""
    try:
        keys = [Fernet(line) for line in path.read_bytes().split()]
        return MultiFernet(keys)
    except FileNotFoundError:
        raise ConfigurationError(
            f"No key file at {path}", code="no_key", remedy="run `connector init`"
        ) from None
    except ValueError:
        raise ConfigurationError(
            f"The key file {path} holds no valid key", code="bad_key", remedy="restore it from your backup"
        ) from None
