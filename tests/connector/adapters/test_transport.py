"""A peer that misbehaves: the call ends as one of our errors, and it is told whether to look first."""

from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx2
import pytest

from connector.adapters.providers import andopen_payload, brilliant_payload
from connector.adapters.providers.brilliant_payload import campaigns_from
from connector.adapters.providers.guarded import Guard
from connector.adapters.providers.json_text import from_json
from connector.adapters.providers.transport import LONGEST_WAIT_SECONDS, Transport, retry_after_seconds
from connector.errors import OutcomeUnknown, PermanentError, TemporaryError
from tests.connector.fakes import FakeCircuits

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


class SaysGzip(BaseHTTPRequestHandler):
    """Takes every request, and answers with a body that is not packed as its head says."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(201)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Tests print what they find themselves."""


@pytest.fixture
def transport() -> Iterator[Transport]:
    with ThreadingHTTPServer(("127.0.0.1", 0), SaysGzip) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        made = Transport(
            f"http://127.0.0.1:{server.server_port}", {}, refusal=lambda _answer, call: PermanentError(call)
        )
        yield made
        made.close()
        server.shutdown()


def test_an_answer_that_cannot_be_unpacked_leaves_open_what_became_of_the_request(
    transport: Transport,
) -> None:
    with pytest.raises(OutcomeUnknown) as changed:
        transport.change("/gifts", {}, {})
    with pytest.raises(TemporaryError) as read:
        transport.read("/gifts")

    assert (changed.value.code, read.value.code) == ("no_answer", "no_answer")
    assert not isinstance(read.value, OutcomeUnknown)


@pytest.mark.parametrize("given", ["9" * 400, "99999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_platform_that_asks_to_wait_for_ever_is_asked_again_after_a_day(given: str) -> None:
    answer = httpx2.Response(429, headers={"Retry-After": given})
    guard = Guard("a1", FakeCircuits(), lambda: NOW)

    wait = retry_after_seconds(answer, lambda: NOW)
    guard.note(TemporaryError("slow down", retry_after_seconds=wait), was_trial=False)

    assert wait == LONGEST_WAIT_SECONDS
    with pytest.raises(TemporaryError) as paused:
        guard.admit()
    assert paused.value.retry_after_seconds == LONGEST_WAIT_SECONDS


@pytest.mark.parametrize(
    ("content", "document"),
    [
        (b'{"a\\u0000": ["J\\ud83d", 1, null]}', {"a\ufffd": ["J\ufffd", 1, None]}),
        (b'"J\xed\xa0\xbd"', "J\ufffd"),
        (b'"J\\ud83c\\udf81"', "J\U0001f381"),
    ],
)
def test_texts_come_out_of_json_as_they_can_be_kept(content: bytes, document: object) -> None:
    assert from_json(content) == document


def test_json_that_is_nested_without_end_is_none() -> None:
    with pytest.raises(ValueError, match="nested"):
        from_json(b"[" * 99_999)


@pytest.mark.parametrize("product", ["a mug", {"variants": True}, {"variants": {"id": 1}}])
def test_a_product_of_brilliants_that_is_none_is_unreadable(product: object) -> None:
    with pytest.raises(PermanentError) as refused:
        campaigns_from({"products": [product]})

    assert refused.value.code == "unreadable_payload"


def test_a_moment_before_all_days_is_unreadable() -> None:
    """It could not be kept, nor could what is kept together with it."""
    moments = dict.fromkeys(("created_at", "updated_at"), "0001-01-01T00:00:00+14:00")
    recipient = {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"}
    gift = {"id": "g1", "status": "redeemed", "campaign_id": "c1", "recipient": recipient, **moments}
    order = {
        "id": 1,
        "status": "created",
        "order_items": [{"variant_id": 1}],
        "shipping_address": {"name": "Ann Lee"},
        **moments,
    }

    for read, document in ((andopen_payload.gift_from, gift), (brilliant_payload.gift_from, order)):
        with pytest.raises(PermanentError, match="created_at"):
            read(document)
