"""Visibility rules of Lightning pages: whether a component or an action is shown to one user of one record.

Criteria may look at `{!$Permission.CustomPermission.<name>}`, `{!$User...}` and `{!Record.<field>}`; all of
them hold, or as the rule's filter logic combines them by their numbers.
Source: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_flexipage.htm
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.formula.variables import Variables
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.soap.envelope import child_named, text_of

_EXPRESSION = re.compile(r"\{!(.+)\}")
_LOGIC = re.compile(r"\s*(AND|OR|NOT|\(|\)|\d+)", re.IGNORECASE)
_PERMISSION = "$Permission.CustomPermission."

_COMPARISONS: Mapping[str, Callable[[str, str], bool]] = {
    "EQUAL": lambda left, right: left == right,
    "NE": lambda left, right: left != right,
    "CONTAINS": lambda left, right: right in left,
    "GT": lambda left, right: _number(left) > _number(right),
    "GE": lambda left, right: _number(left) >= _number(right),
    "LT": lambda left, right: _number(left) < _number(right),
    "LE": lambda left, right: _number(left) <= _number(right),
}


class Beholder:
    """Who looks at which record. row: as read by the user; None on pages without a record."""

    def __init__(
        self, variables: Variables, access: Access, sobject: SObjectType, row: Mapping[str, Any] | None
    ) -> None:
        self._variables = variables
        self._access = access
        self._sobject = sobject
        self._row = row

    def may_see(self, shown: etree._Element) -> bool:
        """Whether the rule of a component or of an entry of a list holds; without a rule it does.

        Raises NotSupportedHere for an expression or operator that the local org does not evaluate.
        """
        rule = child_named(shown, "visibilityRule")
        if rule is None:
            return True
        held = [self._holds(criterion) for criterion in rule.iterfind("{*}criteria")]
        logic = text_of(rule, "booleanFilter")
        return _combined(logic, held) if logic else all(held)

    def _holds(self, criterion: etree._Element) -> bool:
        operator = text_of(criterion, "operator")
        if operator not in _COMPARISONS:
            raise NotSupportedHere(f"the operator {operator or '(none)'} in a visibility rule")
        left = self._value(text_of(criterion, "leftValue"))
        return _COMPARISONS[operator](left, text_of(criterion, "rightValue").casefold())

    def _value(self, text: str) -> str:
        match = _EXPRESSION.fullmatch(text)
        if match is None:
            raise NotSupportedHere(f"{text or 'an empty value'} in a visibility rule")
        path = match[1]
        if path.startswith(_PERMISSION):
            return _text(self._variables(f"$Permission.{path.removeprefix(_PERMISSION)}"))
        if path.startswith("$User."):
            return _text(self._variables(path))
        if path.startswith("Record.") and self._row is not None:
            return self._field(path.removeprefix("Record."))
        raise NotSupportedHere(f"{text} in a visibility rule")

    def _field(self, name: str) -> str:
        """A field of the record; what the user may not see is nothing."""
        field = self._sobject.field_named(name)
        if field is None:
            raise NotSupportedHere(f"{{!Record.{name}}} in a visibility rule")
        seen = self._row is not None and self._access.field_readable(self._sobject, field)
        value = self._row[field.name] if seen and self._row is not None else None
        return _text(bool(value) if field.type == "boolean" else value)


def _text(value: Any) -> str:
    return "" if value is None else str(value).casefold()


def _number(text: str) -> float:
    """Nothing compares with nothing: every comparison with NaN is false."""
    try:
        return float(text or "nan")
    except ValueError:
        raise NotSupportedHere(f"comparing {text} by size in a visibility rule") from None


def _combined(logic: str, held: list[bool]) -> bool:
    """The value of filter logic such as `1 AND (2 OR NOT 3)`."""
    tokens = [token.upper() for token in _LOGIC.findall(logic)]
    if "".join(tokens) != re.sub(r"\s+", "", logic).upper():
        raise _wrong(logic)
    reader = _Logic(tokens, held)
    value = reader.either()
    if reader.tokens:
        raise _wrong(logic)
    return value


class _Logic:
    def __init__(self, tokens: list[str], held: list[bool]) -> None:
        self.tokens = tokens
        self._held = held

    def either(self) -> bool:
        value = self._both()
        while self._take("OR"):
            value = self._both() or value
        return value

    def _both(self) -> bool:
        value = self._one()
        while self._take("AND"):
            value = self._one() and value
        return value

    def _one(self) -> bool:
        if self._take("NOT"):
            return not self._one()
        if self._take("("):
            value = self.either()
            if not self._take(")"):
                raise _wrong("a bracket that is not closed")
            return value
        token = self.tokens.pop(0) if self.tokens else ""
        if not token.isdecimal() or not 1 <= int(token) <= len(self._held):
            raise _wrong(token or "an end too early")
        return self._held[int(token) - 1]

    def _take(self, token: str) -> bool:
        found = self.tokens[:1] == [token]
        if found:
            self.tokens.pop(0)
        return found


def _wrong(logic: str) -> SalesforceError:
    return SalesforceError("INVALID_FILTER_LOGIC", f"The filter logic of a visibility rule is wrong: {logic}")
