"""What happens to every API request before and after its view: version, session, quota, error shape."""

import re
from typing import Any

from flask import Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from emulators.salesforce import context
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.host import host
from emulators.salesforce.oauth.bearer import bearer_token
from emulators.salesforce.oauth.sessions import Session

LATEST_VERSION = "68.0"
_VERSION = re.compile(r"v?([1-9][0-9]\.0)")
_XML = ("application/xml", "text/xml")
_REST_PREFIX = "/services/data/"
_API_PREFIXES = (_REST_PREFIX, "/services/async/")
_BULK_PREFIX = "/services/async/"


class InvalidSession(SalesforceError):
    """The token is unknown, revoked or expired: the client must authenticate again."""

    def __init__(self) -> None:
        super().__init__("INVALID_SESSION_ID", "Session expired or invalid", 401)


class NotForApi(InvalidSession):
    """The token is good, but not for APIs: its app was not granted the scope api.

    Source: https://help.salesforce.com/s/articleView?id=005226515
    """

    def __init__(self) -> None:
        super().__init__()
        self.message = "This session is not valid for use with the REST API"


class NotFound(SalesforceError):
    """No such URL."""

    def __init__(self) -> None:
        super().__init__("NOT_FOUND", "The requested resource does not exist", 404)


def take_version(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the API version out of the URL's values: any version of the form v67.0 is served alike."""
    if not values or "version" not in values:
        return
    version = _VERSION.fullmatch(values.pop("version"))
    g.api_version = version.group(1) if version else None


def authenticate() -> None:
    """Admit API requests that carry a live session, and count them. Raises SalesforceError otherwise."""
    path = request.path
    if not path.startswith(_API_PREFIXES) or path.rstrip("/") == "/services/data":
        return
    token = request.headers.get("X-SFDC-Session", "") if path.startswith(_BULK_PREFIX) else ""
    admit(token or bearer_token(), g.get("api_version") or LATEST_VERSION)
    if g.get("api_version", LATEST_VERSION) is None:
        raise NotFound


def refuse_xml() -> None:
    """REST answers in XML to those who accept nothing else; raises NotSupportedHere for them.

    Source: REST API Developer Guide, whose resources name the formats JSON and XML.
    """
    quality = request.accept_mimetypes.quality
    xml_alone = not quality("application/json") and any(quality(kind) for kind in _XML)
    if xml_alone and request.path.startswith(_REST_PREFIX):
        raise NotSupportedHere("answers in XML")


def admit(token: str, api_version: str) -> Session:
    """Open the request's context for the user of a token and count one API call.

    Raises InvalidSession, NotForApi, and REQUEST_LIMIT_EXCEEDED once the daily allocation is used up.
    """
    serving = host()
    session = serving.sessions.find(token)
    if session is None:
        raise InvalidSession
    user = serving.org.user(session.user_id)
    if user is None or not user.active:
        raise InvalidSession
    if not session.allows("api"):
        raise NotForApi
    serving.org.limits.count_call()
    context.set_current(context.RequestContext(serving.org, user, token, api_version))
    return session


def report_usage(response: Response) -> Response:
    """Tell the client how much of the daily allocation is used."""
    if "salesforce" in g:
        response.headers["Sforce-Limit-Info"] = host().org.limits.header()
    return response


def as_rest_errors(error: SalesforceError) -> tuple[Response, int]:
    """A list of one error, as REST answers."""
    return jsonify([error.as_rest()]), error.status


def as_api_error(error: HTTPException) -> Response | tuple[Response, int]:
    """Unknown URLs and wrong methods, in Salesforce's words; other errors of the API in their shape."""
    if error.code == 404:
        return as_rest_errors(NotFound())
    if error.code == 405:
        text = f"HTTP Method '{request.method}' not allowed. Allowed are {', '.join(_allowed(error))}"
        return as_rest_errors(SalesforceError("METHOD_NOT_ALLOWED", text, 405))
    if request.path.startswith(_API_PREFIXES) and error.code is not None:
        code = error.name.upper().replace(" ", "_")
        return as_rest_errors(SalesforceError(code, error.description or error.name, error.code))
    return Response(error.description or "", status=error.code or 500, mimetype="text/plain")


def _allowed(error: HTTPException) -> list[str]:
    methods = getattr(error, "valid_methods", None) or ()
    return sorted(method for method in methods if method not in {"OPTIONS", "HEAD"})
