"""Flows: what the description says, with places on the canvas and the variables that elements bring along.

Source: Metadata API Developer Guide, Flow. A filter element needs a variable of its own for the record at
hand; Flow Builder makes it under the name that is used here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from metagen.components.component import Component, component
from metagen.errors import Location
from metagen.model.flows import (
    Assignment,
    AssignmentOperator,
    DataType,
    Element,
    ElementKind,
    FlowSpec,
    Variable,
)
from metagen.model.spec import Spec
from metagen.nodes import Literal, Number, Text

TAGS = {
    ElementKind.GET: "recordLookups",
    ElementKind.CREATE: "recordCreates",
    ElementKind.UPDATE: "recordUpdates",
    ElementKind.DECIDE: "decisions",
    ElementKind.ASSIGN: "assignments",
    ElementKind.LOOP: "loops",
    ElementKind.FILTER: "collectionProcessors",
    ElementKind.CALL: "actionCalls",
    ElementKind.SUBFLOW: "subflows",
}
REFERENCE = re.compile(r"\{!([^{}]+)\}")
CURRENT_ITEM = "currentItem_"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands on the canvas, in pixels from its corner."""

    x: int
    y: int


START = Place(50, 0)
COLUMN_PIXELS = 264
ROW_PIXELS = 120


def components_of(spec: Spec) -> Iterator[Component]:
    """One file per flow."""
    for name, flow in spec.flows.items():
        yield component(
            "flows",
            name,
            "flow",
            flow=flow,
            api_version=spec.package.api_version,
            elements=sorted(flow.elements.items()),
            variables=sorted(variables_of(flow).items()),
            tags=TAGS,
            places=places_of(flow),
            start_place=START,
            reference=reference_of,
            steps_of=_steps_of(spec),
            apex_class=apex_class,
        )


def reference_of(value: Literal) -> str:
    """What a text refers to when it is a reference as a whole; empty for every other value."""
    found = REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return found.group(1) if found else ""


def apex_class(structure: str) -> str:
    """The type that External Services makes of Service.Schema, as flows name it."""
    service, _, schema = structure.partition(".")
    return f"ExternalService__{service}_{schema}"


def variables_of(flow: FlowSpec) -> dict[str, Variable]:
    """The flow's own variables, and one for each filter."""
    brought = {
        f"{CURRENT_ITEM}{name}": Variable(
            where=element.where,
            type=DataType.RECORD,
            object=element.object,
            description=Text.at(f"The record that {element.label} looks at.", element.where),
        )
        for name, element in flow.elements.items()
        if element.kind is ElementKind.FILTER
    }
    return {**{str(name): variable for name, variable in flow.variables.items()}, **brought}


def places_of(flow: FlowSpec) -> dict[str, Place]:
    """Each element below those it follows; those of one row stand side by side, faults to the right."""
    rows: dict[str, int] = {}
    queue = [(str(flow.start), 1)]
    while queue:
        name, row = queue.pop(0)
        if name in rows or name not in flow.elements:
            continue
        rows[name] = row
        element = flow.elements[Text(name)]
        after = [*element.followers(), *([element.fault] if element.fault else [])]
        queue += [(str(follower), row + 1) for follower in after]
    taken: dict[int, int] = {}
    places = {}
    for name, row in rows.items():
        places[name] = Place(START.x + COLUMN_PIXELS * taken.get(row, 0), START.y + ROW_PIXELS * row)
        taken[row] = taken.get(row, 0) + 1
    return places


def _steps_of(spec: Spec) -> Callable[[Element], list[Assignment]]:
    def steps_of(element: Element) -> list[Assignment]:
        return [*element.steps, *_member_statuses(element, spec)]

    return steps_of


def _member_statuses(element: Element, spec: Spec) -> Iterator[Assignment]:
    wanted = element.member_statuses
    if wanted is None:
        return
    where = element.where
    for place, status in enumerate(spec.vocabulary.member_statuses, start=wanted.first_place):
        values: dict[str, Literal] = {
            "CampaignId": wanted.campaign,
            "Label": status.value,
            "IsDefault": status.default,
            "HasResponded": status.responded,
            "SortOrder": Number.at(place, where),
        }
        for field, value in values.items():
            yield Assignment(to=_text(f"{wanted.record}.{field}", where), value=value)
        record = _text(f"{{!{wanted.record}}}", where)
        yield Assignment(to=wanted.collection, operator=AssignmentOperator.ADD, value=record)


def _text(value: str, where: Location) -> Text:
    return Text.at(value, where)
