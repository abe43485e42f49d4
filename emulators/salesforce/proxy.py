"""A CONNECT proxy on the loopback interface, for clients with Salesforce's host names built in.

`*.salesforce.com` and `*.force.com` end at the local org's own TLS listener, whose certificate names them;
everything else is answered 403. A client that is told of this proxy reaches the local org and nothing else.
"""

import logging
import re
import selectors
import socket
import socketserver
import threading
from types import TracebackType
from typing import Self

from emulators.salesforce.server import require_loopback

PROXIED_DOMAINS = (".salesforce.com", ".force.com")
MAX_HEAD_BYTES = 16 * 1024
HEAD_SECONDS = 10.0
IDLE_SECONDS = 300.0
_CHUNK_BYTES = 64 * 1024
_CONNECT = re.compile(rb"CONNECT ([^\s:]+):(\d{1,5}) HTTP/1\.[01]")
_CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_BODY = b"This proxy leads to the local org and nowhere else.\n"
_REFUSED = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
)
_log = logging.getLogger(__name__)


class _Tunnel(socketserver.BaseRequestHandler):
    """One client: the head of its request is read, then bytes go both ways untouched."""

    server: "_Listener"

    def handle(self) -> None:
        client: socket.socket = self.request
        client.settimeout(HEAD_SECONDS)
        try:
            host = _requested_host(client)
            if not is_proxied(host):
                _log.info("refused %s", host or "a request that was no CONNECT")
                client.sendall(_REFUSED)
                return
            with socket.create_connection(self.server.target, timeout=HEAD_SECONDS) as org:
                client.sendall(_CONNECTED)
                _relay(client, org)
        except OSError as error:
            _log.info("a tunnel broke: %s", error)


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], target: tuple[str, int]) -> None:
        super().__init__(address, _Tunnel)
        self.target = target


class ConnectProxy:
    """Serves in a thread of its own, between `start` and `stop`.

    target_port: the org's TLS port on 127.0.0.1. host: a loopback address; any other raises NotLoopback.
    port: 0 takes a free one.
    """

    def __init__(self, target_port: int, *, host: str = "127.0.0.1", port: int = 0) -> None:
        require_loopback(host)
        self._listener = _Listener((host, port), ("127.0.0.1", target_port))
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port in use."""
        return int(self._listener.server_address[1])

    @property
    def url(self) -> str:
        """What HTTPS_PROXY is set to."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Accept connections."""
        self._thread = threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.05}, name="proxy", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close the socket; tunnels end with the org's own listener."""
        if self._thread is not None:
            self._listener.shutdown()
            self._thread.join(timeout=5)
        self._listener.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def is_proxied(host: str) -> bool:
    """Whether a host name is one of Salesforce's."""
    name = host.casefold().rstrip(".")
    return name.endswith(PROXIED_DOMAINS)


def _requested_host(client: socket.socket) -> str:
    """The host that the client wants a tunnel to; empty when it asks for anything else."""
    head = b""
    while b"\r\n\r\n" not in head:
        received = client.recv(_CHUNK_BYTES)
        if not received or len(head) + len(received) > MAX_HEAD_BYTES:
            return ""
        head += received
    found = _CONNECT.match(head)
    return found.group(1).decode("ascii", "replace") if found else ""


def _relay(client: socket.socket, org: socket.socket) -> None:
    """Carry bytes until either side closes, or nothing comes for IDLE_SECONDS."""
    with selectors.DefaultSelector() as selector:
        selector.register(client, selectors.EVENT_READ, org)
        selector.register(org, selectors.EVENT_READ, client)
        while ready := selector.select(IDLE_SECONDS):
            for key, _ in ready:
                source, sink = key.fileobj, key.data
                received = source.recv(_CHUNK_BYTES)  # type: ignore[union-attr]  # only sockets are registered
                if not received:
                    return
                sink.sendall(received)
