"""Fields and functions over them as SQL, with the type their values have."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.schema.model import FieldType
from emulators.salesforce.soql.calls import AGGREGATES
from emulators.salesforce.soql.errors import malformed
from emulators.salesforce.soql.fragment import Fragment
from emulators.salesforce.soql.grouping import marker_of, within
from emulators.salesforce.soql.literals import NUMBERS
from emulators.salesforce.soql.scope import Column, Scope
from emulators.salesforce.soql.tree import Call, Expression, Path

_NOT_ORDERED = {FieldType.BOOLEAN, FieldType.MULTIPICKLIST, FieldType.ADDRESS, FieldType.BASE64}
_FORMATTED = {*NUMBERS, FieldType.DATE, FieldType.DATETIME, FieldType.TIME}

_DAY = "substr({0}, 1, 10)"
_MONTH = "CAST(substr({0}, 6, 2) AS INTEGER)"
_YEAR = "CAST(substr({0}, 1, 4) AS INTEGER)"
_DAY_IN_YEAR = f"CAST(strftime('%j', {_DAY}) AS INTEGER)"
_DAY_IN_MONTH = "CAST(substr({0}, 9, 2) AS INTEGER)"
# The fiscal year is the calendar year, as in an org that never changed it.
_DATE_FUNCTIONS = {
    "CALENDAR_YEAR": _YEAR,
    "CALENDAR_QUARTER": f"(({_MONTH} + 2) / 3)",
    "CALENDAR_MONTH": _MONTH,
    "FISCAL_YEAR": _YEAR,
    "FISCAL_QUARTER": f"(({_MONTH} + 2) / 3)",
    "FISCAL_MONTH": _MONTH,
    "DAY_IN_MONTH": _DAY_IN_MONTH,
    "DAY_IN_WEEK": f"(CAST(strftime('%w', {_DAY}) AS INTEGER) + 1)",
    "DAY_IN_YEAR": _DAY_IN_YEAR,
    "DAY_ONLY": _DAY,
    "HOUR_IN_DAY": "CAST(substr({0}, 12, 2) AS INTEGER)",
    "WEEK_IN_MONTH": f"(({_DAY_IN_MONTH} + 6) / 7)",
    "WEEK_IN_YEAR": f"(({_DAY_IN_YEAR} + 6) / 7)",
}
_DATETIME_ONLY = {"DAY_ONLY", "HOUR_IN_DAY"}


@dataclass(frozen=True, slots=True)
class Operand:
    """What a condition, a sort key or a selected item reads.

    name: the field's, for messages and keys. column: where it comes from; none for COUNT(). marker: whether
    it is GROUPING, whose SQL is chosen with the keys.
    """

    sql: Fragment
    type: FieldType
    name: str
    column: Column | None = None
    aggregate: bool = False
    marker: bool = False


class Operands:
    """Looks expressions up in one scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._text = scope.reader.text

    def of(self, expression: Expression) -> Operand:
        """The operand an expression stands for. Raises INVALID_FIELD, MALFORMED_QUERY or NotSupportedHere."""
        if isinstance(expression, Path):
            column = self.scope.column(expression)
            return Operand(Fragment(column.sql), column.field.type, column.field.name, column)
        if expression.name in AGGREGATES:
            return self._aggregate(expression)
        if expression.name in _DATE_FUNCTIONS:
            return self._date_function(expression)
        if expression.name == "DISTANCE":
            raise NotSupportedHere("SOQL functions DISTANCE and GEOLOCATION")
        single = {
            "TOLABEL": self._label,
            "FORMAT": self._formatted,
            "CONVERTCURRENCY": self._converted,
            "GROUPING": self._grouping,
        }.get(expression.name)
        if single is None:
            raise malformed(self._text, expression.position, f"{expression.name} cannot stand here")
        return single(expression)

    def _argument(self, call: Call, *inside: str) -> Operand:
        """The one field, or function of those named, that a function is called with."""
        if len(call.arguments) != 1 or not isinstance(call.arguments[0], Path | Call):
            raise malformed(self._text, call.position, f"{call.name} takes one field")
        argument = call.arguments[0]
        if isinstance(argument, Call) and argument.name not in inside:
            raise malformed(self._text, argument.position, f"{argument.name} cannot stand inside {call.name}")
        return self.of(argument)

    def _aggregate(self, call: Call) -> Operand:
        if call.name == "COUNT" and not call.arguments:
            return Operand(Fragment("COUNT(*)"), FieldType.INT, "COUNT", aggregate=True)
        inner = self._argument(call, "CONVERTCURRENCY")
        if call.name in {"COUNT", "COUNT_DISTINCT"}:
            distinct = "DISTINCT " if call.name == "COUNT_DISTINCT" else ""
            sql = Fragment(f"COUNT({distinct}{inner.sql.text})", inner.sql.values)
            return Operand(sql, FieldType.INT, inner.name, inner.column, aggregate=True)
        numeric = call.name in {"SUM", "AVG"}
        if (numeric and inner.type not in NUMBERS) or inner.type in _NOT_ORDERED:
            message = f"field {inner.name} does not support aggregate operator {call.name}"
            raise malformed(self._text, call.position, message)
        kind = FieldType.DOUBLE if numeric and inner.type is FieldType.INT else inner.type
        sql = Fragment(f"{call.name}({inner.sql.text}){_collation(inner)}", inner.sql.values)
        return Operand(sql, kind, inner.name, inner.column, aggregate=True)

    def _date_function(self, call: Call) -> Operand:
        inner = self._moment(call)
        allowed = (
            {FieldType.DATETIME} if call.name in _DATETIME_ONLY else {FieldType.DATE, FieldType.DATETIME}
        )
        if inner.type not in allowed:
            raise self._wrong_field(call, inner)
        kind = FieldType.DATE if call.name == "DAY_ONLY" else FieldType.INT
        pattern = _DATE_FUNCTIONS[call.name]
        sql = Fragment(pattern.format(inner.sql.text), inner.sql.values * pattern.count("{0}"))
        return Operand(sql, kind, inner.name, inner.column)

    def _moment(self, call: Call) -> Operand:
        """A day or time in UTC, or in the user's time zone where convertTimezone asks for it."""
        argument = call.arguments[0] if len(call.arguments) == 1 else None
        if not isinstance(argument, Call) or argument.name != "CONVERTTIMEZONE":
            return self._argument(call)
        inner = self._argument(argument)
        if inner.type is not FieldType.DATETIME:
            raise self._wrong_field(argument, inner)
        zone = self.scope.reader.zone.key
        sql = Fragment(f"local_moment({inner.sql.text}, ?)", (*inner.sql.values, zone))
        return Operand(sql, inner.type, inner.name, inner.column)

    def _formatted(self, call: Call) -> Operand:
        """Text as the user's locale writes it, which is that of the United States."""
        inner = self._argument(call, "CONVERTCURRENCY", *AGGREGATES)
        if inner.type not in _FORMATTED:
            raise self._wrong_field(call, inner)
        kind, zone = str(inner.type), self.scope.reader.zone.key
        sql = Fragment(f"formatted({inner.sql.text}, ?, ?)", (*inner.sql.values, kind, zone))
        return Operand(sql, FieldType.STRING, inner.name, inner.column, inner.aggregate)

    def _converted(self, call: Call) -> Operand:
        """The amount itself: the org has one currency."""
        inner = self._argument(call)
        if inner.type is not FieldType.CURRENCY:
            raise self._wrong_field(call, inner)
        return inner

    def _grouping(self, call: Call) -> Operand:
        """Whether a row is a sub-total over the field; grouping sets replace the marker."""
        inner = self._argument(call)
        sql = marker_of(inner.sql)
        return Operand(sql, FieldType.INT, inner.name, inner.column, aggregate=True, marker=True)

    def _label(self, call: Call) -> Operand:
        inner = self._argument(call)
        if inner.column is None or inner.type not in {FieldType.PICKLIST, FieldType.MULTIPICKLIST}:
            raise self._wrong_field(call, inner)
        renamed = [v for v in inner.column.field.picklist_values if v.label != v.value]
        if not renamed:
            return Operand(inner.sql, FieldType.STRING, inner.name, inner.column)
        cases = " ".join("WHEN ? THEN ?" for _ in renamed)
        values = tuple(text for v in renamed for text in (v.value, v.label))
        sql = Fragment(f"(CASE {inner.sql.text} {cases} ELSE {inner.sql.text} END) COLLATE NOCASE", values)
        return Operand(sql, FieldType.STRING, inner.name, inner.column)

    def _wrong_field(self, call: Call, inner: Operand) -> SalesforceError:
        return malformed(self._text, call.position, f"field {inner.name} does not support {call.name}")


