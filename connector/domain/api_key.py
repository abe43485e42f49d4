"""Keys with which an org's flows call the connector: shown once, kept as a digest only.

A key holds 256 random bits, so a plain digest resists guessing; slow hashes are for what people make up.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

_PREFIX = "gift"


class Scope(StrEnum):
    """What a key opens. READ: look up, list and preview. SEND: that, and ask for gifts and cancel them."""

    READ = "read"
    SEND = "send"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is kept. key_id: the public part, by which it is found. digest: SHA-256 of it all, hex.

    used_at: when it last opened, by the minute; None where it never did. ends_at: when it stops to open,
    because another took its place; None where it does not.
    """

    key_id: str
    org_id: str
    name: str
    digest: str
    created_at: datetime
    scope: Scope = Scope.SEND
    used_at: datetime | None = None
    ends_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now


def new_api_key(org_id: str, name: str, *, now: datetime, scope: Scope = Scope.SEND) -> tuple[str, ApiKey]:
    """The key's text, which is shown once and kept nowhere, and what is kept of it."""
    key_id = secrets.token_hex(6)
    text = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(32)}"
    return text, ApiKey(
        key_id=key_id, org_id=org_id, name=name, digest=_digest(text), created_at=now, scope=scope
    )


def key_id_of(text: str) -> str:
    """The public part of a key's text; empty for what is no key."""
    prefix, _, rest = text.partition("_")
    key_id, separator, _ = rest.partition("_")
    return key_id if prefix == _PREFIX and separator else ""


def opens(text: str, kept: ApiKey) -> bool:
    """True when the text is the key. Takes as long for a wrong one as for the right one."""
    return hmac.compare_digest(_digest(text), kept.digest)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
