"""Column types: encrypted text, and moments that keep their zone on every database."""

from datetime import UTC, datetime
from typing import Protocol
from weakref import WeakKeyDictionary

from cryptography.fernet import InvalidToken
from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from connector.errors import ConfigurationError


class Cipher(Protocol):
    """A MultiFernet, or a secret_key.KeyRing. decrypt raises InvalidToken."""

    def encrypt(self, secret: bytes, /) -> bytes: ...
    def decrypt(self, token: bytes, /) -> bytes: ...


_ciphers: WeakKeyDictionary[Dialect, Cipher] = WeakKeyDictionary()


def use_cipher(dialect: Dialect, cipher: Cipher) -> None:
    """Bind the keys to the dialect of one engine: all of the engine that a column type gets to see."""
    _ciphers[dialect] = cipher


class EncryptedText(TypeDecorator[str]):
    """Text encrypted by the newest key and readable by any key of the set."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _ciphers[dialect].encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        try:
            return _ciphers[dialect].decrypt(value.encode()).decode()
        except InvalidToken:
            raise ConfigurationError(
                "A stored secret cannot be read with the keys at hand",
                code="wrong_key",
                remedy="restore the key file that belongs to this database",
            ) from None


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite has no zones, so they are taken off and put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
