"""What an &Open refusal means: retry, park or fail.

Source: page errors, version 2026-05: {"errors": [{type, code, message, param}]}. `code` is an open list; a
more specific code for a case that already fails is not a breaking change. So the table is closed by status,
and a code is named only where it changes the verdict. What is not in the table fails for good: nobody has
said that repeating it is safe.
"""

from dataclasses import dataclass
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

ANY = ""


class NotThere(PermanentError):
    """&Open has no such resource, or no such operation on it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """error: what is raised. may_have_happened: a POST answered so may have been carried out all the same."""

    error: type[ConnectorError]
    remedy: str = ""
    may_have_happened: bool = False


RETRY = Verdict(TemporaryError)
LOOK_FIRST = Verdict(TemporaryError, may_have_happened=True)
FAIL = Verdict(PermanentError)

VERDICTS = {
    (400, "unsupported_api_version"): Verdict(
        ConfigurationError, "&Open no longer supports API version 2026-05: update the connector."
    ),
    (400, ANY): FAIL,
    (401, ANY): Verdict(
        AuthenticationFailed,
        "Make a new API key in &Open (admin area, API keys) and check that the account's region and"
        " environment match the base URL.",
    ),
    (403, ANY): Verdict(PermissionMissing, "Ask &Open to allow this API key to create gift requests."),
    (404, ANY): Verdict(NotThere),
    (405, ANY): Verdict(NotThere),
    (408, ANY): LOOK_FIRST,
    # The one reference in what this connector sends is campaign_id.
    (422, "invalid_reference"): Verdict(
        ConfigurationError, "The gift campaign no longer exists at &Open: map the Salesforce Campaign again."
    ),
    (422, ANY): FAIL,
    (429, ANY): RETRY,
}


def verdict(status: int, codes: list[str]) -> Verdict:
    """The row for a status and the codes in the body. Every 5xx may have happened."""
    for code in codes:
        if row := VERDICTS.get((status, code)):
            return row
    if status >= 500:
        return LOOK_FIRST
    return VERDICTS.get((status, ANY), FAIL)


def refusal(answer: httpx2.Response, call: str, clock: Clock) -> ConnectorError:
    """The error for a non-2xx answer; its message holds codes, field names and Request-Id, no values."""
    problems = _problems(answer)
    codes = [str(problem.get("code", "")) for problem in problems]
    row = verdict(answer.status_code, codes)
    changes_something = answer.request.method != "GET"
    error = OutcomeUnknown if row.may_have_happened and changes_something else row.error
    named = ", ".join(f"{problem.get('param', '')} {problem.get('code', '')}".strip() for problem in problems)
    request_id = answer.headers.get("Request-Id", "unknown")
    return error(
        f"{call} was answered {answer.status_code} ({named or 'no code'}), request {request_id}",
        code=next(iter(codes), "") or f"http_{answer.status_code}",
        remedy=row.remedy,
        retry_after_seconds=retry_after_seconds(answer, clock),
    )


def _problems(answer: httpx2.Response) -> list[dict[str, Any]]:
    try:
        body = from_json(answer.content)
    except ValueError:
        return []
    listed = body.get("errors") if isinstance(body, dict) else None
    return [problem for problem in listed if isinstance(problem, dict)] if isinstance(listed, list) else []
