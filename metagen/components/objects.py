"""Objects, decomposed: the object itself and its fields, rules, buttons, views, layouts and tab.

A standard object has no file of its own: it would overwrite what the customer set there.
"""

from collections.abc import Callable, Iterator

from metagen.components.component import Component, component
from metagen.model.objects import FieldSpec, Layout, ObjectKind, ObjectSpec
from metagen.model.spec import Spec
from metagen.nodes import Text

CONNECTOR_URL = "{!$Setup.Gifting_Settings__c.Connector_URL__c}"
# List views spell what every object has in their own way. Source: list views of custom objects, retrieved.
LIST_VIEW_NAMES = {
    "Name": "NAME",
    "OwnerId": "OWNER.ALIAS",
    "CreatedById": "CREATEDBY_USER.ALIAS",
    "LastModifiedById": "UPDATEDBY_USER.ALIAS",
}


def components_of(spec: Spec) -> Iterator[Component]:
    """The files of every described object."""
    for described in spec.objects.values():
        folder = f"objects/{described.name}"
        if described.kind is not ObjectKind.STANDARD:
            yield component(folder, described.name, "object", object=described)
        for name, field in described.fields.items():
            words = _words(field, spec)
            yield component(
                f"{folder}/fields",
                name,
                "field",
                name=name,
                field=field,
                words=words,
                default=f'"{spec.package.version}"' if field.package_version else "",
                manageable=described.kind is ObjectKind.METADATA_TYPE,
            )
        yield from _parts(described, folder)
        yield from _pages(described, folder)


def _words(field: FieldSpec, spec: Spec) -> tuple[Text, ...]:
    return spec.words(field.words) if field.words else ()


def _parts(described: ObjectSpec, folder: str) -> Iterator[Component]:
    for name, rule in described.validation_rules.items():
        yield component(f"{folder}/validationRules", name, "validationRule", name=name, rule=rule)
    for name, link in described.web_links.items():
        yield component(
            f"{folder}/webLinks", name, "webLink", name=name, link=link, connector_url=CONNECTOR_URL
        )
    for name, view in described.list_views.items():
        yield component(
            f"{folder}/listViews", name, "listView", name=name, view=view, called=_called_in_list_views
        )


def _called_in_list_views(field: Text) -> str:
    return LIST_VIEW_NAMES.get(field, field)


def _pages(described: ObjectSpec, folder: str) -> Iterator[Component]:
    if compact := described.compact_layout:
        yield component(f"{folder}/compactLayouts", compact.name, "compactLayout", layout=compact)
    if layout := described.layout:
        name = f"{described.name}-{layout.name}"
        yield component("layouts", name, "layout", layout=layout, behavior=_behavior(described, layout))
    if described.tab:
        yield component("tabs", described.name, "tab", motif=described.tab)


def _behavior(described: ObjectSpec, layout: Layout) -> Callable[[Text], str]:
    def behavior(name: Text) -> str:
        if name in layout.read_only:
            return "Readonly"
        field = described.fields.get(name)
        return "Required" if field and field.required else "Edit"

    return behavior
