"""Conditions as SQL, with SOQL's idea of null, of case and of time."""

from collections.abc import Callable, Iterable
from typing import Any

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.schema.model import FieldType
from emulators.salesforce.soql.dates import DayRange
from emulators.salesforce.soql.errors import error_at, malformed
from emulators.salesforce.soql.fragment import FALSE, Fragment, joined, negated, one_of
from emulators.salesforce.soql.literals import IDS, NUMBERS, LiteralReader, stored_bounds
from emulators.salesforce.soql.operands import Operand, Operands
from emulators.salesforce.soql.tree import Comparison, Condition, Junction, Literal, LiteralKind, Not, Query
from emulators.salesforce.store.database import folded, needs_folding

_ORDERINGS = {"<", "<=", ">", ">="}
_UNLIKE = {*IDS, *NUMBERS, FieldType.BOOLEAN, FieldType.DATE, FieldType.DATETIME, FieldType.TIME}

SemiJoin = Callable[[Operand, Comparison, Query], Fragment]


class Conditions:
    """Translates the conditions of one SELECT.

    semi_join: gives the SELECT inside an IN, as SQL that yields one column. check: refuses, with the position
    given, what may not be compared in this place.
    """

    def __init__(
        self, operands: Operands, semi_join: SemiJoin, check: Callable[[Operand, int], None]
    ) -> None:
        reader = operands.scope.reader
        self._operands = operands
        self._semi_join = semi_join
        self._check = check
        self._text = reader.text
        self._literals = LiteralReader(reader.text, reader.today, reader.zone)

    def sql(self, condition: Condition) -> Fragment:
        """The condition as SQL. Raises INVALID_FIELD and kin with the position of what is wrong."""
        match condition:
            case Junction():
                if condition.operator == "OR":
                    self._refuse_semi_joins(condition.conditions)
                return joined(condition.operator, [self.sql(c) for c in condition.conditions])
            case Not():
                self._refuse_semi_joins([condition.condition])
                return negated(self.sql(condition.condition))
            case Comparison():
                return self._comparison(condition)

    def _comparison(self, comparison: Comparison) -> Fragment:
        operand = self._filterable(comparison)
        right = comparison.right
        if isinstance(right, Query):
            inside = self._semi_join(operand, comparison, right)
            found = Fragment(f"{operand.sql.text} IN ({inside.text})", operand.sql.values + inside.values)
            return found if comparison.operator == "IN" else negated(found)
        if isinstance(right, tuple):
            return self._list(comparison, operand, right)
        if comparison.operator == "LIKE":
            return self._like(comparison, operand, right)
        value = self._literals.value(right, operand.type, operand.name)
        return self._compare(comparison, operand, value)

    def _refuse_semi_joins(self, conditions: Iterable[Condition]) -> None:
        """Records are chosen by other records only in conditions that all have to hold."""
        for condition in conditions:
            match condition:
                case Junction():
                    self._refuse_semi_joins(condition.conditions)
                case Not():
                    self._refuse_semi_joins([condition.condition])
                case Comparison() if isinstance(condition.right, Query):
                    raise malformed(
                        self._text,
                        condition.position,
                        "Semi join sub-selects are only allowed at the top level WHERE expressions and not "
                        "in nested WHERE expressions",
                    )

    def _filterable(self, comparison: Comparison) -> Operand:
        operand = self._operands.of(comparison.left)
        self._check(operand, comparison.position)
        field = operand.column.field if operand.column else None
        if field is not None and not field.filterable and not operand.aggregate:
            message = f"field '{field.name}' can not be filtered in a query call"
            raise error_at("INVALID_FIELD", self._text, comparison.position, message)
        if operand.type is FieldType.BOOLEAN:
            # A record without the parent counts as one whose checkbox is empty.
            sql = Fragment(f"COALESCE({operand.sql.text}, 0)", operand.sql.values)
            return Operand(sql, operand.type, operand.name, operand.column)
        return operand

    def _compare(self, comparison: Comparison, operand: Operand, value: Any) -> Fragment:
        operator, sql = comparison.operator, operand.sql
        if operator in _ORDERINGS and operand.type in {FieldType.BOOLEAN, FieldType.MULTIPICKLIST}:
            raise self._invalid_operator(comparison, operand)
        if value is None:
            above_empty_text = operator in {">", ">="} and _is_text(comparison)
            return _null_test("!=" if above_empty_text else operator, sql)
        if isinstance(value, DayRange):
            return _range_test(operator, operand, value)
        if operator not in _ORDERINGS and _folds(operand, value):
            sql, value = _folded(sql), folded(value)
        if operator == "!=":
            return Fragment(f"{sql.text} IS NOT ?", (*sql.values, value))
        return Fragment(f"{sql.text} {operator} ?", (*sql.values, value))

    def _like(self, comparison: Comparison, operand: Operand, literal: Literal) -> Fragment:
        if operand.type in _UNLIKE:
            raise self._invalid_operator(comparison, operand)
        if self._literals.value(literal, operand.type, operand.name) is None:
            return _null_test("=", operand.sql)
        pattern = self._literals.like_pattern(literal)
        folds = _folds(operand, pattern)
        sql = _folded(operand.sql) if folds else operand.sql
        return Fragment(
            rf"{sql.text} LIKE ? ESCAPE '\'", (*sql.values, folded(pattern) if folds else pattern)
        )

    def _list(self, comparison: Comparison, operand: Operand, literals: tuple[Literal, ...]) -> Fragment:
        if comparison.operator in {"INCLUDES", "EXCLUDES"}:
            if operand.type is not FieldType.MULTIPICKLIST:
                raise self._invalid_operator(comparison, operand)
            found = joined("OR", [self._includes(operand, literal) for literal in literals])
            return found if comparison.operator == "INCLUDES" else negated(found)
        values = [self._literals.value(literal, operand.type, operand.name) for literal in literals]
        found = _membership(operand, values)
        return found if comparison.operator == "IN" else negated(found)

    def _includes(self, operand: Operand, literal: Literal) -> Fragment:
        """All the values of one semicolon list are chosen."""
        if self._literals.value(literal, operand.type, operand.name) is None:
            return _null_test("=", operand.sql)
        chosen = [part for part in self._literals.string(literal).split(";") if part]
        sql = operand.sql
        found = [
            Fragment(f"instr(';' || folded({sql.text}) || ';', ';' || folded(?) || ';')", (*sql.values, part))
            for part in chosen
        ]
        return joined("AND", found) if found else _null_test("=", sql)

    def _invalid_operator(self, comparison: Comparison, operand: Operand) -> SalesforceError:
        message = f"invalid operator on {'id' if operand.type in IDS else operand.type} field"
        return error_at("INVALID_QUERY_FILTER_OPERATOR", self._text, comparison.position, message)


