"""A record's page, put together: highlights, actions, details, related lists, timeline, components."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulators.salesforce.lightning.actions import Action, Ribbon
from emulators.salesforce.lightning.layout import PageLayout, layout_of
from emulators.salesforce.lightning.layout import Placed as PlacedField
from emulators.salesforce.lightning.record_pages import Placed, compact_fields, record_page_of
from emulators.salesforce.lightning.related import ShownList, related_lists, single_list
from emulators.salesforce.lightning.timeline import Period, timeline
from emulators.salesforce.lightning.values import Shown, name_field, screen_label, shown
from emulators.salesforce.lightning.visit import Visit
from emulators.salesforce.schema.model import Field, FieldType, SObjectType

_OWN_NAMESPACE = "c:"
_ADDRESS_TYPES = {FieldType.STRING, FieldType.TEXTAREA, FieldType.PICKLIST}
_STANDARD = {
    "force:highlightsPanel": "highlights",
    "force:detailPanel": "details",
    "force:relatedListContainer": "related",
    "force:relatedListSingleContainer": "related",
    "runtime_sales_activities:activityPanel": "activities",
}


@dataclass(frozen=True, slots=True)
class Block:
    """One component as the template draws it.

    kind: "highlights", "details", "related", "activities", "component" for one of the org's own, "unknown".
    """

    kind: str
    name: str
    heading: str = ""
    lists: tuple[ShownList, ...] = ()
    properties: str = "{}"
    told: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """A section of the layout: label and value of each field, column by column."""

    label: str
    columns: tuple[tuple[tuple[str, Shown], ...], ...]


@dataclass(frozen=True, slots=True)
class RecordView:
    """All that the template needs of a record."""

    highlights: tuple[tuple[str, Shown], ...]
    actions: tuple[Action, ...]
    sections: tuple[Details, ...]
    periods: tuple[Period, ...]
    header: tuple[Block, ...]
    main: tuple[Block, ...]
    beside: tuple[Block, ...]
    components: tuple[str, ...] = field(default=())


def record_view(visit: Visit, sobject: SObjectType, row: Mapping[str, Any]) -> RecordView:
    """The page of a record for one user."""
    page = record_page_of(visit.org, sobject, visit.beholder(sobject, row))
    layout = layout_of(visit.org, sobject, visit.access)
    configured = next((each.actions for each in page.placed() if each.actions is not None), None)
    actions = Ribbon(visit.org, visit.user, sobject, row).actions(configured)
    blocks = {
        region: tuple(_block(visit, sobject, row, layout, placed) for placed in parts)
        for region, parts in (
            ("header", page.regions.get("header", ())),
            ("main", page.regions.get("main", ())),
            ("beside", page.beside()),
        )
    }
    shown_blocks = [block for parts in blocks.values() for block in parts]
    components = [block.name for block in shown_blocks if block.kind == "component"]
    return RecordView(
        highlights=tuple(_highlights(visit, sobject, row)),
        actions=tuple(actions),
        sections=tuple(_sections(visit, sobject, row, layout)),
        periods=tuple(timeline(visit, sobject, row["Id"])),
        components=tuple(dict.fromkeys([*components, *(a.component for a in actions if a.component)])),
        **blocks,
    )


def _block(
    visit: Visit, sobject: SObjectType, row: Mapping[str, Any], layout: PageLayout, placed: Placed
) -> Block:
    if placed.unknown:
        return Block("unknown", placed.name, placed.heading, told=placed.unknown)
    kind = _STANDARD.get(placed.name, "")
    if kind == "related":
        return Block(kind, placed.name, placed.heading, _lists(visit, sobject, row, layout, placed))
    if kind:
        return Block(kind, placed.name, placed.heading)
    if ":" in placed.name and not placed.name.startswith(_OWN_NAMESPACE):
        return Block("unknown", placed.name, placed.heading, told=f"Not drawn on this stage: {placed.name}")
    name = placed.name.removeprefix(_OWN_NAMESPACE)
    return Block("component", name, placed.heading, properties=json.dumps(dict(placed.properties)))


def _lists(
    visit: Visit, sobject: SObjectType, row: Mapping[str, Any], layout: PageLayout, placed: Placed
) -> tuple[ShownList, ...]:
    relationship = placed.properties.get("relatedListApiName")
    if not relationship:
        return tuple(related_lists(visit, sobject, row["Id"], layout))
    found = single_list(visit, sobject, row["Id"], layout, relationship)
    return (found,) if found else ()


def _highlights(visit: Visit, sobject: SObjectType, row: Mapping[str, Any]) -> list[tuple[str, Shown]]:
    """The fields of the compact layout behind the name."""
    fields = [found for name in compact_fields(visit.org, sobject) if (found := sobject.field_named(name))]
    seen = [
        each for each in fields if visit.access.field_readable(sobject, each) and each != name_field(sobject)
    ]
    return [
        (screen_label(sobject, each), shown(visit.org, visit.user, each, row[each.name])) for each in seen
    ]


def _sections(
    visit: Visit, sobject: SObjectType, row: Mapping[str, Any], layout: PageLayout
) -> list[Details]:
    return [
        Details(
            each.label,
            tuple(tuple(_fields(visit, sobject, row, column)) for column in each.columns if column),
        )
        for each in layout.sections
    ]


def _fields(
    visit: Visit, sobject: SObjectType, row: Mapping[str, Any], column: Iterable[PlacedField]
) -> Iterator[tuple[str, Shown]]:
    """The parts of a name or of an address are read as one."""
    named: list[Field] = []
    for placed in column:
        whole = sobject.fields.get(placed.field.compound) or placed.field
        if whole not in named:
            named.append(whole)
    for field_ in named:
        label = screen_label(sobject, field_)
        if field_.type is FieldType.ADDRESS:
            yield label, Shown(_address(sobject, row, field_))
        else:
            yield label, shown(visit.org, visit.user, field_, row[field_.name])


def _address(sobject: SObjectType, row: Mapping[str, Any], whole: Field) -> str:
    """Street, city and the rest in one line; where it lies on the globe is left out."""
    parts = [part for part in sobject.fields.values() if part.compound == whole.name]
    words = [
        part for part in parts if part.type in _ADDRESS_TYPES and not part.name.endswith("GeocodeAccuracy")
    ]
    return ", ".join(str(row[part.name]) for part in words if row[part.name])
