"""Requests within a request: answered by the same views, for the same user, without counting as calls."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, current_app, request

from emulators.salesforce.context import current, set_current
from emulators.salesforce.errors import NotSupportedHere

_URL = re.compile(r"/?(?:services/data/)?v(?P<version>\d{2}\.\d)(?P<resource>/.*)")
_NESTED = re.compile(r"/composite(?!/sobjects\b)")
_SHOWN_HEADERS = ("Location", "Last-Modified", "ETag")


@dataclass(frozen=True, slots=True)
class SubResponse:
    """Status, parsed body (None when empty) and the headers that matter to clients."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def failed(self) -> bool:
        return self.status >= 400


def answer(method: str, url: str, body: Any = None, headers: Any = None) -> SubResponse:
    """Answer one subrequest. url: from `/services/data/v66.0/` or from `v66.0/` on. headers: as sent.

    Errors of the view become its answer, as they would for a request of its own.
    """
    match = _URL.fullmatch(url)
    if match is None:
        return _error("NOT_FOUND", "The requested resource does not exist", 404)
    if _NESTED.match(match["resource"]):
        what = NotSupportedHere("composite resources within composite resources")
        return SubResponse(what.status, [what.as_rest()], {})
    if not _are_headers(headers):
        return _error("JSON_PARSER_ERROR", "httpHeaders must be an object of names and one-line texts", 400)
    path = f"/services/data/v{match['version']}{match['resource']}"
    outer = current()
    data = None if body is None else json.dumps(body)
    with current_app.test_request_context(
        path, method=method, data=data, headers=headers or {}, content_type="application/json"
    ):
        set_current(replace(outer, api_version=match["version"]))
        try:
            response = _dispatch()
        finally:
            set_current(outer)
    return _sub_response(response)


def _are_headers(given: Any) -> bool:
    """Whether these can be a request's headers; none may be given."""
    if not isinstance(given, dict):
        return given is None
    return all(isinstance(text, str) and text.isprintable() for pair in given.items() for text in pair)


def _dispatch() -> Response:
    """The view's answer. The version, which the application takes off for requests, is taken off here."""
    if request.view_args is not None:
        request.view_args.pop("version", None)
    try:
        value = current_app.dispatch_request()
    except Exception as error:  # noqa: BLE001 -- handle_user_exception raises again what no handler knows
        value = current_app.handle_user_exception(error)
    return current_app.make_response(value)


def _sub_response(response: Response) -> SubResponse:
    text = response.get_data(as_text=True)
    shown = {name: response.headers[name] for name in _SHOWN_HEADERS if name in response.headers}
    return SubResponse(response.status_code, json.loads(text) if text else None, shown)


def _error(code: str, message: str, status: int) -> SubResponse:
    return SubResponse(status, [{"errorCode": code, "message": message}], {})