def _folds(operand: Operand, value: Any) -> bool:
    """Whether a text is to be compared folded: fields care for capitals only where they say so."""
    exact = operand.column is not None and operand.column.field.case_sensitive
    return needs_folding(value) and not exact


def _folded(sql: Fragment) -> Fragment:
    return Fragment(f"folded({sql.text})", sql.values)


def _is_text(comparison: Comparison) -> bool:
    return isinstance(comparison.right, Literal) and comparison.right.kind is LiteralKind.STRING


def _null_test(operator: str, sql: Fragment) -> Fragment:
    if operator == "=":
        return Fragment(f"{sql.text} IS NULL", sql.values)
    if operator == "!=":
        return Fragment(f"{sql.text} IS NOT NULL", sql.values)
    return FALSE


def _range_test(operator: str, operand: Operand, days: DayRange) -> Fragment:
    sql = operand.sql
    start, end = stored_bounds(days, operand.type)
    match operator:
        case "<" | ">=":
            return Fragment(f"{sql.text} {operator} ?", (*sql.values, start))
        case "<=":
            return Fragment(f"{sql.text} < ?", (*sql.values, end))
        case ">" if days.running:
            return Fragment(f"{sql.text} > ?", (*sql.values, start))
        case ">":
            return Fragment(f"{sql.text} >= ?", (*sql.values, end))
    within = Fragment(f"({sql.text} >= ? AND {sql.text} < ?)", (*sql.values, start, *sql.values, end))
    return within if operator == "=" else negated(within)


def _membership(operand: Operand, values: list[Any]) -> Fragment:
    tests = [_range_test("=", operand, value) for value in values if isinstance(value, DayRange)]
    plain = [value for value in values if value is not None and not isinstance(value, DayRange)]
    other = [value for value in plain if _folds(operand, value)]
    if len(plain) > len(other):
        tests.append(one_of(operand.sql, [value for value in plain if value not in other]))
    if other:
        tests.append(one_of(_folded(operand.sql), [folded(value) for value in other]))
    if None in values:
        tests.append(_null_test("=", operand.sql))
    return joined("OR", tests)
