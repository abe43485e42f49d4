"""How the connector runs: all in one process, or web servers and workers apart."""

import signal
import threading

import structlog

from connector.app import Container
from connector.errors import ConfigurationError
from connector.running_worker import RunningWorker
from connector.web.application import create_app
from connector.web_server import WebServer

log = structlog.get_logger(__name__)


def serve(container: Container) -> None:
    """Web server, worker and scheduler: run until SIGTERM or SIGINT, then finish what is under way.

    A signal that comes while they start is heeded as well: jobs may run already.
    """
    server = _web_server(container)
    worker = RunningWorker(container)
    worker.start()
    try:
        _run(server, container)
    finally:
        worker.stop()


def serve_web(container: Container) -> None:
    """The web server alone; jobs that it starts are run by workers."""
    _run(_web_server(container), container)


def _web_server(container: Container) -> WebServer:
    """On its address, and told from now on when to leave. Raises ConfigurationError where that is taken."""
    settings = container.settings
    try:
        server = WebServer(create_app(container), settings.host, settings.port)
    except OSError as error:
        raise ConfigurationError(
            f"{settings.host}, port {settings.port}, cannot be listened on: {_reason(error)}",
            code="address",
            remedy="end what listens there, or set CONNECTOR_HOST and CONNECTOR_PORT to another address",
        ) from error
    server.heed_signals()
    return server


def _reason(error: OSError) -> str:
    """What the system says, without what Python adds to it."""
    return (error.strerror or str(error)).partition(" (while ")[0]


def _run(server: WebServer, container: Container) -> None:
    log.info("serving", address=f"http://{container.settings.host}:{server.port}")
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
