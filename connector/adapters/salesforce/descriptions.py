"""Describe calls: an object's fields, and the layouts of its pages.

Source: REST API Developer Guide, sObject Describe and sObject Layouts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from connector.ports import FieldDescription, LayoutDescription, ObjectDescription

Get = Callable[[str], Any]
"""GET of a path below /services/data/vXX.X/."""


def object_of(answer: Mapping[str, Any]) -> ObjectDescription:
    """From the answer of sobjects/<name>/describe."""
    fields = (
        FieldDescription(
            name=str(field["name"]),
            label=str(field["label"]),
            type=str(field["type"]),
            relationship=str(field.get("relationshipName") or ""),
            refers_to=tuple(field.get("referenceTo") or ()),
            default=str(field.get("defaultValueFormula") or ""),
        )
        for field in answer["fields"]
    )
    return ObjectDescription(str(answer["name"]), str(answer["label"]), tuple(fields))


def read_layouts(get: Get, sobject: str) -> list[LayoutDescription]:
    """Each layout once.

    Of an object with several record types Salesforce names the layouts only, and each is asked for.
    """
    path = f"sobjects/{sobject}/describe/layouts"
    answer = get(path)
    mappings: Sequence[Mapping[str, Any]] = answer.get("recordTypeMappings") or ()
    available = [mapping for mapping in mappings if mapping.get("available", True)]
    layouts = list(answer.get("layouts") or ())
    if not layouts:
        layouts = [
            layout
            for record_type in _first_of_each_layout(available)
            for layout in _layouts_in(get(f"{path}/{record_type}"))
        ]
    return [_layout_of(layout, available) for layout in layouts]


def _layouts_in(answer: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """A record type's answer is the layout itself."""
    return answer.get("layouts") or [answer]


def _first_of_each_layout(mappings: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    for mapping in mappings:
        layout_id = str(mapping.get("layoutId") or "")
        if layout_id not in seen:
            seen.add(layout_id)
            yield str(mapping["recordTypeId"])


def _layout_of(layout: Mapping[str, Any], mappings: Sequence[Mapping[str, Any]]) -> LayoutDescription:
    layout_id = str(layout.get("id") or "")
    buttons = (layout.get("buttonLayoutSection") or {}).get("detailButtons") or ()
    actions = (layout.get("quickActionList") or {}).get("quickActionListItems") or ()
    return LayoutDescription(
        layout_id=layout_id,
        record_types=tuple(
            str(mapping["name"]) for mapping in mappings if str(mapping.get("layoutId") or "") == layout_id
        ),
        buttons=tuple(str(button["name"]) for button in buttons if button.get("name")),
        actions=tuple(str(action["quickActionName"]) for action in actions if action.get("quickActionName")),
        related_objects=tuple(str(each["sobject"]) for each in layout.get("relatedLists") or ()),
    )
