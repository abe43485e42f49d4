"""Whether a component's XML has the shape of its type; says what does not, in Salesforce's words."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from emulators.salesforce.metadata.contract import Contract, ElementRule, contract
from emulators.salesforce.soap.envelope import METADATA_NS, child_elements, local_name

_BOOLEANS = {"true", "false", "1", "0"}


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something out of shape. parsing: Salesforce stops reading the file at it."""

    element: etree._Element
    text: str
    parsing: bool = True


def misfits(root: etree._Element, type_name: str) -> Iterator[Misfit]:
    """All misfits of an element of a metadata type, in document order."""
    rules = contract()
    if type_name in rules.types:
        yield from _walk(root, type_name, rules)


def _walk(parent: etree._Element, type_name: str, rules: Contract) -> Iterator[Misfit]:
    elements = rules.types[type_name]
    finished: set[str] = set()
    previous = ""
    for child in child_elements(parent):
        name = local_name(child)
        rule = elements.get(name) if etree.QName(child).namespace == METADATA_NS else None
        if rule is None:
            yield Misfit(child, f"Element {child.tag} invalid at this location in type {type_name}")
            continue
        if name in finished or (name == previous and not rule.repeated):
            yield Misfit(child, f"Element {name} is duplicated at this location in type {type_name}")
        if previous != name:
            finished.add(previous)
            previous = name
        yield from _value(child, rule, rules)
    present = finished | {previous}
    for name, rule in elements.items():
        if rule.required and name not in present:
            yield Misfit(parent, f"Required field is missing: {name}", parsing=False)


def _value(element: etree._Element, rule: ElementRule, rules: Contract) -> Iterator[Misfit]:
    text = (element.text or "").strip()
    if rule.type in rules.types:
        yield from _walk(element, rule.type, rules)
    elif rule.type in rules.enums:
        if text not in rules.enums[rule.type]:
            yield Misfit(element, f"'{text}' is not a valid value for the enum '{rule.type}'")
    elif rule.type == "xsd:boolean" and text not in _BOOLEANS:
        yield Misfit(element, f"'{text}' is not a valid value for the type xsd:boolean")
    elif rule.type in {"xsd:int", "xsd:double"} and not _is_number(text, whole=rule.type == "xsd:int"):
        yield Misfit(element, f'For input string: "{text}"')


def _is_number(text: str, *, whole: bool) -> bool:
    try:
        _ = int(text) if whole else float(text)
    except ValueError:
        return False
    return True
