"""Translations translate what is there."""

from collections.abc import Iterator

from packagecheck.files import Component, line_of, text_of
from packagecheck.finding import Finding
from packagecheck.world import World, closest, global_values

LABEL_LIMIT = 40
_PARTS = (
    ("customApplications", "CustomApplication"),
    ("customTabs", "CustomTab"),
    ("customPermissions", "CustomPermission"),
    ("reportTypes", "ReportType"),
    ("flowDefinitions", "Flow"),
)
_PARTS_OF_OBJECTS = (
    ("quickActions", "QuickAction"),
    ("validationRules", "ValidationRule"),
    ("webLinks", "WebLink"),
)


def findings(world: World) -> Iterator[Finding]:
    """Translations of what does not exist, and labels that are too long."""
    for component in world.package.of_type("CustomFieldTranslation"):
        for text in _field(component, world):
            yield Finding(component.path, 0, text)
    for component in world.package.of_type("CustomObjectTranslation"):
        yield from _parts_of_object(component, world)
    for component in world.package.of_type("GlobalValueSetTranslation"):
        yield from _values(component, world)
    for component in world.package.of_type("Translations"):
        yield from _parts(component, world)
        yield from _labels(component, world)


def _field(component: Component, world: World) -> Iterator[str]:
    sobject = component.path.rpartition("/")[0].rpartition("/")[2].rpartition("-")[0]
    name, label = component.text("name"), component.text("label")
    if name not in world.field_names(sobject) and sobject != "Activity":
        yield f"{sobject} has no field {name} to translate"
    if len(label) > LABEL_LIMIT:
        yield f"label has {len(label)} characters; {LABEL_LIMIT} fit"


def _parts_of_object(component: Component, world: World) -> Iterator[Finding]:
    """Buttons, actions and rules of the object that are translated by name."""
    sobject = component.name.rpartition("-")[0]
    for tag, type_name in _PARTS_OF_OBJECTS:
        for element in component.each(tag):
            name = text_of(element, "name")
            if world.package.named(type_name, f"{sobject}.{name}") is None:
                text = f"there is no {type_name} {sobject}.{name} to translate"
                yield Finding(component.path, line_of(element), text)


def _values(component: Component, world: World) -> Iterator[Finding]:
    shared = world.package.named("GlobalValueSet", component.name.rpartition("-")[0])
    known = global_values(shared) if shared else frozenset()
    for element in component.each("valueTranslation"):
        value = text_of(element, "masterLabel")
        if value not in known:
            text = f"there is no value '{value}' to translate{closest(value, known)}"
            yield Finding(component.path, line_of(element), text)


def _labels(component: Component, world: World) -> Iterator[Finding]:
    known = {
        text_of(element, "fullName")
        for labels in world.package.of_type("CustomLabels")
        for element in labels.each("labels")
    }
    for element in component.each("customLabels"):
        name = text_of(element, "name")
        if name not in known:
            text = f"there is no label {name} to translate{closest(name, known)}"
            yield Finding(component.path, line_of(element), text)


def _parts(component: Component, world: World) -> Iterator[Finding]:
    for tag, type_name in _PARTS:
        for element in component.each(tag):
            name = text_of(element, "name") or text_of(element, "fullName")
            if not name.startswith("standard") and world.package.named(type_name, name) is None:
                text = f"there is no {type_name} {name} to translate"
                yield Finding(component.path, line_of(element), text)
