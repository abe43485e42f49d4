"""HTTP to a gifting platform, and the one question that matters when it fails: was the request carried out?

A call fails in one of three ways. Nothing was sent (no connection): TemporaryError. Something was sent and no
usable answer came back: OutcomeUnknown for a call that changes something, TemporaryError for one that reads.
An answer came back and it is a refusal: the provider's own table decides.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from connector.adapters.loopback import is_loopback
from connector.adapters.providers.clients import Clients
from connector.adapters.providers.json_text import from_json
from connector.errors import (
    ConfigurationError,
    ConnectorError,
    OutcomeUnknown,
    RequestTooLate,
    TemporaryError,
)
from connector.ports import Clock

# Shorter than servers keep idle connections open, so that a request seldom meets a connection that is just
# closing.
KEEP_ALIVE_SECONDS = 5.0
TIMEOUT = httpx2.Timeout(connect=5.0, write=10.0, read=30.0, pool=30.0)
LONGEST_WAIT_SECONDS = 86_400.0
NOTHING_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
NOT_SENDABLE = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, httpx2.InvalidURL)

# What httpcore2 reports before the first byte of a request is written, for each version of HTTP.
_ABOUT_TO_LEAVE = ".send_request_headers.started"

Refusal = Callable[[httpx2.Response, str], ConnectorError]
"""Turns a non-2xx answer to a call, named by the text, into the error to raise."""


def utc_now() -> datetime:
    """The time of day, aware."""
    return datetime.now(UTC)


class Transport:
    """Connections to one base URL. Safe to use from many threads. Repeats nothing by itself."""

    def __init__(
        self, base_url: str, headers: Mapping[str, str], *, refusal: Refusal, clock: Clock = utc_now
    ) -> None:
        self._refusal = refusal
        self._clock = clock
        trust_env = not is_loopback(base_url)
        trusted = httpx2.create_ssl_context(trust_env=trust_env)
        self._clients = Clients(
            lambda: httpx2.Client(
                base_url=base_url,
                headers=dict(headers),
                timeout=TIMEOUT,
                limits=httpx2.Limits(max_connections=1, keepalive_expiry=KEEP_ALIVE_SECONDS),
                follow_redirects=False,
                trust_env=trust_env,
                verify=trusted,
            )
        )

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """GET. Raises TemporaryError when no usable answer came back, else what the provider's table says."""
        return self._call("GET", path, params=dict(params or {}))

    def change(
        self,
        path: str,
        body: Mapping[str, Any],
        headers: Mapping[str, str],
        *,
        valid_until: datetime | None = None,
    ) -> Any:
        """POST. Raises OutcomeUnknown when the request may have been carried out.

        valid_until: the moment after which the request must not leave; RequestTooLate is raised instead.
        It is looked at when a connection stands and nothing but writing to it is left to do.
        """
        arguments: dict[str, Any] = {"json": dict(body), "headers": dict(headers)}
        if valid_until is not None:
            arguments["extensions"] = {"trace": self._hold_back_after(valid_until, f"POST {path}")}
        return self._call("POST", path, **arguments)

    def _hold_back_after(self, valid_until: datetime, call: str) -> Callable[[str, Mapping[str, Any]], None]:
        def look_at_the_clock(event: str, _details: Mapping[str, Any]) -> None:
            if event.endswith(_ABOUT_TO_LEAVE) and self._clock() >= valid_until:
                raise RequestTooLate(f"{call} was not sent: its time was over", code="too_late")

        return look_at_the_clock

    def close(self) -> None:
        self._clients.close()

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        call = f"{method} {path}"
        unanswered = TemporaryError if method == "GET" else OutcomeUnknown
        try:
            with self._clients.one() as client:
                answer = client.request(method, path, **arguments)
        except NOT_SENDABLE as failure:
            raise ConfigurationError(f"{call} cannot be sent: {type(failure).__name__}") from failure
        except NOTHING_SENT as failure:
            message = f"{call} was not sent: {type(failure).__name__}"
            raise TemporaryError(message, code="not_sent") from failure
        except httpx2.RequestError as failure:  # a body that cannot be unpacked is among them
            raise unanswered(f"{call} got no answer: {type(failure).__name__}", code="no_answer") from failure
        if not answer.is_success:
            raise self._refusal(answer, call)
        try:
            return from_json(answer.content)
        except ValueError as failure:
            message = f"{call} was answered {answer.status_code} without JSON"
            raise unanswered(message, code="unreadable_answer") from failure


def retry_after_seconds(answer: httpx2.Response, clock: Clock) -> float | None:
    """The Retry-After header in seconds from now, whether seconds or a date; None if absent or unreadable.

    A day at most: whoever names more is asked again after a day.
    """
    given = answer.headers.get("Retry-After", "").strip()
    if given.isdecimal():
        return min(float(given), LONGEST_WAIT_SECONDS)
    try:
        moment = parsedate_to_datetime(given)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (aware - clock()).total_seconds()), LONGEST_WAIT_SECONDS)
