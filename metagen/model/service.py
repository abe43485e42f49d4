"""spec/openapi.json: the API of the connector that flows call, as External Services reads it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from metagen.errors import Location, Problem, SpecInvalid
from metagen.nodes import read_text


@dataclass(frozen=True, slots=True)
class Operation:
    """One call. inputs: its parameters by name, and `body` where it takes one. body: the schema's name."""

    name: str
    inputs: tuple[str, ...]
    body: str = ""


@dataclass(frozen=True, slots=True)
class ServiceApi:
    """document: as the connector exported it, to the byte. schemas: the properties of each object."""

    where: Location
    document: str
    operations: Mapping[str, Operation]
    schemas: Mapping[str, tuple[str, ...]]


def read_api(path: Path, shown_as: str) -> ServiceApi:
    """Raises SpecInvalid when the file is missing or no JSON object."""
    where = Location(shown_as, 1)
    if not path.is_file():
        raise SpecInvalid([Problem(where, "the file is missing; the connector writes it: make openapi")])
    document = read_text(path, shown_as)
    try:
        described = json.loads(document)
    except json.JSONDecodeError as error:
        raise SpecInvalid([Problem(Location(shown_as, error.lineno), f"not JSON: {error.msg}")]) from error
    if not isinstance(described, dict):
        raise SpecInvalid(
            [Problem(where, "a JSON object is expected; the connector writes it: make openapi")]
        )
    schemas = described.get("components", {}).get("schemas", {})
    return ServiceApi(
        where=where,
        document=document,
        operations={
            name: _operation(name, body)
            for methods in described.get("paths", {}).values()
            for body in methods.values()
            if isinstance(body, dict) and (name := body.get("operationId", ""))
        },
        schemas={name: tuple(schema.get("properties", {})) for name, schema in schemas.items()},
    )


def _operation(name: str, described: Mapping[str, Any]) -> Operation:
    inputs = [parameter["name"] for parameter in described.get("parameters", []) if "name" in parameter]
    content = described.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return Operation(name, (*inputs, *(["body"] if body else [])), body)
