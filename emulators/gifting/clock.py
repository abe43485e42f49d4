"""The platform's own time, which can be moved forward."""

import threading
from datetime import UTC, datetime, timedelta

# What is still to be waited for has to have a date as well.
_ROOM = timedelta(days=366)


class PlatformClock:
    """Now, as the platform sees it: the machine's time plus everything that was advanced.

    Dates of gifts and the waiting time of webhook retries follow this clock. The dispatch timestamp of a
    webhook does not: receivers compare it with the time of day.
    """

    def __init__(self, ahead_seconds: float = 0.0) -> None:
        self._ahead = timedelta(seconds=ahead_seconds)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> float:
        """Move forward; returns how far ahead of the machine the platform is now, in seconds.

        Raises ValueError for a step back, and for one beyond the end of the calendar.
        """
        if not seconds >= 0:
            raise ValueError("time does not run backwards")
        with self._lock:
            try:
                ahead = self._ahead + timedelta(seconds=seconds)
                datetime.now(UTC) + ahead + _ROOM
            except OverflowError:
                raise ValueError("time ends with the year 9999") from None
            self._ahead = ahead
            return ahead.total_seconds()

    def reset(self) -> None:
        with self._lock:
            self._ahead = timedelta()


def as_timestamp(moment: datetime) -> str:
    """ISO 8601 with milliseconds and Z, as in every example of the documentation."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
