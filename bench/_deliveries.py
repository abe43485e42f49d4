"""Webhooks as &Open signs them."""

import hashlib
import hmac
import time
from uuid import uuid4


def headers_of(body: bytes, secret: str) -> dict[str, str]:
    """Of one delivery, sent now, of an event of its own."""
    timestamp = str(int(time.time()))
    signature = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "AndOpen-Webhook-Signature": signature,
        "AndOpen-Webhook-Dispatch-Timestamp": timestamp,
        "AndOpen-Webhook-Event-Id": str(uuid4()),
        "AndOpen-Webhook-Event-Type": "gift_request.updated",
        "Content-Type": "application/json",
    }
