"""A webhook endpoint for tests, on a free port."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import ClassVar

WAIT_SECONDS = 10


class Listener:
    """A webhook endpoint that keeps what arrives. answers: statuses to give, one by one, then 200.

    together: where deliveries wait for each other before they are answered.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.deliveries: Queue[tuple[Mapping[str, str], bytes]] = Queue()
        self.answers: list[int] = []
        self.paths: list[str] = []
        self.together: threading.Barrier | None = None

    def next(self) -> tuple[Mapping[str, str], bytes]:
        return self.deliveries.get(timeout=WAIT_SECONDS)

    def behind(self) -> str:
        """What stood behind this listener's own address in the last delivery's."""
        return self.paths[-1].removeprefix("/webhooks/")

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
            self.listener.paths.append(self.path)
            if self.listener.together is not None:
                self.listener.together.wait(WAIT_SECONDS)
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
