"""The value of a formula for one record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from emulators.salesforce.errors import NotSupportedHere
from emulators.salesforce.formula.functions import FUNCTIONS
from emulators.salesforce.formula.parser import Call, Expression, FieldReference, Literal, parse
from emulators.salesforce.schema.model import FieldType, SObjectType


@dataclass(frozen=True, slots=True)
class FormulaContext:
    """The record a formula looks at. row and old hold stored values; old is None for a new record.

    variables: what global variables stand for, in formulas that are evaluated for a reader; Ids of the record
    then have 15 characters, like those of the variables. blanks_are_zero: numbers without a value count as 0.
    """

    sobject: SObjectType
    row: Mapping[str, Any]
    old: Mapping[str, Any] | None
    now: str
    today: str
    variables: Callable[[str], Any] | None = None
    blanks_are_zero: bool = False


_Arguments = tuple[Expression, ...]
_IDS = {FieldType.ID, FieldType.REFERENCE}
_NUMBERS = {FieldType.INT, FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT}
_SHORT_ID = 15


def evaluate(text: str, context: FormulaContext) -> Any:
    """A boolean, number (float), text, date, aware datetime, or None for blank.

    Raises NotSupportedHere for a formula that `check` would refuse.
    """
    result = _value(parse(text), context)
    return result.isoformat() if isinstance(result, date) else result


def _value(expression: Expression, context: FormulaContext) -> Any:
    match expression:
        case Literal(value):
            return value
        case FieldReference(path):
            return _field_value(context, path, context.row)
        case Call(name, arguments):
            return _call(name, arguments, context)


def _call(name: str, arguments: _Arguments, context: FormulaContext) -> Any:
    special = _SPECIAL.get(name)
    if special is not None:
        return special(arguments, context)
    if name not in FUNCTIONS:
        raise NotSupportedHere(f"the formula function {name}")
    return FUNCTIONS[name].apply(*(_value(a, context) for a in arguments))


def _and(arguments: _Arguments, context: FormulaContext) -> bool:
    return all(_value(a, context) is True for a in arguments)


def _or(arguments: _Arguments, context: FormulaContext) -> bool:
    return any(_value(a, context) is True for a in arguments)


def _if(arguments: _Arguments, context: FormulaContext) -> Any:
    condition, then, otherwise = arguments
    return _value(then if _value(condition, context) is True else otherwise, context)


def _is_changed(arguments: _Arguments, context: FormulaContext) -> bool:
    return context.old is not None and _value(arguments[0], context) != _prior_value(arguments, context)


def _case(arguments: _Arguments, context: FormulaContext) -> Any:
    subject = _value(arguments[0], context)
    for wanted, result in zip(arguments[1:-1:2], arguments[2:-1:2], strict=True):
        if _value(wanted, context) == subject:
            return _value(result, context)
    return _value(arguments[-1], context)


def _prior_value(arguments: _Arguments, context: FormulaContext) -> Any:
    row = context.row if context.old is None else context.old
    path = arguments[0].path if isinstance(arguments[0], FieldReference) else ""
    return _field_value(context, path, row)


def _field_value(context: FormulaContext, path: str, row: Mapping[str, Any]) -> Any:
    if path.startswith("$") and context.variables is not None:
        return context.variables(path)
    field = (
        context.sobject.fields[path] if path in context.sobject.fields else context.sobject.field_named(path)
    )
    if field is None:
        raise NotSupportedHere(f"formulas that refer to {path}")
    stored = row[field.name]
    if field.type in _IDS and context.variables is not None:
        return stored and stored[:_SHORT_ID]
    if stored is None:
        return 0.0 if context.blanks_are_zero and field.type in _NUMBERS else None
    return _typed(field.type, stored)


def _typed(kind: FieldType, stored: Any) -> Any:
    if kind is FieldType.BOOLEAN:
        return bool(stored)
    if kind is FieldType.DATE:
        return date.fromisoformat(stored)
    if kind is FieldType.DATETIME:
        return datetime.fromisoformat(stored)
    return float(stored) if isinstance(stored, int | float) else stored


# Those that look at the tree or the record and not at values alone.
_SPECIAL: dict[str, Callable[[_Arguments, FormulaContext], Any]] = {
    "AND": _and,
    "OR": _or,
    "IF": _if,
    "CASE": _case,
    "ISNEW": lambda _, context: context.old is None,
    "ISCHANGED": _is_changed,
    "PRIORVALUE": _prior_value,
    "TODAY": lambda _, context: date.fromisoformat(context.today),
    "NOW": lambda _, context: datetime.fromisoformat(context.now),
}
