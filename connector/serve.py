"""The embedded mode: web server, worker and scheduler in one process."""

import signal
from types import FrameType

import structlog
import waitress
from waitress.server import BaseWSGIServer

from connector.app import Container, RunningWorker
from connector.web.application import create_app

log = structlog.get_logger(__name__)

_WEB_THREADS = 8


def serve(container: Container) -> None:
    """Run until SIGTERM or SIGINT, then finish what is under way."""
    settings = container.settings
    worker = RunningWorker(container)
    worker.start()
    try:
        server: BaseWSGIServer = waitress.create_server(
            create_app(container), host=settings.host, port=settings.port, threads=_WEB_THREADS, ident=""
        )
        signal.signal(signal.SIGTERM, _leave)
        log.info("serving", address=f"http://{settings.host}:{server.effective_port}")
        server.run()
    finally:
        worker.stop()


def _leave(signum: int, frame: FrameType | None) -> None:
    """Raised inside the server's loop, which closes its sockets and waits for its threads."""
    del frame
    raise SystemExit(0 if signum == signal.SIGTERM else 1)
