"""A peer that misbehaves: the call ends as one of our errors, and it is told whether to look first."""

from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx2
import pytest

from connector.adapters.providers.guarded import Guard
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
        Thread(target=server.serve_forever, daemon=True).start()
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
