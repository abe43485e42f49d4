"""Failures on demand, and the rate limit."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from emulators.gifting.errors import ApiError, Problem, too_many_requests
from emulators.gifting.wishes import checked

BEFORE, AFTER = "before", "after"


@dataclass(slots=True)
class Fault:
    """What happens to the next calls that match.

    count: how many calls. status: the answer's status, 0 for none of its own. when: before or after the call
    took effect. hang_up: cut the connection instead of answering. delay_seconds: wait first.
    """

    count: int
    status: int = 0
    when: str = BEFORE
    hang_up: bool = False
    delay_seconds: float = 0.0
    method: str = ""
    path: str = ""
    retry_after_seconds: int = 0

    @classmethod
    def from_wishes(cls, wishes: dict[str, Any]) -> "Fault":
        """From the body of a control call; raises ValueError for what makes no sense."""
        fault = cls(**{"count": 1, **checked(cls, wishes)})
        if fault.when not in (BEFORE, AFTER):
            raise ValueError("when is before or after")
        if fault.status and fault.status not in range(400, 600):
            raise ValueError("status is a failure, 400 to 599")
        if not (fault.status or fault.hang_up or fault.delay_seconds):
            raise ValueError("a fault has a status, hangs up or delays")
        return fault

    def matches(self, method: str, path: str) -> bool:
        return self.count > 0 and self.method in ("", method) and path.startswith(self.path)

    def as_error(self) -> ApiError:
        known = self.status in HTTPStatus._value2member_map_
        phrase = HTTPStatus(self.status).phrase if known else "Fault"
        problem = Problem("api_error", phrase.lower().replace(" ", "_"), phrase)
        headers = {"Retry-After": str(self.retry_after_seconds)} if self.retry_after_seconds else {}
        return ApiError(self.status, problem, headers=headers)


class Faults:
    """The failures still to come, taken in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The failure for this call, counted down."""
        with self._lock:
            for fault in self._waiting:
                if fault.matches(method, path):
                    fault.count -= 1
                    return fault
        return None


class RateLimit:
    """At most `calls` in any window of `window_seconds`; off until it is set.

    The real limits are not documented.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self.set(0, 1.0)

    def set(self, calls: int, window_seconds: float) -> None:
        """calls: 0 turns the limit off."""
        with self._lock:
            self._calls, self._window_seconds = calls, window_seconds
            self._window_started, self._used = self._now(), 0

    def take(self) -> None:
        """Count one call; raises the 429 when the window is used up."""
        with self._lock:
            if not self._calls:
                return
            now = self._now()
            if now - self._window_started >= self._window_seconds:
                self._window_started, self._used = now, 0
            if self._used >= self._calls:
                left = self._window_started + self._window_seconds - now
                raise too_many_requests(max(1, round(left + 0.5)))
            self._used += 1
