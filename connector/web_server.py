"""The web server of one process, which leaves without cutting a request."""

import select
import signal
import socket
import time
from types import FrameType

import structlog
import waitress
from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

from connector.unread_requests import Channel

log = structlog.get_logger(__name__)

_THREADS = 8
_BACKLOG = 1024
# What is taken in before the application is asked, which refuses far less; Waitress itself says a gigabyte.
_BODY_BYTES = 4 * 2**20
_TURN_SECONDS = 0.5
# Whoever has just connected is about to ask something.
_FIRST_BYTE_SECONDS = 1.0
# A platform's webhook and a page take far less; service managers wait longer than this before they kill.
GRACE_SECONDS = 20.0


class WebServer:
    """Waitress on one address. port: the one taken, also where 0 asked for any."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        """Takes the address. Raises OSError where it is taken or not this machine's."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        self._server: BaseWSGIServer = waitress.create_server(
            app,
            sockets=[self._listener],
            threads=_THREADS,
            ident="",
            # What proxies say is judged by the application, which would otherwise take them for whoever asks.
            clear_untrusted_proxy_headers=False,
            max_request_body_size=max(_BODY_BYTES, 2 * (app.config["MAX_CONTENT_LENGTH"] or 0)),
        )
        self._server.channel_class = Channel
        self._told_to_leave = False

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    def heed_signals(self) -> None:
        """SIGTERM and SIGINT tell the server to leave, even before it runs. For the main thread alone."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._leave)

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; then answer what has been begun, and nothing new.

        Waitress itself would stop sending where it stands. Here its loop goes on, without its listening
        socket, until every connection is idle or GRACE_SECONDS are over. Who waits in the queue is let in;
        only a connection that arrives in the instant of closing is reset, before anything of it is read.
        """
        self.heed_signals()
        while not self._told_to_leave:
            self._turn(_TURN_SECONDS)
        began = time.monotonic()
        self._close_the_door()
        while self._busy() and time.monotonic() - began < GRACE_SECONDS:
            self._turn(0.05)
        cut = len(self._busy())
        self._server.task_dispatcher.shutdown()
        log.info("web_server_left", cut_requests=cut, seconds=round(time.monotonic() - began, 1))

    def _leave(self, _number: int, _frame: FrameType | None) -> None:
        self._told_to_leave = True

    def _turn(self, seconds: float) -> None:
        self._server.asyncore.loop(timeout=seconds, map=self._server._map, count=1)  # noqa: SLF001 - as run() does

    def _close_the_door(self) -> None:
        while select.select([self._listener], [], [], 0)[0]:
            self._turn(0)
        self._server.del_channel()
        self._listener.close()

    def _busy(self) -> list[HTTPChannel]:
        """Connections with a request that is being read, worked on or answered, or is about to come."""
        return [
            channel
            for channel in list(self._server.active_channels.values())
            if channel.request is not None
            or channel.requests
            or channel.total_outbufs_len
            or _is_about_to_ask(channel)
        ]


def _is_about_to_ask(channel: HTTPChannel) -> bool:
    """Whether it was opened a moment ago and nothing has come of it yet."""
    untouched: bool = channel.last_activity == channel.creation_time
    return untouched and time.time() - channel.creation_time < _FIRST_BYTE_SECONDS
