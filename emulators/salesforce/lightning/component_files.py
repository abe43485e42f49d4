"""Serves compiled components and the design system; has components compiled when they are first asked for.

Stands before the org's lock: a build takes seconds, and nobody else has to wait for it.
"""

import fcntl
import json
import mimetypes
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from emulators.salesforce.lightning.bundles import APP, BUILDS
from emulators.salesforce.lightning.harness import ASSETS, HARNESS, node_program, what_is_missing

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BUILD_SECONDS = 240
VENDOR = HARNESS / "dist/vendor"
_BUILT = re.compile(r"/lightning/components/([0-9a-f]{32})/stage\.js")
_SHARED = re.compile(r"/lightning/components/vendor/((?:[\w-]+/)*[\w.-]+\.js)")
_ASSET = re.compile(r"/assets/((?:[\w-]+/)*[\w.-]+)")
_SCRIPT = "text/javascript; charset=utf-8"
# Shows in every place of a component why it is not there.
_EXPLAIN = """for (const place of document.querySelectorAll('[data-component]')) {
    place.setAttribute('role', 'alert');
    place.textContent = %s;
}
"""


class ComponentFiles:
    """WSGI middleware for three kinds of files; everything else goes on to the org."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if built := _BUILT.fullmatch(path):
            return _respond(start_response, _stage_script(BUILDS / built[1]), _SCRIPT)
        for pattern, folder in ((_SHARED, VENDOR), (_ASSET, ASSETS)):
            if found := pattern.fullmatch(path):
                return _file(start_response, folder / found[1])
        return self._app(environ, start_response)


def compile_components(folder: Path) -> str:
    """Compile what `Bundles.lay_out` wrote, unless that is done. Returns what went wrong, or nothing."""
    if missing := what_is_missing():
        return missing
    result = folder / APP / "stage.js"
    BUILDS.mkdir(parents=True, exist_ok=True)
    with (BUILDS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if result.is_file() and VENDOR.is_dir():
            return ""
        return _run_compiler(folder)


def _run_compiler(folder: Path) -> str:
    command = [str(node_program()), "stage.js", str(folder)]
    try:
        done = subprocess.run(  # noqa: S603 -- our own program
            command, cwd=HARNESS, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"The components were not compiled within {BUILD_SECONDS} seconds. Load the page again."
    return "" if done.returncode == 0 else f"The components do not compile: {done.stderr.strip()[-1500:]}"


def _stage_script(folder: Path) -> bytes | None:
    if not folder.is_dir():
        return None
    problem = compile_components(folder)
    if problem:
        # Escaped so that the words stay words wherever they end up.
        return (_EXPLAIN % json.dumps(problem)).encode()
    return (folder / APP / "stage.js").read_bytes()


def _file(start_response: "StartResponse", path: Path) -> list[bytes]:
    kind = _SCRIPT if path.suffix == ".js" else mimetypes.guess_type(path.name)[0]
    return _respond(
        start_response, path.read_bytes() if path.is_file() else None, kind or "application/octet-stream"
    )


def _respond(start_response: "StartResponse", body: bytes | None, kind: str) -> list[bytes]:
    status = "200 OK" if body is not None else "404 Not Found"
    content = body if body is not None else b"Not found"
    headers = [("Content-Type", kind), ("Content-Length", str(len(content))), ("Cache-Control", "no-cache")]
    start_response(status, headers)
    return [content]
