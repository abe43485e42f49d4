"""What a Brilliant refusal means: retry, park or fail.

Source: api.brilliantmade.com. Documented are the codes 1200 (success) and 2501 (the order is invalid) in the
body; HTTP statuses are not. So the body's code decides first, then the status in its usual meaning; what is
neither fails for good.
"""

from typing import Any

import httpx2

from connector.adapters.providers.json_text import from_json
from connector.adapters.providers.transport import retry_after_seconds
from connector.errors import (
    AuthenticationFailed,
    ConfigurationError,
    ConnectorError,
    OutcomeUnknown,
    PermanentError,
    PermissionMissing,
    TemporaryError,
)
from connector.ports import Clock

SUCCESS, INVALID = 1200, 2501

ERRORS: dict[int, tuple[type[ConnectorError], str]] = {
    401: (
        AuthenticationFailed,
        "Make a new API key in Brilliant's dashboard and enter it as <key>:<secret>.",
    ),
    403: (PermissionMissing, "Ask Brilliant to allow this API key to place orders."),
    408: (TemporaryError, ""),
    429: (TemporaryError, ""),
}
# Brilliant's texts quote the address, so they are matched here and never passed on.
VARIANT_WORDS = ("variant", "stock", "inventory")


class NotThere(PermanentError):
    """Brilliant has no such order, or no such operation."""


def refusal(answer: httpx2.Response, call: str, clock: Clock) -> ConnectorError:
    """The error for a non-2xx answer; its message holds codes, no values."""
    if invalid := invalid_order(_body(answer), call):
        return invalid
    text = f"{call} was answered {answer.status_code}"
    code = f"http_{answer.status_code}"
    changes_something = answer.request.method != "GET"
    wait_seconds = retry_after_seconds(answer, clock)
    if answer.status_code >= 500 or answer.status_code == 408:
        error = OutcomeUnknown if changes_something else TemporaryError
        return error(text, code=code, retry_after_seconds=wait_seconds)
    if answer.status_code in (404, 405):
        return NotThere(text, code=code)
    known, remedy = ERRORS.get(answer.status_code, (PermanentError, ""))
    return known(text, code=code, remedy=remedy, retry_after_seconds=wait_seconds)


def invalid_order(body: Any, call: str) -> ConnectorError | None:
    """The error of code 2501, with any HTTP status. A variant is the administrator's to see to."""
    if not isinstance(body, dict) or body.get("code") != INVALID:
        return None
    message = str(body.get("message", "")).lower()
    if any(word in message for word in VARIANT_WORDS):
        return unknown_variant(f"{call} was answered {INVALID}: the variant is unknown or out of stock")
    return PermanentError(f"{call} was answered {INVALID}: the order is invalid", code="invalid_order")


def unknown_variant(message: str) -> ConfigurationError:
    """What is to be sent is not in the store, or not any more."""
    return ConfigurationError(
        message,
        code="variant_unavailable",
        remedy="Check the product in Brilliant's store, or map the Salesforce Campaign to another one.",
    )


def _body(answer: httpx2.Response) -> Any:
    try:
        return from_json(answer.content)
    except ValueError:
        return None
