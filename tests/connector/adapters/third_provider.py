"""A third gifting platform, as small as one can be: what docs/adding-a-provider.md describes, done once.

The platform sends postcards: GET /cards, POST /orders, GET /orders/<id>, GET /orders?card=<id>.
"""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx2

from connector.adapters.providers.transport import Transport, retry_after_seconds, utc_now
from connector.errors import (
    AuthenticationFailed,
    ConfigurationError,
    ConnectorError,
    LookUpUnsupported,
    OutcomeUnknown,
    PermanentError,
    SignatureInvalid,
    TemporaryError,
)
from connector.ports import (
    GiftCampaign,
    GiftOrder,
    GiftRecipient,
    ProviderGift,
    ProviderStatus,
    WebhookEvent,
)

STATUSES = {"printed": ProviderStatus.SUBMITTED, "posted": ProviderStatus.REDEEMED}
ERRORS: dict[int, type[ConnectorError]] = {
    401: AuthenticationFailed,
    409: ConfigurationError,
    429: TemporaryError,
}
SKEW_SECONDS = 300


class Postcards:
    """The adapter."""

    name = "postcards"
    how_to_cancel = "Ring the printer up and name {gift}."
    reads_webhooks_anew = False

    def __init__(self, base_url: str, token: str, secret: str) -> None:
        self._secret = secret
        self._transport = Transport(base_url, {"Authorization": f"Bearer {token}"}, refusal=_refusal)

    def gift_campaigns(self) -> Iterator[GiftCampaign]:
        for card in self._transport.read("/cards"):
            yield GiftCampaign(card["id"], card["name"], direct_send=True)

    def request_gift(self, order: GiftOrder) -> ProviderGift:
        if order.address is None or not order.address.is_complete:
            raise PermanentError("a postcard needs an address", code="address_missing")
        body = {
            "card": order.gift_campaign_id,
            "reference": order.dedupe_key,
            "to": [order.recipient.first_name, order.recipient.last_name, order.recipient.email],
            "address": [order.address.street, order.address.city, order.address.country],
        }
        return _gift(self._transport.change("/orders", body, {}, valid_until=order.valid_until))

    def gift(self, provider_gift_id: str) -> ProviderGift:
        return _gift(self._transport.read(f"/orders/{provider_gift_id}"))

    def find_gifts(self, gift_campaign_id: str, *, created_since: datetime) -> Iterator[ProviderGift]:
        try:
            orders = self._transport.read("/orders", {"card": gift_campaign_id})
        except PermanentError as error:
            raise LookUpUnsupported("no list of orders", code=error.code) from error
        yield from (gift for gift in map(_gift, orders) if gift.created_at >= created_since)

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        signature, sent_at = headers.get("X-Signature", ""), headers.get("X-Sent-At", "0")
        if not hmac.compare_digest(signature, _sign(self._secret, sent_at, body)):
            raise SignatureInvalid("not signed", code="signature_mismatch")
        if abs(now.timestamp() - int(sent_at)) > SKEW_SECONDS:
            raise SignatureInvalid("too old", code="stale")
        return headers["X-Event"]

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        try:
            gift = _gift(json.loads(body))
        except (ValueError, KeyError, TypeError) as problem:
            raise PermanentError("not an order", code="unreadable_payload") from problem
        return WebhookEvent(headers["X-Event"], "order", gift)

    def close(self) -> None:
        self._transport.close()


def _gift(order: Any) -> ProviderGift:
    return ProviderGift(
        provider_gift_id=order["id"],
        status=STATUSES[order["status"]],
        gift_campaign_id=order["card"],
        recipient=GiftRecipient(*order["to"]),
        created_at=datetime.fromisoformat(order["at"]),
        updated_at=datetime.fromisoformat(order["at"]),
        dedupe_key=order["reference"],
    )


def _refusal(answer: httpx2.Response, call: str) -> ConnectorError:
    changes = answer.request.method != "GET"
    status = answer.status_code
    lost = OutcomeUnknown if changes else TemporaryError
    error = lost if status >= 500 else ERRORS.get(status, PermanentError)
    wait = retry_after_seconds(answer, utc_now)
    return error(f"{call} was answered {status}", code=f"http_{status}", retry_after_seconds=wait)


def _sign(secret: str, sent_at: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{sent_at}.".encode() + body, hashlib.sha256).hexdigest()


class PostcardStand:
    """The platform itself, on a free port, and the levers of the contract suite."""

    secret = "made-up-secret"

    def __init__(self, base_url: str, orders: dict[str, dict[str, Any]]) -> None:
        self.base_url = base_url
        self.provider = Postcards(base_url, "made-up-token", self.secret)
        self.gift_campaign_id, self.other_gift_campaign_id = "sea", "hills"
        self.orders = orders
        self.next_retry_after = 0
        self.loses_next_answer = False
        self.lists = True

    def lose_next_answer(self) -> None:
        self.loses_next_answer = True

    def throttle_next(self, retry_after_seconds: int) -> None:
        self.next_retry_after = retry_after_seconds

    def stop_listing(self) -> None:
        self.lists = False

    def claim(self, provider_gift_id: str) -> tuple[Mapping[str, str], bytes]:
        self.orders[provider_gift_id]["status"] = "posted"
        body, sent_at = json.dumps(self.orders[provider_gift_id]).encode(), str(int(time.time()))
        signature = _sign(self.secret, sent_at, body)
        return {"X-Signature": signature, "X-Sent-At": sent_at, "X-Event": str(uuid4())}, body

    def place(self, body: dict[str, Any]) -> dict[str, Any]:
        order = {**body, "id": str(uuid4()), "status": "printed", "at": datetime.now(UTC).isoformat()}
        self.orders[order["id"]] = order
        return order

    def read(self, address: str) -> tuple[int, Any]:
        url = urlsplit(address)
        _, _, order_id = url.path.partition("/orders/")
        if url.path == "/cards":
            return 200, [{"id": "sea", "name": "The sea"}, {"id": "hills", "name": "Hills"}]
        if order_id:
            return (200, self.orders[order_id]) if order_id in self.orders else (404, {})
        [card] = parse_qs(url.query)["card"]
        found = [order for order in self.orders.values() if order["card"] == card]
        return (200, found) if self.lists else (404, {})


@contextmanager
def postcard_stand() -> Iterator[PostcardStand]:
    """Start on a free port, stop at the end."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(*stand.read(self.path))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if stand.next_retry_after:
                wait, stand.next_retry_after = stand.next_retry_after, 0
                self._answer(429, {}, retry_after=wait)
            elif body["card"] not in {"sea", "hills"}:
                self._answer(409, {})
            else:
                order = stand.place(body)
                lost, stand.loses_next_answer = stand.loses_next_answer, False
                self._answer(502 if lost else 201, order)

        def _answer(self, status: int, content: Any, *, retry_after: int = 0) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if retry_after:
                self.send_header("Retry-After", str(retry_after))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stand = PostcardStand(f"http://127.0.0.1:{server.server_port}", {})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield stand
    finally:
        stand.provider.close()
        server.shutdown()
        thread.join()
        server.server_close()
