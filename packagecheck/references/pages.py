"""Layouts: fields, buttons, related lists and actions that exist, and no required field missing."""

from collections.abc import Iterator

from packagecheck.files import Component, line_of, text_of
from packagecheck.finding import Finding
from packagecheck.references.navigation import action_problem
from packagecheck.world import World, closest

_STYLE_COLUMNS = {"OneColumn": 1, "TwoColumnsLeftToRight": 2, "TwoColumnsTopToBottom": 2, "CustomLinks": 3}


def findings(world: World) -> Iterator[Finding]:
    """What an org would refuse of layouts."""
    for component in world.package.of_type("Layout"):
        sobject = component.name.partition("-")[0]
        if not world.has_object(sobject):
            yield Finding(component.path, 0, f"the layout's object {sobject} does not exist")
            continue
        for check in (_items, _sections, _buttons, _related, _actions):
            for line, text in check(component, sobject, world):
                yield Finding(component.path, line, text)


def _items(component: Component, sobject: str, world: World) -> Iterator[tuple[int, str]]:
    placed: set[str] = set()
    for element in component.each("layoutSections/layoutColumns/layoutItems"):
        name = text_of(element, "field")
        line = line_of(element)
        if not name:
            continue
        if name not in world.field_names(sobject):
            yield line, f"{sobject} has no field {name}{closest(name, world.field_names(sobject))}"
        if name in placed:
            yield line, f"{name} is on the layout twice"
        placed.add(name)
        found = world.custom_field(sobject, name)
        behavior = text_of(element, "behavior")
        if found is not None and found.formula and behavior != "Readonly":
            yield line, f"{name} is a formula; its behavior must be Readonly"
        if found is not None and found.required and found.type != "MasterDetail" and behavior != "Required":
            yield line, f"{name} is required; its behavior must be Required"
    for found in world.custom_fields.get(sobject, {}).values():
        if found.required and found.type != "MasterDetail" and found.name not in placed:
            yield 0, f"the required field {found.name} is not on the layout"


def _sections(component: Component, sobject: str, world: World) -> Iterator[tuple[int, str]]:
    del sobject, world
    for element in component.each("layoutSections"):
        style = text_of(element, "style")
        columns = sum(1 for child in element if str(child.tag).endswith("}layoutColumns"))
        wanted = _STYLE_COLUMNS.get(style)
        if wanted is not None and columns not in (wanted, 0):
            yield line_of(element), f"the style {style} has {wanted} columns, and the section {columns}"


def _buttons(component: Component, sobject: str, world: World) -> Iterator[tuple[int, str]]:
    for element in component.each("customButtons"):
        name = f"{sobject}.{(element.text or '').strip()}"
        if world.package.named("WebLink", name) is None:
            yield line_of(element), f"there is no button {name}"


def _related(component: Component, sobject: str, world: World) -> Iterator[tuple[int, str]]:
    for element in component.each("relatedLists"):
        name = text_of(element, "relatedList")
        child, _, lookup = name.partition(".")
        if not lookup:
            continue
        found = world.custom_field(child, lookup)
        if found is None or found.refers_to != sobject:
            yield line_of(element), f"{name} is no related list of {sobject}"
            continue
        for column in element.iterchildren("{*}fields"):
            field = (column.text or "").strip()
            if not field.isupper() and field not in world.field_names(child):
                yield line_of(column), f"{child} has no field {field}"


def _actions(component: Component, sobject: str, world: World) -> Iterator[tuple[int, str]]:
    for element in component.each("platformActionList/platformActionListItems"):
        if text_of(element, "actionType") == "QuickAction":
            problem = action_problem(text_of(element, "actionName"), sobject, world)
            if problem:
                yield line_of(element), problem
