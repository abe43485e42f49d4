"""Request bodies as JSON objects, and answers."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.json_text import parse_json

_JSON_TYPES = frozenset({"", "application/json"})
_XML_TYPES = frozenset({"application/xml", "text/xml"})


def json_object() -> dict[str, Any]:
    """The body as a JSON object. Raises JSON_PARSER_ERROR."""
    body = json_value()
    if not isinstance(body, dict):
        raise SalesforceError("JSON_PARSER_ERROR", "The HTTP entity body must be a JSON object")
    return body


def json_value() -> Any:
    """The body as JSON. Raises JSON_PARSER_ERROR, and UNSUPPORTED_MEDIA_TYPE where it says so."""
    if request.mimetype not in _JSON_TYPES:
        if request.mimetype in _XML_TYPES:
            raise NotSupportedHere("bodies in XML")
        message = f"The content type must be application/json, not {request.mimetype}"
        raise SalesforceError("UNSUPPORTED_MEDIA_TYPE", message, 415)
    text = request.get_data(as_text=True)
    if not text.strip():
        raise SalesforceError(
            "JSON_PARSER_ERROR", "The HTTP entity body is required, but this request has no entity body."
        )
    try:
        return parse_json(text)
    except ValueError as error:
        raise SalesforceError("JSON_PARSER_ERROR", str(error)) from None


def texts(value: Any, name: str) -> list[str]:
    """A list of texts out of a body, null taken for an empty one. Raises JSON_PARSER_ERROR."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise SalesforceError("JSON_PARSER_ERROR", f"{name} must be a list of texts")
    return value


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in the platform's content type."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, headers, content_type="application/json;charset=UTF-8")


def not_found() -> SalesforceError:
    """What there is no resource for."""
    return SalesforceError("NOT_FOUND", "The requested resource does not exist", 404)
