"""How many of an org's API calls a piece of work took, counted where it runs, whatever others do."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """calls: answers that the org counted against its allocation."""

    calls: int = 0


_open: ContextVar[tuple[Tally, ...]] = ContextVar("open_tallies", default=())


@contextmanager
def tallied() -> Iterator[Tally]:
    """Counts what this thread calls until the end. Tallies may stand within each other; all of them count."""
    tally = Tally()
    token = _open.set((*_open.get(), tally))
    try:
        yield tally
    finally:
        _open.reset(token)


def note_call() -> None:
    """For adapters: the org has counted a call."""
    for tally in _open.get():
        tally.calls += 1
