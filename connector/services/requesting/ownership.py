"""Whether the rows of a chunk are still this worker's to send."""

import threading
import time
from collections.abc import Callable

from connector.domain.gift import Gift
from connector.ports import Clock
from connector.services.storage.store import Store

# The ledger is asked again when its last word is older than this. Measured on a clock that stands for no
# administrator, and that goes on while a process is stopped: who wakes up asks first.
_FRESH_SECONDS = 0.25
# Where the ledger answers slowly, an answer stands for as long again as it took. Were it old when it comes,
# every request would ask anew, one after the other. Whoever was stopped for longer asks.
_FRESH_AT_MOST_SECONDS = 2.0


class Ownership:
    """Asked just before each request. Safe to use from many threads.

    Two questions, because clocks of several machines differ: has the lease run out by our own clock, and does
    the ledger still name us? The second one is answered for the whole chunk at once.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        owner: str,
        job_id: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._clock, self._owner, self._job_id = store, clock, owner, job_id
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._owned: set[str] = set()
        self._read_at = self._claimed_at = float("-inf")
        self._fresh_seconds = _FRESH_SECONDS

    def claimed(self) -> None:
        """More rows were claimed, and committed: the ledger's last word knows nothing of them."""
        with self._lock:
            self._claimed_at = self._monotonic()

    def holds(self, gift: Gift) -> bool:
        """Whether a request for this gift may leave now. Raises what the store raises."""
        if gift.lease_until is None or self._clock() >= gift.lease_until:
            return False
        with self._lock:
            is_old = self._monotonic() - self._read_at >= self._fresh_seconds
            if is_old or self._read_at <= self._claimed_at:
                # The time from before the question: while it was under way, its answer grew old as well.
                asked_at = self._monotonic()
                with self._store.read() as unit:
                    self._owned = unit.gifts.owned(self._job_id, self._owner, now=self._clock())
                self._read_at = asked_at
                took_seconds = self._monotonic() - asked_at
                self._fresh_seconds = min(max(_FRESH_SECONDS, 2 * took_seconds), _FRESH_AT_MOST_SECONDS)
            return gift.key in self._owned
