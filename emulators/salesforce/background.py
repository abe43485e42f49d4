"""Work that the org does after a commit and in its own time, such as the asynchronous paths of flows."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

_LOG = logging.getLogger(__name__)
_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Progress:
    """How many pieces of work wait or run, ended, and broke off with an error nobody expected."""

    open: int
    done: int
    broken: int


class Background:
    """A few threads that do one piece of work each. They begin with the first piece.

    Work must take the org's lock for what it reads and writes, and must ask `Ticket.valid` under it: after a
    reset it has no business there any more.
    """

    def __init__(self) -> None:
        self._guard = threading.Condition()
        self._pool: ThreadPoolExecutor | None = None
        self._ticket = Ticket()
        self._open = self._done = self._broken = 0

    def add(self, work: "Callable[[Ticket], None]") -> None:
        """Do this soon, in another thread. Errors are logged and counted."""
        with self._guard:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="localorg-background")
            self._open += 1
            self._pool.submit(self._run, work, self._ticket)

    def progress(self) -> Progress:
        with self._guard:
            return Progress(self._open, self._done, self._broken)

    def wait(self, timeout_seconds: float) -> bool:
        """Until nothing is open; False when that takes longer. Not while holding the org's lock."""
        with self._guard:
            return self._guard.wait_for(lambda: self._open == 0, timeout_seconds)

    def clear(self) -> None:
        """Drop what has not begun, and tell what has that its org is gone."""
        with self._guard:
            self._ticket.valid = False
            self._ticket = Ticket()
            self._open = self._done = self._broken = 0
            if self._pool is not None:
                self._pool.shutdown(wait=False, cancel_futures=True)
                self._pool = None
            self._guard.notify_all()

    def _run(self, work: "Callable[[Ticket], None]", ticket: "Ticket") -> None:
        broken = False
        try:
            if ticket.valid:
                work(ticket)
        except Exception:  # noqa: BLE001 -- one piece of work must not end the thread; it is logged and counted
            broken = True
            _LOG.exception("work in the background broke off")
        with self._guard:
            if ticket is self._ticket:
                self._open -= 1
                self._done += not broken
                self._broken += broken
                self._guard.notify_all()


class Ticket:
    """Says whether the org is still the one that the work was meant for."""

    def __init__(self) -> None:
        self.valid = True
