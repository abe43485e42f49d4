"""The kinds of values in a formula, and whether functions get the kinds that they are made for.

Salesforce checks this when a formula is saved, so that none meets a value that it can do nothing with. What
has no kind of its own, such as NULL or a global variable, is taken for any.
Source: https://help.salesforce.com/s/articleView?id=platform.customize_functions.htm
"""

from collections.abc import Sequence
from enum import StrEnum

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.formula.parser import Call, Expression, FieldReference, Literal
from emulators.salesforce.schema.model import FieldType, SObjectType


class Kind(StrEnum):
    """What a value is, in the words of Salesforce's messages."""

    NUMBER = "Number"
    TEXT = "Text"
    BOOLEAN = "Boolean"
    DATE = "Date"
    DATETIME = "DateTime"
    TIME = "Time"
    PICKLIST = "Picklist"
    ANY = "Any"


_N, _T, _B, _D, _M = Kind.NUMBER, Kind.TEXT, Kind.BOOLEAN, Kind.DATE, Kind.DATETIME
_ORDERED = (_N, _D, _M, Kind.TIME)
_OF_FIELD = {
    **dict.fromkeys((FieldType.INT, FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT), _N),
    **dict.fromkeys((FieldType.PICKLIST, FieldType.MULTIPICKLIST), Kind.PICKLIST),
    **dict.fromkeys((FieldType.ADDRESS, FieldType.LOCATION, FieldType.BASE64, FieldType.ANY), Kind.ANY),
    FieldType.BOOLEAN: _B,
    FieldType.DATE: _D,
    FieldType.DATETIME: _M,
    FieldType.TIME: Kind.TIME,
}
# What each argument may be, the last one for all that follow; and what comes of it.
_TAKES: dict[str, tuple[tuple[tuple[Kind, ...], ...], Kind]] = {
    **dict.fromkeys(("AND", "OR", "NOT"), (((_B,),), _B)),
    **dict.fromkeys(("*", "/", "^", "neg", "ABS", "ROUND", "MAX", "MIN"), (((_N,),), _N)),
    **dict.fromkeys(("UPPER", "LOWER", "TRIM", "CASESAFEID", "&"), (((_T,),), _T)),
    **dict.fromkeys(("LEFT", "RIGHT"), (((_T,), (_N,)), _T)),
    **dict.fromkeys(("BEGINS", "CONTAINS"), (((_T,),), _B)),
    "ISPICKVAL": (((Kind.PICKLIST,), (_T,)), _B),
    "LEN": (((_T,),), _N),
    "VALUE": (((_T,),), _N),
    "TEXT": (((_N, _D, _M, Kind.TIME, Kind.PICKLIST),), _T),
    "DATEVALUE": (((_T, _M, _D),), _D),
}
_FIXED = {"ISBLANK": _B, "ISNULL": _B, "ISCHANGED": _B, "ISNEW": _B, "TODAY": _D, "NOW": _M}
_SIGNS = {"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "^", "&"}


def kind_of(expression: Expression, sobject: SObjectType) -> Kind:
    """What the value of an expression is, for records of the object.

    Fields and numbers of arguments were checked before. Raises SalesforceError with Salesforce's own text.
    """
    match expression:
        case Literal(value):
            return _of_literal(value)
        case FieldReference(path):
            field = sobject.field_named(path)
            return Kind.ANY if field is None else _OF_FIELD.get(field.type, _T)
        case Call(name, arguments):
            return _of_call(name, [kind_of(argument, sobject) for argument in arguments])


def _of_literal(value: object) -> Kind:
    if isinstance(value, bool):
        return _B
    return {float: _N, str: _T}.get(type(value), Kind.ANY)


def _of_call(name: str, given: Sequence[Kind]) -> Kind:
    if name in _FIXED:
        return _FIXED[name]
    if name in _TAKES:
        takes, result = _TAKES[name]
        for place, kind in enumerate(given):
            _require(name, takes[min(place, len(takes) - 1)], kind)
        return result
    if name in {"+", "-"}:
        return _of_sum(name, *given)
    if name == "IF":
        _require(name, (_B,), given[0])
        return _alike(name, given[1:])
    if name == "CASE":
        subject = _T if given[0] is Kind.PICKLIST else given[0]
        _alike(name, [subject, *given[1:-1:2]])
        return _alike(name, [*given[2:-1:2], given[-1]])
    if name in {"<", "<=", ">", ">="}:
        for kind in given:
            _require(name, _ORDERED, kind)
    together = _alike(name, given)
    return together if name in {"BLANKVALUE", "PRIORVALUE"} else _B


def _of_sum(sign: str, left: Kind, right: Kind) -> Kind:
    """Numbers; texts put together; a day or moment and a number of days; the days between two of them."""
    if Kind.ANY in {left, right}:
        return Kind.ANY
    if sign == "+" and left is right is _T:
        return _T
    for kind in (left, right):
        _require(sign, (_N, _D, _M), kind)
    if left is right:
        if sign == "+" and left is not _N:
            _require(sign, (_N,), right)
        return _N
    if left is _N and sign == "+":
        return right
    _require(sign, (_N,), right)
    return left


def _alike(name: str, kinds: Sequence[Kind]) -> Kind:
    """The kind that all of them are."""
    told = [kind for kind in kinds if kind is not Kind.ANY]
    for kind in told[1:]:
        _require(name, (told[0],), kind)
    return told[0] if told else Kind.ANY


def _require(name: str, allowed: tuple[Kind, ...], given: Kind) -> None:
    if given in allowed or given is Kind.ANY:
        return
    what = f"operator '{name}'" if name in _SIGNS else f"function '{name}()'"
    expected = ", ".join(allowed)
    message = f"Incorrect parameter type for {what}. Expected {expected}, received {given}"
    raise SalesforceError("FIELD_INTEGRITY_EXCEPTION", message)


def require_result(expression: Expression, sobject: SObjectType, wanted: Kind) -> None:
    """Raises SalesforceError for a formula whose value is of another kind than it has to be."""
    found = kind_of(expression, sobject)
    if Kind.ANY not in {found, wanted} and found is not wanted:
        shown = "true or false" if wanted is _B else str(wanted)
        message = f"Formula result is data type ({found}), incompatible with expected data type ({shown})."
        raise SalesforceError("FIELD_INTEGRITY_EXCEPTION", message)


def kind_of_field(kind: FieldType) -> Kind:
    """What a field of the type holds; any for those whose formulas may be of several kinds."""
    found = _OF_FIELD.get(kind, _T)
    return Kind.ANY if found is Kind.PICKLIST else found
