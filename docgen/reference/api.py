"""The connector's API, read from its description."""

from collections.abc import Iterator, Mapping
from typing import Any

from docgen.markdown import code, page, table, text_of

_INTRO = """\
What an org's flows call, and your own programs may. Every call names an API key in the header
`Authorization: Bearer` (see `connector api-key`); a key belongs to one org, and one of scope *read* can
look things up only."""


def pages(document: Mapping[str, Any]) -> dict[str, str]:
    """reference/api.md. document: spec/openapi.json."""
    lines = page("API", "`spec/openapi.json`", _INTRO)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            lines += _operation(f"{method.upper()} {path}", operation)
    lines += ["", "## Schemas"]
    for name, schema in document["components"]["schemas"].items():
        lines += _schema(name, schema)
    return {"reference/api.md": text_of(lines)}


def _operation(call: str, operation: Mapping[str, Any]) -> Iterator[str]:
    name = operation["operationId"]
    yield from ("", f"## {name} {{: #{name.lower()} }}", "", code(call), "", operation["summary"], "")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if body:
        yield f"Takes {_link(body)}."
    yield from table(
        ("Parameter", "In", "Meaning"),
        (
            (code(one["name"]), one["in"], one.get("description", ""))
            for one in operation.get("parameters", [])
        ),
    )
    yield from table(
        ("Answer", "Meaning", "Body"),
        ((status, answer["description"], _body(answer)) for status, answer in operation["responses"].items()),
    )


def _body(answer: Mapping[str, Any]) -> str:
    content: Mapping[str, Any] = next(iter(answer.get("content", {}).values()), {})
    return _link(content["schema"]) if content.get("schema") else ""


def _link(schema: Mapping[str, Any]) -> str:
    name = str(schema.get("$ref", "")).rsplit("/", 1)[-1]
    return f"[{name}](#{name.lower()}-schema)" if name else str(schema.get("type", ""))


def _schema(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"### {name} {{: #{name.lower()}-schema }}", "", schema.get("description", ""))
    required = schema.get("required", [])
    yield from table(
        ("Property", "Type", "Meaning"),
        (
            (
                code(key) + (" (required)" if key in required else ""),
                _type(one),
                one.get("description", ""),
            )
            for key, one in schema.get("properties", {}).items()
        ),
    )


def _type(one: Mapping[str, Any]) -> str:
    if "$ref" in one:
        return _link(one)
    if one.get("type") == "array":
        return f"list of {_type(one['items'])}"
    limit = f", up to {one['maxLength']} characters" if "maxLength" in one else ""
    return f"{one.get('type', 'any')}{limit}"
