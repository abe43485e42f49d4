"""The API's errors as application/problem+json, by the class of ours that they are."""

from math import ceil
from typing import Any

from flask import Response
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

from connector.errors import AdminError, CallerError, ConnectorError, PermanentError, TemporaryError
from connector.web.problems import problem

# What a caller of the API is told, by our error; the first that fits.
_STATUSES: tuple[tuple[type[ConnectorError], int, str], ...] = (
    (CallerError, 422, "Unprocessable Content"),
    (PermanentError, 422, "Unprocessable Content"),
    (AdminError, 503, "Service Unavailable"),
    (TemporaryError, 503, "Service Unavailable"),
)
_STATUS_BY_CODE = {
    "unknown_gift": (404, "Not Found"),
    "other_org": (403, "Forbidden"),
    "scope_missing": (403, "Forbidden"),
    "too_many_calls": (429, "Too Many Requests"),
    "not_authenticated": (401, "Unauthorized"),
    "cancel_under_way": (409, "Conflict"),
    "cancel_too_late": (409, "Conflict"),
    "cancel_unsupported": (501, "Not Implemented"),
}


# Of werkzeug's own errors: which methods there are, when to call again, how to sign in.
_TELLING_HEADERS = frozenset({"Allow", "Retry-After", "WWW-Authenticate"})


class ProblemApi(Api):  # type: ignore[misc]  # flask-smorest carries no types
    """flask-smorest's Api, answering errors as the rest of the connector does."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        """See problem_of."""
        return problem_of(error)


def problem_of(error: HTTPException) -> Response:
    """Names the fields that were refused, never what they held."""
    told: Any = (getattr(error, "data", None) or {}).get("messages", {})
    fields = told.get("json", told) if isinstance(told, dict) else {}
    if isinstance(fields, dict):
        detail = "; ".join(f"{name}: {' '.join(why)}" for name, why in sorted(fields.items()))
    else:
        # A body that is no JSON has no fields.
        detail = " ".join(map(str, fields))
    answer = problem(error.code or 500, error.name, detail, code="fields_refused" if detail else "")
    for name, value in error.get_headers():
        if name in _TELLING_HEADERS:
            answer.headers[name] = value
    return answer


def connector_problem(error: ConnectorError) -> Response:
    """An error of ours, with its code. Messages carry ids and codes only, so they may be shown."""
    fitting = next(((status, title) for kind, status, title in _STATUSES if isinstance(error, kind)), None)
    status, title = _STATUS_BY_CODE.get(error.code) or fitting or (500, "Internal Server Error")
    answer = problem(status, title, error.told, code=error.code)
    if error.retry_after_seconds:
        answer.headers["Retry-After"] = str(ceil(error.retry_after_seconds))
    return answer
