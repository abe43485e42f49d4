"""The connector as a process of its own that kills itself between two effects."""

import os
import signal
import sys
import threading
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path

from connector.app import Container, utc_now
from connector.config import Settings
from connector.logs import set_up_logs
from connector.serve import serve, serve_web, work
from connector.services.checkpoints import Step


class KillAt:
    """A checkpoint that kills the process when a step is reported for the n-th time; "" for never."""

    def __init__(self, step: str, times: int) -> None:
        self._step, self._left = step, times
        self._lock = threading.Lock()

    def __call__(self, step: Step) -> None:
        with self._lock:
            self._left -= step.value == self._step
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class StopAt:
    """A checkpoint that stops the process when a step is reported, as a frozen machine is stopped.

    The clock shows the end of a long pause afterwards, however short it was. Other threads of the process
    go on writing until then; it is stopped between their transactions, since what is asked is what becomes of
    its gifts, not how long others wait for SQLite's one lock.
    """

    def __init__(self, step: str, pause: timedelta) -> None:
        self._step, self._pause = step, pause
        self.writers: AbstractContextManager[object] = nullcontext()
        self._paused_for = timedelta(0)
        self._lock = threading.Lock()

    def __call__(self, step: Step) -> None:
        with self._lock:
            if step.value == self._step:
                self._step = ""
                with self.writers:
                    os.kill(os.getpid(), signal.SIGSTOP)
                self._paused_for = self._pause

    def clock(self) -> datetime:
        return utc_now() + self._paused_for


def run_one_chunk(
    settings: Settings, org_id: str, job_id: str, step: str, pause: timedelta, log_file: str
) -> None:
    """One job of a worker that is stopped at a step; it ends when it was woken and has done the rest."""
    sys.stderr = Path(log_file).open("a", buffering=1)  # noqa: SIM115 - open as long as the process lives
    set_up_logs(log_format="json", log_level="INFO")
    stop = StopAt(step, pause)
    container = Container(settings, clock=stop.clock, checkpoint=stop)
    stop.writers = container.sql_store._one_writer
    container.request_gifts(org_id, job_id)
    container.close()


def run_connector(settings: Settings, step: str, times: int, log_file: str) -> None:
    """Sync every mapped campaign, and serve until somebody ends it."""
    sys.stderr = Path(log_file).open("a", buffering=1)  # noqa: SIM115 - open as long as the process lives
    set_up_logs(log_format="json", log_level=settings.log_level)
    container = Container(settings, checkpoint=KillAt(step, times))
    threading.Thread(target=_sync_all, args=(container,), daemon=True).start()
    serve(container)


def run_worker(settings: Settings, log_file: str) -> None:
    """A worker alone, as `connector worker` is one."""
    work(_quiet_container(settings, log_file))


def run_web(settings: Settings, log_file: str) -> None:
    """A web server alone, as `connector serve` is one."""
    serve_web(_quiet_container(settings, log_file))


def run_all_in_one(settings: Settings, log_file: str) -> None:
    """Everything in one process, as `connector run` is."""
    serve(_quiet_container(settings, log_file))


def _quiet_container(settings: Settings, log_file: str) -> Container:
    sys.stderr = Path(log_file).open("a", buffering=1)  # noqa: SIM115 - open as long as the process lives
    set_up_logs(log_format="json", log_level="INFO")
    return Container(settings)


def _sync_all(container: Container) -> None:
    with container.store.read() as unit:
        links = [link.link_id for link in unit.links.all()]
    for link_id in links:
        container.plan_sync(link_id)