def _collation(inner: Operand) -> str:
    """A function's value has lost that of its field."""
    exact = inner.column is not None and inner.column.field.case_sensitive
    return "" if exact else " COLLATE NOCASE"


class SubTotal(Operands):
    """Operands of a sub-total: keys that do not group there are null, and GROUPING says so."""

    def __init__(self, scope: Scope, chosen: Sequence[Fragment], keys: Sequence[Fragment]) -> None:
        super().__init__(scope)
        self._of_all = Operands(scope)
        self._chosen, self._keys = chosen, keys

    def of(self, expression: Expression) -> Operand:
        """As a whole: inside an aggregate a key is the field of every row, and no null."""
        found = self._of_all.of(expression)
        return replace(found, sql=within(found.sql, self._chosen, self._keys))


def in_order(operand: Operand) -> Fragment:
    """What sorts an operand: picklist values come as their field lists them, others after those.

    Source: SOQL and SOSL Reference, "ORDER BY".
    """
    field = operand.column.field if operand.column else None
    if field is None or operand.aggregate or operand.type is not FieldType.PICKLIST:
        return operand.sql
    values = [value.value for value in field.picklist_values]
    if not values:
        return operand.sql
    places = " ".join(f"WHEN ? THEN {place}" for place in range(len(values)))
    sql = operand.sql
    text = f"CASE {sql.text} {places} ELSE IIF({sql.text} IS NULL, NULL, {len(values)}) END"
    return Fragment(text, (*sql.values, *values, *sql.values))
