"""The TLS listener: loopback only, HTTP/1.1 with keep-alive."""

import ipaddress
import logging
import re
import socket
import ssl
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from cheroot.errors import FatalSSLAlert
from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Gateway_10
from cheroot.wsgi import Server as WSGIServer

from emulators.salesforce.tls import Certificates

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CONNECTION_KEY = "localorg.connection"
MAX_BODY_BYTES = 150 * 1024 * 1024
IDLE_SECONDS = 30
_DRAIN_BYTES = 64 * 1024
# A connection without a request, as browsers open them ahead, holds a thread; so there are plenty.
_THREADS = 32
_log = logging.getLogger(__name__)


class _Gateway(Gateway_10):
    """Hands the socket to the fault injector, which may have to break it."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]  # cheroot's hints stop at its base class
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]  # as above
        environ[CONNECTION_KEY] = self.req.conn.socket
        if self.req.chunked_read:
            # Without a length the body ends where its reader says; else Flask would take it for empty.
            environ["wsgi.input_terminated"] = True
        return environ


class _RequestLine:
    """A reader whose first line names a path with one leading slash.

    Clients that join an instance URL ending in a slash ask for //services/data. Salesforce serves that;
    cheroot would take it for the address of another server.
    """

    _LEADING_SLASHES = re.compile(rb"^([A-Z]+ )//+")

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def readline(self, *size: int) -> bytes:
        return self._LEADING_SLASHES.sub(rb"\1/", self._reader.readline(*size))


class _Request(HTTPRequest):
    """Reads the request line as Salesforce does."""

    def read_request_line(self) -> bool:
        reader = self.rfile
        self.rfile = _RequestLine(reader)
        try:
            return bool(super().read_request_line())  # type: ignore[no-untyped-call]  # cheroot has no hints here
        finally:
            self.rfile = reader

    def respond(self) -> None:
        """Answer, and read a body without a length to its very end.

        What is left behind, be it the last empty line, is taken for the next request: a thread would wait for
        the rest of that for as long as the client keeps the connection.
        """
        super().respond()
        if self.chunked_read:
            while self.rfile.read(_DRAIN_BYTES):
                pass
            for _trailer in self.rfile.read_trailer_lines():
                pass


class _Connection(HTTPConnection):
    """Shakes hands before its first request, in a thread of its own."""

    RequestHandlerClass = _Request
    _met = False

    def communicate(self) -> bool:
        if not self._met:
            try:
                self.socket.do_handshake()
            except OSError as error:
                _log.info("a client shook no hands: %s", error)
                return False
            self._met = True
        return bool(super().communicate())  # type: ignore[no-untyped-call]  # cheroot has no hints here


class _LateHandshake(BuiltinSSLAdapter):
    """Leaves the handshake to the connection's thread.

    cheroot would do it where it accepts connections: one client that connects and says nothing would keep all
    others out for IDLE_SECONDS.
    """

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        try:
            wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        except OSError as error:
            raise FatalSSLAlert(*error.args) from error
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


class NotLoopback(ValueError):
    """The local org has no passwords worth the name, so nobody but this machine may reach it."""


def require_loopback(host: str) -> None:
    """Raise NotLoopback for an address that other machines could reach."""
    if not ipaddress.ip_address(host).is_loopback:
        raise NotLoopback(host)


class TlsServer:
    """Serves a WSGI application in a thread of its own, between `start` and `stop`.

    host: a loopback address; any other raises NotLoopback.
    port: 0 takes a free one; `port` tells which.
    """

    def __init__(
        self, app: "WSGIApplication", certificates: Certificates, *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        require_loopback(host)
        self._server = WSGIServer(
            (host, port),
            app,
            numthreads=_THREADS,
            request_queue_size=128,
            timeout=IDLE_SECONDS,
            shutdown_timeout=2,
        )
        self._server.gateway = _Gateway
        self._server.ConnectionClass = _Connection
        self._server.max_request_body_size = MAX_BODY_BYTES
        leaf = str(certificates.leaf)
        self._server.ssl_adapter = _LateHandshake(leaf, leaf)
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port in use, once started."""
        return int(self._server.bind_addr[1])

    def start(self) -> None:
        """Bind and serve; returns once connections are accepted."""
        self._server.prepare()
        self._thread = threading.Thread(target=self._server.serve, name="localorg", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the requests under way and close the socket."""
        self._server.stop()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
