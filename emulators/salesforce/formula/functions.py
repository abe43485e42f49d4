"""The functions that formulas may call, on evaluated arguments of the kinds that they take (see `kinds`).

Blank is None. A comparison with blank is false, arithmetic with blank is blank; as text, blank is "". What
cannot be calculated, such as a division by zero, is blank: an API shows nothing where a page shows #Error!.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from emulators.salesforce.ids import to_18

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Function:
    """A function with the number of arguments it takes; most is None for any number."""

    apply: Callable[..., Any]
    least: int
    most: int | None


def _is_blank(value: Any) -> bool:
    return value is None or value == ""


def _equal(left: Any, right: Any) -> bool:
    if _is_blank(left) or _is_blank(right):
        return _is_blank(left) and _is_blank(right)
    return bool(left == right)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def apply(left: Any, right: Any) -> bool:
        return left is not None and right is not None and compare(left, right)

    return apply


def _calculated(calculate: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, blank for what leaves the numbers or the calendar."""

    def apply(*values: Any) -> Any:
        try:
            result = calculate(*values)
        except (ArithmeticError, ValueError):
            return None
        return None if isinstance(result, complex) else result

    return apply


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, str) or isinstance(right, str):
        return _joined(left, right)
    if left is None or right is None:
        return None
    if isinstance(left, date):
        return left + timedelta(days=right)
    return right + timedelta(days=left) if isinstance(right, date) else left + right


def _subtract(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    if isinstance(left, date) and isinstance(right, date):
        return (left - right).total_seconds() / 86_400
    return left - timedelta(days=right) if isinstance(left, date) else left - right


def _numeric(calculate: Callable[..., Any]) -> Callable[..., Any]:
    def apply(*numbers: Any) -> Any:
        return None if any(n is None for n in numbers) else calculate(*numbers)

    return _calculated(apply)


def _joined(left: Any, right: Any) -> str:
    return _text(left) + _text(right)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%SZ}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _value(text: Any) -> float | None:
    return float(text) if _NUMBER.fullmatch(_text(text).strip()) else None


def _round(number: float, digits: float) -> float:
    """Half away from zero, unlike Python's."""
    factor = 10 ** int(digits)
    return math.copysign(math.floor(abs(number) * factor + 0.5) / factor, number)


def _day(value: Any) -> date | None:
    """The day of a moment, or the one that a text of the form YYYY-MM-DD names."""
    if isinstance(value, str):
        return date.fromisoformat(value.strip())
    return value.date() if isinstance(value, datetime) else value


def _length(number: float | None) -> int:
    return max(0, int(number or 0))


def _right(text: Any, count: float | None) -> str:
    length = _length(count)
    return _text(text)[-length:] if length else ""


def _case_safe_id(value: Any) -> str:
    """The Id in 18 characters; what is no Id stays as it is."""
    text = _text(value)
    try:
        return to_18(text)
    except ValueError:
        return text


FUNCTIONS: dict[str, Function] = {
    "=": Function(_equal, 2, 2),
    "<>": Function(lambda a, b: not _equal(a, b), 2, 2),
    "<": Function(_ordered(lambda a, b: a < b), 2, 2),
    "<=": Function(_ordered(lambda a, b: a <= b), 2, 2),
    ">": Function(_ordered(lambda a, b: a > b), 2, 2),
    ">=": Function(_ordered(lambda a, b: a >= b), 2, 2),
    "+": Function(_calculated(_add), 2, 2),
    "-": Function(_calculated(_subtract), 2, 2),
    "*": Function(_numeric(lambda a, b: a * b), 2, 2),
    "/": Function(_numeric(lambda a, b: a / b if b else None), 2, 2),
    "^": Function(_numeric(lambda a, b: a**b), 2, 2),
    "&": Function(_joined, 2, 2),
    "neg": Function(_numeric(lambda a: -a), 1, 1),
    "NOT": Function(lambda a: not a, 1, 1),
    "ISBLANK": Function(_is_blank, 1, 1),
    "ISNULL": Function(lambda a: a is None, 1, 1),
    "ISPICKVAL": Function(_equal, 2, 2),
    "BLANKVALUE": Function(lambda a, b: b if _is_blank(a) else a, 2, 2),
    "CASESAFEID": Function(_case_safe_id, 1, 1),
    "LEN": Function(lambda a: float(len(_text(a))), 1, 1),
    "TEXT": Function(_text, 1, 1),
    "VALUE": Function(_value, 1, 1),
    "UPPER": Function(lambda a: _text(a).upper(), 1, 1),
    "LOWER": Function(lambda a: _text(a).lower(), 1, 1),
    "TRIM": Function(lambda a: _text(a).strip(), 1, 1),
    "LEFT": Function(lambda a, n: _text(a)[: _length(n)], 2, 2),
    "RIGHT": Function(_right, 2, 2),
    "BEGINS": Function(lambda a, b: _text(a).startswith(_text(b)), 2, 2),
    "CONTAINS": Function(lambda a, b: _text(b) in _text(a), 2, 2),
    "ABS": Function(_numeric(abs), 1, 1),
    "ROUND": Function(_numeric(_round), 2, 2),
    "MAX": Function(_numeric(max), 1, None),
    "MIN": Function(_numeric(min), 1, None),
    "DATEVALUE": Function(_calculated(_day), 1, 1),
}

# Evaluated with a view of the tree or of the record, not of values alone.
SPECIAL: dict[str, tuple[int, int | None]] = {
    "AND": (1, None),
    "OR": (1, None),
    "IF": (3, 3),
    "CASE": (4, None),
    "ISCHANGED": (1, 1),
    "ISNEW": (0, 0),
    "PRIORVALUE": (1, 1),
    "TODAY": (0, 0),
    "NOW": (0, 0),
}

# Of Salesforce, but not evaluated here.
_UNSUPPORTED_NAMES = """
ADDMONTHS CEILING CURRENCYRATE DATE DATETIMEVALUE DAY DAYOFYEAR DISTANCE EXP FIND FLOOR
FORMATDURATION FROMUNIXTIME GEOLOCATION GETRECORDIDS GETSESSIONID HOUR HTMLENCODE HYPERLINK IMAGE
IMAGEPROXYURL INCLUDE INCLUDES INITCAP ISCLONE ISNUMBER ISOWEEK ISOYEAR JSENCODE JSINHTMLENCODE
JUNCTIONIDLIST LINKTO LN LOG LPAD MCEILING MFLOOR MID MILLISECOND MINUTE MOD MONTH NULLVALUE
PARENTGROUPVAL PI PREDICT PREVGROUPVAL REGEX REQUIRESCRIPT REVERSE RPAD SECOND SQRT SUBSTITUTE
TIMENOW TIMEVALUE TRUNC UNIXTIMESTAMP URLENCODE URLFOR VLOOKUP WEEKDAY YEAR
"""
UNSUPPORTED = frozenset(_UNSUPPORTED_NAMES.split())
