"""The other side of each provider, for the contract suite."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import ClassVar

from connector.adapters.providers.andopen import AndOpen
from connector.errors import OutcomeUnknown, TemporaryError
from connector.ports import ProviderStatus
from emulators.gifting.testing import RunningPlatform
from tests.connector.fakes import FakeProvider

WEBHOOK_SECRET = "made-up-secret"
WAIT_SECONDS = 10


class Listener:
    """A webhook endpoint that keeps what arrives. answers: statuses to give, one by one, then 200."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.deliveries: Queue[tuple[Mapping[str, str], bytes]] = Queue()
        self.answers: list[int] = []

    def next(self) -> tuple[Mapping[str, str], bytes]:
        return self.deliveries.get(timeout=WAIT_SECONDS)

    def of_status(self, status: str) -> tuple[Mapping[str, str], bytes]:
        """The next delivery whose gift has this status."""
        while True:
            headers, body = self.next()
            if f'"status":"{status}"'.encode() in body:
                return headers, body


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        listener: ClassVar[Listener]

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.listener.deliveries.put((dict(self.headers.items()), body))
            self.send_response(self.listener.answers.pop(0) if self.listener.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Handler.listener = Listener(f"http://127.0.0.1:{server.server_port}/webhooks")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Handler.listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class AndOpenStand:
    """&Open's adapter against the local gifting platform, over HTTP."""

    def __init__(self, platform: RunningPlatform, listener: Listener) -> None:
        self.platform, self.listener = platform, listener
        self.provider = AndOpen(platform.base_url, platform.token, [WEBHOOK_SECRET])
        self.gift_campaign_id = platform.control("campaigns", name="Welcome")["id"]
        self.other_gift_campaign_id = platform.control("campaigns", name="Thanks")["id"]
        platform.control("webhooks/endpoints", url=listener.url, secret=WEBHOOK_SECRET)

    def lose_next_answer(self) -> None:
        self.platform.control("faults", when="after", hang_up=True, method="POST")

    def throttle_next(self, retry_after_seconds: int) -> None:
        self.platform.control("faults", status=429, method="POST", retry_after_seconds=retry_after_seconds)

    def stop_listing(self) -> None:
        self.platform.control("settings", gift_request_list=False)

    def claim(self, provider_gift_id: str) -> tuple[Mapping[str, str], bytes]:
        self.platform.control("gifts/claim", id=provider_gift_id)
        return self.listener.of_status("redeemed")


class FakeStand:
    """The fake, which is its own other side."""

    def __init__(self) -> None:
        self.provider = FakeProvider()
        self.gift_campaign_id, self.other_gift_campaign_id = (
            campaign.gift_campaign_id for campaign in self.provider.campaigns
        )

    def lose_next_answer(self) -> None:
        self.provider.failures.append(OutcomeUnknown("no answer"))

    def throttle_next(self, retry_after_seconds: int) -> None:
        failure = TemporaryError("slow down", retry_after_seconds=retry_after_seconds)
        self.provider.failures.append(failure)

    def stop_listing(self) -> None:
        self.provider.lists_gifts = False

    def claim(self, provider_gift_id: str) -> tuple[Mapping[str, str], bytes]:
        self.provider.move(provider_gift_id, ProviderStatus.REDEEMED)
        return self.provider.event(provider_gift_id)
