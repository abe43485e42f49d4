"""External services, credentials, External Client Apps and custom metadata records."""

import json
from collections.abc import Iterator

from packagecheck.files import Component, line_of, text_of
from packagecheck.finding import Finding
from packagecheck.world import World, closest

SCHEMA_LIMIT = 100_000
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_CONTAINS = {"Checkbox": "xsd:boolean", "Number": "xsd:double"}


def findings(world: World) -> Iterator[Finding]:
    """What an org would refuse of connections and records."""
    for component in world.package.of_type("ExternalServiceRegistration"):
        for text in _service(component, world):
            yield Finding(component.path, 0, text)
    for component in world.package.of_type("NamedCredential"):
        for text in _named_credential(component, world):
            yield Finding(component.path, 0, text)
    for component in world.package.of_type("ExtlClntAppOauthSettings"):
        for text in _app_settings(component, world):
            yield Finding(component.path, 0, text)
    for component in world.package.of_type("CustomMetadata"):
        yield from _record(component, world)


def _service(component: Component, world: World) -> Iterator[str]:
    schema = component.text("schema")
    if len(schema) > SCHEMA_LIMIT:
        yield f"schema has {len(schema)} characters; {SCHEMA_LIMIT} fit"
    try:
        described = json.loads(schema)
    except json.JSONDecodeError as error:
        yield f"schema is no JSON: {error}"
        return
    for path, operations in described.get("paths", {}).items():
        for method, operation in operations.items():
            if isinstance(operation, dict) and "responses" in operation and not operation.get("operationId"):
                yield f"{method.upper()} {path} has no operationId"
    names = world.package.of_type("NamedCredential")
    known = [each.name for each in names]
    wanted = component.text("namedCredential") or component.text("namedCredentialReference")
    if wanted and known and wanted not in known:
        yield f"there is no named credential {wanted}{closest(wanted, known)}"


def _named_credential(component: Component, world: World) -> Iterator[str]:
    for element in component.each("namedCredentialParameters"):
        credential = text_of(element, "externalCredential")
        if credential and world.package.named("ExternalCredential", credential) is None:
            yield f"there is no external credential {credential}"
        url = text_of(element, "parameterValue")
        if text_of(element, "parameterType") == "Url" and url and not url.startswith("https://"):
            yield f"{url} is no https address"


def _app_settings(component: Component, world: World) -> Iterator[str]:
    app = component.text("externalClientApplication")
    if world.package.named("ExternalClientApplication", app) is None:
        yield f"there is no External Client App {app}"
    scopes = [scope.strip() for scope in component.text("commaSeparatedOauthScopes").split(",")]
    if "RefreshToken" not in scopes:
        yield "without the scope RefreshToken Salesforce refuses the signed token of such users"


def _record(component: Component, world: World) -> Iterator[Finding]:
    kind = component.name.partition(".")[0]
    sobject = f"{kind}__mdt"
    if world.own_object(sobject) is None:
        yield Finding(component.path, 0, f"there is no custom metadata type {sobject}")
        return
    given: set[str] = set()
    for element in component.each("values"):
        name = text_of(element, "field")
        given.add(name)
        found = world.custom_field(sobject, name)
        if found is None:
            known = world.custom_fields.get(sobject, {})
            yield Finding(
                component.path, line_of(element), f"{sobject} has no field {name}{closest(name, known)}"
            )
            continue
        value = next(iter(element.iterfind("{*}value")), None)
        text = "" if value is None else (value.text or "")
        if found.values is not None and text and text not in found.values:
            yield Finding(
                component.path, line_of(element), f"{name} has no value '{text}'{closest(text, found.values)}"
            )
        wanted = _CONTAINS.get(found.type, "xsd:string")
        told = "" if value is None else (value.get(_XSI_TYPE) or "")
        if told and found.type in _CONTAINS and told != wanted:
            yield Finding(
                component.path,
                line_of(element),
                f"{name} is a {found.type}; its xsi:type is {wanted}, not {told}",
            )
    for found in world.custom_fields.get(sobject, {}).values():
        if found.required and found.name not in given:
            yield Finding(component.path, 0, f"the required field {found.name} has no value")
