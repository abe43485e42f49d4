"""Errors as the platform speaks them: {"errors": [{type, code, message, param}]}.

Source: page errors. Always a list; validation reports every problem at once; param, in dot notation, only
where a field is to blame. Pages versioning and authentication give the texts of the two errors below that
every call can meet. The names for "not found", "too many requests" and a faulty body stand further down page
errors than could be read; here they are not_found_error, rate_limit_error and invalid_request_error.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of `errors`."""

    type: str
    code: str
    message: str
    param: str = ""

    def as_json(self) -> dict[str, str]:
        shown = {"type": self.type, "code": self.code, "message": self.message}
        return shown | {"param": self.param} if self.param else shown


class ApiError(Exception):
    """A non-2xx answer of the public API."""

    def __init__(self, status: int, *problems: Problem, headers: dict[str, str] | None = None) -> None:
        super().__init__("; ".join(f"{problem.param} {problem.code}".strip() for problem in problems))
        self.status = status
        self.problems = problems
        self.headers = headers or {}

    def as_json(self) -> dict[str, Any]:
        return {"errors": [problem.as_json() for problem in self.problems]}


def invalid_field(param: str, code: str, message: str) -> Problem:
    """A validation problem of one field."""
    return Problem("validation_error", code, message, param)


def unsupported_version(version: str) -> ApiError:
    """Answered before the token is looked at (page versioning)."""
    message = f"Requests must include header 'AndOpen-API-Version: {version}'."
    return ApiError(400, Problem("api_error", "unsupported_api_version", message))


def invalid_token() -> ApiError:
    """The token is missing, malformed or unknown (page authentication)."""
    message = "The access token provided is invalid or has expired."
    return ApiError(401, Problem("authentication_error", "invalid_token", message))


def cross_site() -> ApiError:
    """A page of somebody else calls the control side."""
    return ApiError(403, Problem("api_error", "cross_site", "Pages of other sites may not call this."))


def not_found(what: str) -> ApiError:
    """No such resource in this tenant, or no such route."""
    return ApiError(404, Problem("not_found_error", "not_found", f"{what} could not be found."))


def faulty_request(code: str, message: str, param: str = "") -> ApiError:
    """The request cannot be read at all."""
    return ApiError(400, Problem("invalid_request_error", code, message, param))


def too_many_requests(retry_after_seconds: int) -> ApiError:
    """The rate limit is used up."""
    problem = Problem("rate_limit_error", "rate_limited", "Too many requests.")
    return ApiError(429, problem, headers={"Retry-After": str(retry_after_seconds)})
