"""Progress of a sync, read from the ledger, which any process can do."""

import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from connector.app import Container
from connector.domain.gift import RequestState
from connector.errors import ConfigurationError

_POLL_SECONDS = 0.3
_WORKER_GONE_SECONDS = 30.0
_OPEN = (RequestState.PLANNED, RequestState.SENDING, RequestState.UNKNOWN)


def wait_for_gifts(container: Container, console: Console, *, timeout_seconds: float) -> bool:
    """Show a bar until every request is answered and written back; False where time ran out.

    Raises ConfigurationError where no worker is there to do the work.
    """
    deadline = time.monotonic() + timeout_seconds
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=False) as progress:
        asked = progress.add_task("gifts requested", total=None)
        written = progress.add_task("written back", total=None)
        while True:
            state = container.state_in_numbers()
            total = sum(state["requests"].values())
            pending = sum(state["requests"][name.value] for name in _OPEN)
            progress.update(asked, total=total, completed=total - pending)
            progress.update(
                written, total=total, completed=total - pending - min(state["unwritten"], total - pending)
            )
            if not pending and not state["unwritten"] and not state["inbox"].get("received"):
                return True
            if time.monotonic() > deadline:
                return False
            _check_worker(state["worker_seen_seconds_ago"])
            time.sleep(_POLL_SECONDS)


def _check_worker(seen_seconds_ago: float | None) -> None:
    if seen_seconds_ago is None or seen_seconds_ago > _WORKER_GONE_SECONDS:
        raise ConfigurationError(
            "No worker is running; the gifts are planned", code="no_worker", remedy="start `connector run`"
        )
