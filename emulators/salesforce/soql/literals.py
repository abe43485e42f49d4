"""Written values to stored values, under the type rules of the field they are compared with."""

import datetime as dt
import re
import sys
from typing import Any
from zoneinfo import ZoneInfo

from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.ids import to_18
from emulators.salesforce.schema.model import FieldType
from emulators.salesforce.soql.dates import DayRange, day_range
from emulators.salesforce.soql.errors import error_at, malformed
from emulators.salesforce.soql.functions import midnight
from emulators.salesforce.soql.tree import Literal, LiteralKind
from emulators.salesforce.store.values import datetime_text

NUMBERS = {FieldType.INT, FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT}
IDS = {FieldType.ID, FieldType.REFERENCE}

_LARGEST = sys.float_info.max

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_UNQUOTED = {
    FieldType.BOOLEAN: ("boolean", {LiteralKind.BOOLEAN}),
    FieldType.DATE: ("date", {LiteralKind.DATE, LiteralKind.DATE_LITERAL}),
    FieldType.DATETIME: ("dateTime", {LiteralKind.DATETIME, LiteralKind.DATE_LITERAL}),
    FieldType.TIME: ("time", {LiteralKind.TIME}),
    FieldType.INT: ("int", {LiteralKind.NUMBER}),
    FieldType.DOUBLE: ("double", {LiteralKind.NUMBER}),
    FieldType.CURRENCY: ("currency", {LiteralKind.NUMBER}),
    FieldType.PERCENT: ("percent", {LiteralKind.NUMBER}),
}


class LiteralReader:
    """Values for one query.

    today: the day that date literals are counted from. zone: that of the user, whose days they are.
    """

    def __init__(self, text: str, today: dt.date, zone: ZoneInfo) -> None:
        self._text = text
        self._today = today
        self._zone = zone

    def value(self, literal: Literal, kind: FieldType, field_name: str) -> Any:
        """The stored form of a value: text, number, 0 or 1, a DayRange for a date literal, None for null.

        Raises INVALID_FIELD when the field's type wants another way of writing, INVALID_QUERY_FILTER_OPERATOR
        for text that is no record Id.
        """
        if literal.kind is LiteralKind.NULL:
            return None
        if literal.kind is LiteralKind.CURRENCY:
            raise NotSupportedHere("SOQL amounts with a currency, such as USD500: the org has one currency")
        unquoted = _UNQUOTED.get(kind)
        if unquoted is not None:
            name, allowed = unquoted
            if literal.kind not in allowed:
                raise self._wrong_type(literal, field_name, name, quoted=False)
            return self._unquoted_value(literal)
        if literal.kind is not LiteralKind.STRING:
            name = "ID" if kind in IDS else "string"
            raise self._wrong_type(literal, field_name, name, quoted=True)
        text = self.string(literal)
        return self._record_id(text, literal) if kind in IDS and text else text or None

    def string(self, literal: Literal) -> str:
        """The characters a quoted text stands for."""
        return self._unescaped(literal, _ESCAPES | {"_": "_", "%": "%"})

    def like_pattern(self, literal: Literal) -> str:
        r"""A pattern for SQLite's LIKE with the escape character \."""
        return self._unescaped(literal, _ESCAPES | {"_": r"\_", "%": r"\%", "\\": r"\\"})

    def _unescaped(self, literal: Literal, escapes: dict[str, str]) -> str:
        def replace(found: re.Match[str]) -> str:
            escape = found.group(1)
            if len(escape) == 5:
                return chr(int(escape[1:], 16))
            character = escapes.get(escape.lower() if escape.isalpha() else escape)
            if character is None:
                raise malformed(
                    self._text,
                    literal.position,
                    f"Invalid string literal {literal.text}. Illegal character sequence '\\{escape}' in "
                    "string literal.",
                )
            return character

        text = _ESCAPE.sub(replace, literal.text[1:-1])
        # Escaped surrogate pairs become one character; a lone half, which UTF-8 cannot hold, a placeholder.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _unquoted_value(self, literal: Literal) -> Any:
        match literal.kind:
            case LiteralKind.BOOLEAN:
                return int(literal.text == "true")
            case LiteralKind.NUMBER:
                return max(-_LARGEST, min(_LARGEST, float(literal.text)))
            case LiteralKind.DATE_LITERAL:
                return day_range(literal.text, literal.count, self._today)._replace(zone=self._zone)
            case LiteralKind.TIME:
                return literal.text
            case _:
                return self._moment(literal)

    def _moment(self, literal: Literal) -> str:
        try:
            if literal.kind is LiteralKind.DATE:
                return dt.date.fromisoformat(literal.text).isoformat()
            return datetime_text(dt.datetime.fromisoformat(literal.text.upper()))
        except (ValueError, OverflowError):
            raise malformed(self._text, literal.position, f"Invalid {literal.kind}: {literal.text}") from None

    def _record_id(self, text: str, literal: Literal) -> str:
        try:
            return to_18(text)
        except ValueError:
            message = f"invalid ID field: {text}"
            raise error_at("INVALID_QUERY_FILTER_OPERATOR", self._text, literal.position, message) from None

    def _wrong_type(self, literal: Literal, field_name: str, name: str, *, quoted: bool) -> SalesforceError:
        should = "should be" if quoted else "should not be"
        return error_at(
            "INVALID_FIELD",
            self._text,
            literal.position,
            f"value of filter criterion for field '{field_name}' must be of type {name} and {should} "
            "enclosed in quotes",
        )


def stored_bounds(days: DayRange, kind: FieldType) -> tuple[str, str]:
    """The first stored value inside a range of days and the first one after it."""
    if kind is FieldType.DATE:
        return days.start.isoformat(), days.end.isoformat()
    return midnight(days.start, days.zone), midnight(days.end, days.zone)
