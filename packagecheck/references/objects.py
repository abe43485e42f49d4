"""Custom objects and their rules, views, compact layouts and buttons."""

import re
from collections.abc import Iterator

from lxml import etree

from packagecheck.files import Component, line_of, text_of
from packagecheck.finding import Finding
from packagecheck.references.formulas import formula_problems
from packagecheck.world import World, closest

COMPACT_FIELDS = 10
LIST_COLUMNS = 15
URL_LIMIT = 2048
# List views call these by names of their own.
_LIST_NAMES = {
    "NAME",
    "OWNER.ALIAS",
    "OWNER.FIRST_NAME",
    "OWNER.LAST_NAME",
    "CREATED_DATE",
    "CREATEDBY_USER",
    "CREATEDBY_USER.ALIAS",
    "LAST_UPDATE",
    "UPDATEDBY_USER",
    "UPDATEDBY_USER.ALIAS",
    "LAST_ACTIVITY",
    "RECORDTYPE",
    "CURRENCY_ISO_CODE",
}
_FLOW = "/flow/"
_MERGE = re.compile(r"\{!\s*(\$?\w+(?:\.\w+)+)\s*\}")


def findings(world: World) -> Iterator[Finding]:
    """What an org would refuse of objects and their parts."""
    for component in world.package.of_type("CustomObject"):
        for text in _object(component, world):
            yield Finding(component.path, 0, text)
    for component in world.package.of_type("ValidationRule"):
        yield from _rule(component, world)
    for component in world.package.of_type("ListView"):
        yield from _list_view(component, world)
    for component in world.package.of_type("CompactLayout"):
        yield from _compact(component, world)
    for component in world.package.of_type("WebLink"):
        yield from _web_link(component, world)


def _object(component: Component, world: World) -> Iterator[str]:
    if not component.name.endswith(("__c", "__mdt")):
        yield "the file of a standard object would overwrite what the org set there"
        return
    if not component.text("label") or (
        component.name.endswith("__c")
        and not component.text("customSettingsType")
        and not component.text("pluralLabel")
    ):
        yield f"{component.name} needs a label and a pluralLabel"
    assigned = component.text("compactLayoutAssignment")
    if assigned not in ("", "SYSTEM") and not world.package.named(
        "CompactLayout", f"{component.name}.{assigned}"
    ):
        yield f"compactLayoutAssignment names {assigned}, which does not exist"
    if component.text("customSettingsType") or component.name.endswith("__mdt"):
        if component.text("sharingModel"):
            yield "a custom setting or metadata type has no sharingModel"
        return
    yield from _records_object(component)


def _records_object(component: Component) -> Iterator[str]:
    """What an object with records of its own needs besides."""
    if not component.each("nameField"):
        yield f"{component.name} needs a nameField"
    for name_field in component.each("nameField"):
        if text_of(name_field, "type") == "AutoNumber" and "{0" not in text_of(name_field, "displayFormat"):
            yield "an AutoNumber needs a displayFormat with the number in it, such as G-{00000}"
    for tag in ("deploymentStatus", "sharingModel"):
        if not component.text(tag):
            yield f"{component.name} needs a {tag}"


def _rule(component: Component, world: World) -> Iterator[Finding]:
    sobject = component.name.partition(".")[0]
    formula = component.text("errorConditionFormula")
    if not formula:
        yield Finding(component.path, 0, "errorConditionFormula is empty")
    if not component.text("errorMessage"):
        yield Finding(component.path, 0, "errorMessage is empty")
    for text in formula_problems(formula, sobject, world):
        yield Finding(component.path, 0, text)
    shown_at = component.text("errorDisplayField")
    if shown_at and shown_at not in world.field_names(sobject):
        yield Finding(component.path, 0, f"errorDisplayField {shown_at} does not exist")


def _list_view(component: Component, world: World) -> Iterator[Finding]:
    sobject = component.name.partition(".")[0]
    columns = component.each("columns")
    if len(columns) > LIST_COLUMNS:
        yield Finding(component.path, 0, f"{len(columns)} columns; {LIST_COLUMNS} fit")
    seen: set[str] = set()
    for element in [*columns, *component.each("filters/field")]:
        name = (element.text or "").strip()
        if name not in _LIST_NAMES and name not in world.field_names(sobject):
            yield Finding(component.path, line_of(element), _no_field(sobject, name, world))
        if name in seen and etree.QName(element).localname == "columns":
            yield Finding(component.path, line_of(element), f"the column {name} is there twice")
        seen.add(name)
    for element in component.each("filters"):
        yield from _filter(component, element, sobject, world)


def _filter(component: Component, element: etree._Element, sobject: str, world: World) -> Iterator[Finding]:
    found = world.custom_field(sobject, text_of(element, "field"))
    if found is None or found.values is None:
        return
    for value in text_of(element, "value").split(","):
        if value and value.strip() not in found.values:
            text = f"{found.name} has no value '{value.strip()}'{closest(value, found.values)}"
            yield Finding(component.path, line_of(element), text)


def _compact(component: Component, world: World) -> Iterator[Finding]:
    sobject = component.name.partition(".")[0]
    placed = component.each("fields")
    if len(placed) > COMPACT_FIELDS:
        yield Finding(component.path, 0, f"{len(placed)} fields; {COMPACT_FIELDS} fit")
    for element in placed:
        name = (element.text or "").strip()
        found = world.custom_field(sobject, name)
        if name not in world.field_names(sobject):
            yield Finding(component.path, line_of(element), _no_field(sobject, name, world))
        elif found is not None and found.type in ("LongTextArea", "Html", "MultiselectPicklist"):
            yield Finding(component.path, line_of(element), f"a compact layout shows no {found.type}")


def _web_link(component: Component, world: World) -> Iterator[Finding]:
    """Merge fields of a button's address lead to fields."""
    sobject = component.name.partition(".")[0]
    url = component.text("url")
    if component.text("linkType") == "url" and not url:
        yield Finding(component.path, 0, "the button has no url")
    flow = url.removeprefix(_FLOW).partition("?")[0]
    if url.startswith(_FLOW) and world.package.named("Flow", flow) is None:
        yield Finding(component.path, 0, f"there is no Flow {flow} for this button")
    if len(url) > URL_LIMIT:
        yield Finding(component.path, 0, f"url has {len(url)} characters; {URL_LIMIT} fit")
    for path in _MERGE.findall(url):
        first, *rest = path.split(".")
        if first == "$Setup" and len(rest) == 2:
            first, rest = rest[0], rest[1:]
        elif first.startswith("$") or first != sobject:
            continue
        if not rest[-1].endswith("__c"):
            continue
        if problem := world.path_problem(first, ".".join(rest)):
            yield Finding(component.path, 0, f"the merge field {path} leads nowhere: {problem}")


def _no_field(sobject: str, name: str, world: World) -> str:
    return f"{sobject} has no field {name}{closest(name, world.field_names(sobject))}"
