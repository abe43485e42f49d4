"""What stands between the listener and the application."""

import tempfile
import threading
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_IN_MEMORY_BYTES = 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_API = "/services/data/"
_HEAD_BYTES = 16_384
_REASONS = {
    HTTPStatus.REQUEST_URI_TOO_LONG: "URI Too Long",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "Request Header Fields Too Large",
}
_METHODS = {"DELETE", "GET", "HEAD", "PATCH", "PUT"}
PATH_FORMS = ("/emu.my.salesforce.com", "/emu.lightning.force.com")


class PathForms:
    """Serves instance URLs with Salesforce's host name in the path, for clients that derive names from it.

    The prefix moves to SCRIPT_NAME, so that addresses made for the client keep it.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        for prefix in PATH_FORMS:
            if path == prefix or path.startswith(prefix + "/"):
                environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
                environ["PATH_INFO"] = path[len(prefix) :]
                break
        return self._app(environ, start_response)


class ShortHeads:
    """Refuses requests to the API whose address, or address and headers together, are too long.

    Long queries meet that first. They may stand in a composite request instead, whose body may be longer.
    Source: https://help.salesforce.com/s/articleView?id=000386264; the body as simple-salesforce issue 271
    shows it.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        address = len(environ.get("REQUEST_URI", ""))
        if not environ["PATH_INFO"].startswith(_API) or address + _headers_length(environ) <= _HEAD_BYTES:
            return self._app(environ, start_response)
        too_long = HTTPStatus.REQUEST_URI_TOO_LONG
        status = too_long if address > _HEAD_BYTES else HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        reason = _REASONS[status]
        body = f"<h1>Bad Message {status.value}</h1><pre>reason: {reason}</pre>".encode()
        headers = [("Content-Type", "text/html;charset=iso-8859-1"), ("Content-Length", str(len(body)))]
        start_response(f"{status.value} {reason}", headers)
        return [body]


def _headers_length(environ: "WSGIEnvironment") -> int:
    """As they were sent: a name, a colon and a blank, a value, and the end of the line."""
    sent = (
        (name.removeprefix("HTTP_"), value) for name, value in environ.items() if name.startswith("HTTP_")
    )
    return sum(len(name) + len(str(value)) + len(": \r\n") for name, value in sent)


class MethodOverride:
    """Takes a POST to the API for the method that its parameter `_HttpMethod` names.

    For clients whose library knows no PATCH.
    Source: REST API Developer Guide, Update a Record.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].startswith(_API):
            named = parse_qs(environ.get("QUERY_STRING", "")).get("_HttpMethod", ["POST"])[0].upper()
            if named in _METHODS:
                environ["REQUEST_METHOD"] = named
        return self._app(environ, start_response)


class BodyFirst:
    """Takes a request's body in before anything else happens: the lock is not held for a client that stalls.

    Large bodies go into a file without a name. One that breaks off is handed on as far as it came, with the
    length that was announced, by which Flask refuses it.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        announced = environ.get("CONTENT_LENGTH", "")
        if not announced.isdecimal() and not environ.get("wsgi.input_terminated"):
            return self._app(environ, start_response)
        with tempfile.SpooledTemporaryFile[bytes](max_size=_IN_MEMORY_BYTES) as body:
            left = int(announced) if announced.isdecimal() else None
            while left != 0:
                wanted = _CHUNK_BYTES if left is None else min(_CHUNK_BYTES, left)
                received = environ["wsgi.input"].read(wanted)
                if not received:
                    break
                body.write(received)
                left = None if left is None else left - len(received)
            body.seek(0)
            environ["wsgi.input"] = body
            return self._app(environ, start_response)


class OneAtATime:
    """Holds the lock for the whole of a request: the org has one database connection and two cores.

    The answer is complete when it returns.
    """

    def __init__(self, app: "WSGIApplication", lock: threading.RLock) -> None:
        self._app = app
        self._lock = lock

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with self._lock:
            result = self._app(environ, start_response)
            try:
                return list(result)
            finally:
                close = getattr(result, "close", None)
                if close is not None:
                    close()
