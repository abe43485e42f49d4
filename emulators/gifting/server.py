"""Plain HTTP on loopback, with threads."""

import socket
import threading
from collections.abc import Callable
from typing import Any

from cheroot.wsgi import Gateway_10, Server
from flask import Flask

from emulators.gifting.app import HANG_UP

HOST = "127.0.0.1"
THREADS = 32
BACKLOG = 128


class _Gateway(Gateway_10):
    """Lets the application cut the connection it is answering on."""

    # cheroot's stub says that this method returns nothing; it returns the environment.
    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        environ[HANG_UP] = _cutter(self.req.conn.socket)
        return environ


def _cutter(connection: socket.socket) -> Callable[[], None]:
    def cut() -> None:
        connection.shutdown(socket.SHUT_RDWR)

    return cut


class GiftingServer:
    """One running server. The address is known after start()."""

    def __init__(self, app: Flask, *, port: int = 0) -> None:
        """port: 0 for a free one."""
        self._server = Server(
            (HOST, port), app, numthreads=THREADS, request_queue_size=BACKLOG, timeout=30, shutdown_timeout=1
        )
        self._server.gateway = _Gateway
        self._thread = threading.Thread(target=self._server.serve, name="gifting", daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self._server.bind_addr[1]}"

    def start(self) -> None:
        self._server.prepare()
        self._thread.start()

    def stop(self) -> None:
        self._server.stop()
        self._thread.join()
