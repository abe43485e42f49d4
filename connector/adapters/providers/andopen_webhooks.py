"""Telling &Open's webhooks from forgeries.

Source: page webhooks, version 2026-05. The event id and type are headers that the signature does not cover: a
genuine body could arrive under another event id within five minutes. Applying an event twice changes nothing,
so that is harmless.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from connector.errors import SignatureInvalid

SIGNATURE = "andopen-webhook-signature"
TIMESTAMP = "andopen-webhook-dispatch-timestamp"
EVENT_ID = "andopen-webhook-event-id"
EVENT_TYPE = "andopen-webhook-event-type"
SIGNATURE_SKEW_SECONDS = 300


def lower_keys(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers under lower-case names."""
    return {name.lower(): value for name, value in headers.items()}


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> str:
    """Check that the platform signed exactly these bytes just now; returns the event id.

    body: the raw request body, before any decoding.
    secrets: the webhook secret; while it is being rotated, the old and the new one. None of them: nothing
    passes. Raises SignatureInvalid (answer 401, the sender must not retry). Does not parse or deduplicate the
    event.
    """
    given = lower_keys(headers)
    timestamp = _timestamp(given)
    expected = [_signature(secret, timestamp, body) for secret in secrets if secret]
    signature = given.get(SIGNATURE, "").lower().encode()
    # Every comparison is made, so that the time taken does not tell which secret is the current one.
    if not any([hmac.compare_digest(candidate.encode(), signature) for candidate in expected]):  # noqa: C419
        raise SignatureInvalid("the webhook's signature does not match", code="signature_mismatch")
    if abs(now.timestamp() - timestamp) > SIGNATURE_SKEW_SECONDS:
        raise SignatureInvalid("the webhook was dispatched too long ago or in the future", code="stale")
    return _event_id(given)


def _signature(secret: str, timestamp: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def _timestamp(headers: Mapping[str, str]) -> int:
    given = headers.get(TIMESTAMP, "")
    # A longer number could not be a unix time, and int() of a very long one is slow.
    if not (given.isascii() and given.isdecimal() and len(given) <= 12):
        raise SignatureInvalid("the webhook has no dispatch timestamp", code="no_timestamp")
    return int(given)


def _event_id(headers: Mapping[str, str]) -> str:
    try:
        return str(UUID(headers.get(EVENT_ID, "")))
    except ValueError as problem:
        raise SignatureInvalid("the webhook has no event id", code="no_event_id") from problem
