"""How the connector runs: all in one process, or web servers and workers apart."""

import signal
import threading
from types import FrameType

import structlog
import waitress
from waitress.server import BaseWSGIServer

from connector.app import Container
from connector.running_worker import RunningWorker
from connector.web.application import create_app

log = structlog.get_logger(__name__)

_WEB_THREADS = 8


def serve(container: Container) -> None:
    """Web server, worker and scheduler: run until SIGTERM or SIGINT, then finish what is under way."""
    worker = RunningWorker(container)
    worker.start()
    try:
        serve_web(container)
    finally:
        worker.stop()


def serve_web(container: Container) -> None:
    """The web server alone; jobs that it starts are run by workers."""
    settings = container.settings
    server: BaseWSGIServer = waitress.create_server(
        create_app(container), host=settings.host, port=settings.port, threads=_WEB_THREADS, ident=""
    )
    signal.signal(signal.SIGTERM, _leave)
    log.info("serving", address=f"http://{settings.host}:{server.effective_port}")
    server.run()


def work(container: Container) -> None:
    """A worker alone: run until SIGTERM or SIGINT, then finish what is under way."""
    told_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_stop.set())
    worker = RunningWorker(container)
    worker.start()
    try:
        told_to_stop.wait()
    finally:
        worker.stop()


def _leave(signum: int, frame: FrameType | None) -> None:
    """Raised inside the server's loop, which closes its sockets and waits for its threads."""
    del frame
    raise SystemExit(0 if signum == signal.SIGTERM else 1)
