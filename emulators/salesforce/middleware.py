"""What stands between the listener and the application."""

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

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


class OneAtATime:
    """Holds the lock for the whole of a request: the org has one database connection and two cores."""

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
