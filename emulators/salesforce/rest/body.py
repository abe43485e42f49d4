"""Request bodies as JSON objects, and answers."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from emulators.salesforce.errors import SalesforceError


def json_object() -> dict[str, Any]:
    """The body as a JSON object. Raises JSON_PARSER_ERROR."""
    body = json_value()
    if not isinstance(body, dict):
        raise SalesforceError("JSON_PARSER_ERROR", "The HTTP entity body must be a JSON object")
    return body


def json_value() -> Any:
    """The body as JSON. Raises JSON_PARSER_ERROR where it is none."""
    text = request.get_data(as_text=True)
    if not text.strip():
        raise SalesforceError(
            "JSON_PARSER_ERROR", "The HTTP entity body is required, but this request has no entity body."
        )
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SalesforceError("JSON_PARSER_ERROR", str(error)) from None


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in the platform's content type."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, headers, content_type="application/json;charset=UTF-8")


def not_found() -> SalesforceError:
    """What there is no resource for."""
    return SalesforceError("NOT_FOUND", "The requested resource does not exist", 404)
