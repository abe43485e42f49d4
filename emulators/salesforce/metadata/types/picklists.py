"""Picklist values as they stand in value sets and fields."""

from collections.abc import Iterator

from lxml import etree

from emulators.salesforce.schema.model import PicklistValue
from emulators.salesforce.soap.envelope import child_elements, local_name, text_of


def read_values(parent: etree._Element, element_name: str) -> tuple[PicklistValue, ...]:
    """The values listed under an element; the label defaults to the value."""
    return tuple(_value(child) for child in _entries(parent, element_name))


def repeated_values(parent: etree._Element, element_name: str) -> Iterator[tuple[etree._Element, str]]:
    """Entries whose value stood before, without regard to case."""
    seen: set[str] = set()
    for child in _entries(parent, element_name):
        folded = text_of(child, "fullName").casefold()
        if folded in seen:
            yield child, text_of(child, "fullName")
        seen.add(folded)


def _entries(parent: etree._Element, element_name: str) -> Iterator[etree._Element]:
    return (child for child in child_elements(parent) if local_name(child) == element_name)


def _value(child: etree._Element) -> PicklistValue:
    value = text_of(child, "fullName")
    return PicklistValue(
        value=value,
        label=text_of(child, "label") or value,
        default=text_of(child, "default") == "true",
        active=text_of(child, "isActive") != "false",
    )
