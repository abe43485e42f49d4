"""HTTP clients of one connection each, shared by threads.

One client with a pool for all looks at each of its connections when a request begins and when it ends:
with forty requests under way that was a sixth of the processor time of a gift. Here a request takes a
client that is free and gives it back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

import httpx2


class Clients:
    """As many as requests have been under way at the same time. Safe to use from many threads.

    The one that came back last is taken first, so that those which a rush has left over are not kept in use.
    """

    def __init__(self, make: Callable[[], httpx2.Client]) -> None:
        """make: a client that nobody else uses."""
        self._make = make
        self._lock = Lock()
        self._free: list[httpx2.Client] = []
        self._is_closed = False

    @contextmanager
    def one(self) -> Iterator[httpx2.Client]:
        """A client for one request."""
        with self._lock:
            client = self._free.pop() if self._free else None
        client = client or self._make()
        try:
            yield client
        finally:
            self._give_back(client)

    def close(self) -> None:
        """Close those that are free now, and the others when they come back."""
        with self._lock:
            free, self._free, self._is_closed = self._free, [], True
        for client in free:
            client.close()

    def _give_back(self, client: httpx2.Client) -> None:
        with self._lock:
            if not self._is_closed:
                self._free.append(client)
                return
        client.close()
