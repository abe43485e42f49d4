"""The API's description in the dialect that External Services reads.

External Services knows application/json alone, so errors, which are application/problem+json, are described
in words. Parameters stand at their operation, not at the path. What schemas say beyond shape is left out.
Source: Salesforce Help, External Services Considerations.
"""

import json
from typing import Any

from flask import Flask
from flask_smorest import Api

from connector.web.api import gifts
from connector.web.api.problems import ProblemApi
from connector.web.container import WebContainer

# flask-smorest's own, for answers that this API does not give.
_LIBRARY_SCHEMAS = frozenset({"Error", "PaginationMetadata"})
_EXTENSION = "gifting_api"
_SETTINGS = {
    "API_TITLE": "Gift Connector",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.0.3",
}


def add_api(app: Flask, container: WebContainer) -> None:
    """Serve the API. Its error handler answers for the whole application, in the same words."""
    app.config.update(_SETTINGS)
    api = ProblemApi(app)
    api.register_blueprint(gifts.blueprint(container))
    app.extensions[_EXTENSION] = api


def openapi_document(app: Flask) -> str:
    """JSON, the same bytes for the same program."""
    api: Api = app.extensions[_EXTENSION]
    described: dict[str, Any] = api.spec.to_dict()
    for methods in described["paths"].values():
        shared = methods.pop("parameters", [])
        for operation in methods.values():
            operation["responses"] = _plain(operation["responses"])
            if shared:
                operation["parameters"] = [*shared, *operation.get("parameters", [])]
    described["components"] = {
        "schemas": {
            name: _shape(schema)
            for name, schema in described["components"]["schemas"].items()
            if name not in _LIBRARY_SCHEMAS
        }
    }
    return json.dumps(described, indent=2, sort_keys=True) + "\n"


def _shape(schema: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in schema.items() if key != "additionalProperties"}
    kept["properties"] = {
        name: {key: value for key, value in described.items() if key not in {"default", "nullable"}}
        for name, described in schema["properties"].items()
    }
    return kept


def _plain(responses: dict[str, Any]) -> dict[str, Any]:
    success = {status: body for status, body in responses.items() if status.startswith("2")}
    errors = {
        status: {"description": body["description"]}
        for status, body in responses.items()
        if status.startswith(("4", "5")) and "description" in body
    }
    return {**success, **errors}
