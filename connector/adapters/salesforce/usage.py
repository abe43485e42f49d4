"""The org's daily API allocation, as read on every answer."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import requests

from connector.errors import QuotaReached
from connector.ports import ApiUsage, Clock
from connector.services.connections.call_tally import note_call

HEADER = "Sforce-Limit-Info"
READING = re.compile(r"api-usage=(\d+)/(\d+)")
# The allocation is counted over the last 24 hours, so a reading grows old: after this time one call is let
# through to take a new one.
READING_GOOD_FOR = timedelta(minutes=15)


class ApiMeter:
    """Reads Sforce-Limit-Info and stops calls that would eat into what the administrator keeps for others."""

    def __init__(
        self, *, floor_calls: int, clock: Clock, before_call: Callable[[], None] = lambda: None
    ) -> None:
        """floor_calls: calls of the day's allocation that are left untouched.

        before_call: waits until the next call may be made, or raises TemporaryError.
        """
        self._floor_calls = floor_calls
        self._before_call = before_call
        self._clock = clock
        self._reading: tuple[ApiUsage, datetime] | None = None

    @property
    def usage(self) -> ApiUsage | None:
        return self._reading[0] if self._reading else None

    def read(self, answer: requests.Response) -> None:
        """Note what an answer says; one without the header was not counted against the allocation."""
        if found := READING.search(answer.headers.get(HEADER, "")):
            note_call()
            self._reading = (ApiUsage(int(found[1]), int(found[2])), self._clock())

    def check(self) -> None:
        """Raises QuotaReached when the next call would go below the floor."""
        self._check_floor()
        self._before_call()

    def _check_floor(self) -> None:
        if self._reading is None:
            return
        usage, taken_at = self._reading
        if self._clock() - taken_at >= READING_GOOD_FOR:
            return
        if usage.allocation - usage.used <= self._floor_calls:
            raise QuotaReached(
                f"{usage.used} of {usage.allocation} API calls used, {self._floor_calls} kept for others",
                code="api_floor",
                remedy="Lower the floor, buy API calls, or wait: the allocation counts the last 24 hours.",
                retry_after_seconds=READING_GOOD_FOR.total_seconds(),
            )
