"""Trouble on demand: the next calls under a path answer an error, are slow, or lose their connection.

What a client must survive is mostly what happens around a commit, so each kind says on which side it acts.
"""

import errno
import json
import os
import socket
import struct
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from emulators.salesforce.errors import NotSupportedHere
from emulators.salesforce.server import CONNECTION_KEY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ABORT_ON_CLOSE = struct.pack("ii", 1, 0)


class Action(StrEnum):
    """What happens to a request.

    ANSWER: an error is answered and nothing is carried out.
    OAUTH_ERROR: the same in OAuth's shape, {error, error_description}, as the token endpoint refuses.
    DELAY: the request waits, then is carried out.
    COMMIT_THEN_DELAY: the request is carried out, its answer waits.
    RESET: the connection is reset and nothing is carried out.
    COMMIT_THEN_RESET: the request is carried out, its answer is lost with the connection.
    """

    ANSWER = "answer"
    OAUTH_ERROR = "oauth_error"
    DELAY = "delay"
    COMMIT_THEN_DELAY = "commit_then_delay"
    RESET = "reset"
    COMMIT_THEN_RESET = "commit_then_reset"


@dataclass(slots=True, kw_only=True)
class Fault:
    """One order for trouble. `times` counts down with every request that it hits.

    path_prefix: of the path as the org serves it; the host name that path forms begin with is not part of it.
    """

    path_prefix: str
    action: Action
    times: int = 1
    method: str = ""
    status: int = 503
    error_code: str = "SERVER_UNAVAILABLE"
    message: str = "The server is unavailable"
    seconds: float = 0.0

    def hits(self, environ: "WSGIEnvironment") -> bool:
        """True when the request's path and method are meant."""
        method_meant = self.method in {"", environ["REQUEST_METHOD"]}
        return self.times > 0 and method_meant and environ["PATH_INFO"].startswith(self.path_prefix)


class FaultInjector:
    """WSGI middleware that carries the orders out; stands outside the lock, so that a delay blocks nobody."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app
        self._guard = threading.Lock()
        self._faults: list[Fault] = []
        self._released = threading.Event()

    def order(self, fault: Fault) -> None:
        """Add one; earlier orders are served first."""
        with self._guard:
            self._released.clear()
            self._faults.append(fault)

    def pending(self) -> list[Fault]:
        """The orders that still wait for a request."""
        with self._guard:
            return [fault for fault in self._faults if fault.times > 0]

    def clear(self) -> None:
        """Withdraw all orders and let go of every request that waits."""
        with self._guard:
            self._faults.clear()
            self._released.set()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        fault = self._take(environ)
        if fault is None:
            return self._app(environ, start_response)
        if fault.action in {Action.ANSWER, Action.OAUTH_ERROR}:
            return _answer(fault, start_response)
        if fault.action is Action.RESET:
            return _reset(environ)
        if fault.action is Action.DELAY:
            self._released.wait(fault.seconds)
            return self._app(environ, start_response)
        body = list(self._app(environ, start_response))
        if fault.action is Action.COMMIT_THEN_RESET:
            return _reset(environ)
        self._released.wait(fault.seconds)
        return body

    def _take(self, environ: "WSGIEnvironment") -> Fault | None:
        with self._guard:
            for fault in self._faults:
                if fault.hits(environ):
                    fault.times -= 1
                    return fault
        return None


def _answer(fault: Fault, start_response: "StartResponse") -> list[bytes]:
    told: object = [{"message": fault.message, "errorCode": fault.error_code}]
    if fault.action is Action.OAUTH_ERROR:
        told = {"error": fault.error_code, "error_description": fault.message}
    body = json.dumps(told).encode()
    known = fault.status in HTTPStatus._value2member_map_
    reason = HTTPStatus(fault.status).phrase if known else "Fault"
    headers = [("Content-Type", "application/json;charset=UTF-8"), ("Content-Length", str(len(body)))]
    start_response(f"{fault.status} {reason}", headers)
    return [body]


def _reset(environ: "WSGIEnvironment") -> list[bytes]:
    """Send RST instead of an answer.

    Closing with a linger of zero seconds does it, but the listener still wants to close the descriptor
    itself; so one end of a fresh pair takes its place, which closes the connection and leaves the
    descriptor valid.
    """
    connection: Any = environ.get(CONNECTION_KEY)
    if connection is None:
        raise NotSupportedHere("resetting a connection without a listener")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT_ON_CLOSE)
    replacement, other_end = socket.socketpair()
    with replacement, other_end:
        os.dup2(replacement.fileno(), connection.fileno())
    raise ConnectionResetError(errno.ECONNRESET, "reset on demand")
