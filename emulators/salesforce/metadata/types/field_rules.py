"""Which settings each field type needs, allows and limits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from emulators.salesforce.soap.envelope import child_named, text_of


@dataclass(frozen=True, slots=True)
class FieldRule:
    """needs: settings without which the type is not complete. length: fewest and most characters."""

    needs: tuple[str, ...] = ()
    length: tuple[int, int] | None = None


_NUMBER = FieldRule(("precision", "scale"))
RULES: Mapping[str, FieldRule] = {
    "AutoNumber": FieldRule(),
    "Checkbox": FieldRule(("defaultValue",)),
    "Currency": _NUMBER,
    "Date": FieldRule(),
    "DateTime": FieldRule(),
    "Email": FieldRule(),
    "EncryptedText": FieldRule(("length",), (1, 175)),
    "Html": FieldRule(("length", "visibleLines"), (256, 131_072)),
    "Location": FieldRule(("scale",)),
    "LongTextArea": FieldRule(("length", "visibleLines"), (256, 131_072)),
    "Lookup": FieldRule(("referenceTo",)),
    "MasterDetail": FieldRule(("referenceTo",)),
    "MultiselectPicklist": FieldRule(("valueSet", "visibleLines")),
    "Number": _NUMBER,
    "Percent": _NUMBER,
    "Phone": FieldRule(),
    "Picklist": FieldRule(("valueSet",)),
    "Text": FieldRule(("length",), (1, 255)),
    "TextArea": FieldRule(),
    "Time": FieldRule(),
    "Url": FieldRule(),
}
_TEXT_TYPES = {"Text", "LongTextArea", "Html", "EncryptedText"}
_NUMBER_TYPES = {"Number", "Currency", "Percent"}
_ALLOWED_IN: Mapping[str, set[str]] = {
    "length": _TEXT_TYPES,
    "precision": _NUMBER_TYPES,
    "scale": {*_NUMBER_TYPES, "Location"},
    "caseSensitive": {"Text"},
    "displayFormat": {"AutoNumber"},
    "externalId": {"Text", "Number", "Email", "AutoNumber"},
    "referenceTo": {"Lookup", "MasterDetail", "Hierarchy"},
    "unique": {"Text", "Number", "Email"},
    "valueSet": {"Picklist", "MultiselectPicklist"},
    "visibleLines": {"LongTextArea", "Html", "MultiselectPicklist"},
}
_NEVER_REQUIRED = {"Checkbox", "LongTextArea", "Html", "AutoNumber", "MasterDetail", "MultiselectPicklist"}
_MAX_PRECISION = 18


def setting_problems(element: etree._Element, type_name: str) -> Iterator[tuple[str, str]]:
    """(setting, text) for everything missing, misplaced or out of range in a custom field."""
    rule = RULES[type_name]
    is_formula = bool(text_of(element, "formula"))
    if not is_formula:
        for name in rule.needs:
            if child_named(element, name) is None:
                yield "type", f"Must specify '{name}' for a CustomField of type {type_name}"
    for name, types in _ALLOWED_IN.items():
        if type_name not in types and _says_something(element, name):
            yield name, f"Can not specify '{name}' for a CustomField of type {type_name}"
    if type_name in _NEVER_REQUIRED - {"MultiselectPicklist"} and text_of(element, "required") == "true":
        yield "required", f"Can not specify 'required' for a CustomField of type {type_name}"
    yield from _range_problems(element, rule)


def _says_something(element: etree._Element, name: str) -> bool:
    child = child_named(element, name)
    return child is not None and ((child.text or "").strip() not in {"", "false"} or len(child) > 0)


def _range_problems(element: etree._Element, rule: FieldRule) -> Iterator[tuple[str, str]]:
    length = _number(element, "length")
    if rule.length is not None and length is not None:
        smallest, largest = rule.length
        if length < smallest:
            yield "length", f"Invalid length, minimum is: {smallest}"
        elif length > largest:
            yield "length", f"Invalid length, maximum is: {largest}"
    precision, scale = _number(element, "precision"), _number(element, "scale")
    if precision is not None and precision > _MAX_PRECISION:
        yield "precision", f"precision must be between 0 and {_MAX_PRECISION}"
    if precision is not None and scale is not None and scale > precision:
        yield "scale", "scale must be less than or equal to precision"


def _number(element: etree._Element, name: str) -> int | None:
    text = text_of(element, name)
    return int(text) if text.isdecimal() else None
