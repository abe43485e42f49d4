"""Telling Brilliant's webhooks from forgeries.

Brilliant signs nothing, but calls the address that each order names. So each order gets an address that
nobody can guess: our key of the gift, and an HMAC of it under a secret of the account. The delivery proves no
more than that its sender knows the address; what it says is not believed, the order is read anew.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from connector.errors import SignatureInvalid
from connector.ports import DELIVERY_ADDRESS_HEADER


def address_of(key: str, secret: str) -> str:
    """What follows the account in an order's webhook address: <key>/<proof>."""
    return f"{key}/{_proof(key, secret)}"


def verified_key(headers: Mapping[str, str], secrets: Sequence[str]) -> str:
    """Our key of the gift that a delivery is about.

    secrets: that of the account; while it is being rotated, the new and the old one. None of them: nothing
    passes. Raises SignatureInvalid (answer 401) for an address that we gave to no order.
    """
    given = {name.lower(): value for name, value in headers.items()}
    key, _, proof = given.get(DELIVERY_ADDRESS_HEADER, "").partition("/")
    expected = [_proof(key, secret) for secret in secrets if secret]
    # Every comparison is made, so that the time taken does not tell which secret is the current one.
    if not key or not any([hmac.compare_digest(one.encode(), proof.encode()) for one in expected]):  # noqa: C419
        raise SignatureInvalid("no order was given this webhook address", code="address_mismatch")
    return key


def event_id(key: str, body: bytes) -> str:
    """Brilliant sends no event id: the same bytes about the same gift are the same event."""
    return hashlib.sha256(key.encode() + b"\n" + body).hexdigest()[:40]


def _proof(key: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"brilliant-order.{key}".encode(), hashlib.sha256).hexdigest()
