"""What happens again and again in a worker: one thread for each task, so that a slow one delays no other."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)

_STOP_SECONDS = 30.0


@dataclass
class PeriodicTask:
    """Runs at once, then every so often, and whenever it is woken."""

    name: str
    every_seconds: float
    action: Callable[[], object]
    _wake: threading.Event = field(default_factory=threading.Event)

    def wake(self) -> None:
        """Run again without waiting for the next turn."""
        self._wake.set()

    def keep_running(self, stopping: threading.Event) -> None:
        """Until stopping is set, and the task woken after that."""
        while True:
            # Cleared before the look: whoever stops sets the one and then wakes, so one of both is seen.
            self._wake.clear()
            if stopping.is_set():
                return
            try:
                self.action()
            except Exception:
                log.exception("periodic_task_failed", task=self.name)
            self._wake.wait(self.every_seconds)


class Scheduler:
    """Starts and stops the tasks of a worker."""

    def __init__(self, tasks: Sequence[PeriodicTask]) -> None:
        self._tasks = tasks
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        for task in self._tasks:
            thread = threading.Thread(
                target=task.keep_running, args=(self._stopping,), name=f"every-{task.name}", daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Let the actions under way finish."""
        self._stopping.set()
        for task in self._tasks:
            task.wake()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)
