"""Which functions there are, and how they may be put together before any field is looked up."""

from emulators.salesforce.soql.errors import malformed
from emulators.salesforce.soql.tree import Call, Literal, LiteralKind, Path

AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"})
DATE_PARTS = frozenset(
    {
        "CALENDAR_YEAR",
        "CALENDAR_QUARTER",
        "CALENDAR_MONTH",
        "FISCAL_YEAR",
        "FISCAL_QUARTER",
        "FISCAL_MONTH",
        "DAY_IN_MONTH",
        "DAY_IN_WEEK",
        "DAY_IN_YEAR",
        "DAY_ONLY",
        "HOUR_IN_DAY",
        "WEEK_IN_MONTH",
        "WEEK_IN_YEAR",
    }
)
_OTHERS = {
    "CONVERTCURRENCY",
    "CONVERTTIMEZONE",
    "DISTANCE",
    "FIELDS",
    "FORMAT",
    "GEOLOCATION",
    "GROUPING",
    "TOLABEL",
}
FUNCTIONS = AGGREGATES | DATE_PARTS | _OTHERS

_UNITS = {"'mi'", "'km'"}


def check_call(call: Call, within: str, text: str) -> None:
    """Raise MALFORMED_QUERY for an unknown function, and for places and distances put together wrongly.

    within: the function whose argument the call is.
    """
    if call.name not in FUNCTIONS:
        raise malformed(text, call.position, f"Invalid function: {call.name}")
    if call.name == "GEOLOCATION" and (within != "DISTANCE" or not _is_place(call)):
        raise malformed(text, call.position, "GEOLOCATION takes two numbers, and stands inside DISTANCE only")
    if call.name == "DISTANCE" and not _is_distance(call):
        raise malformed(
            text, call.position, "DISTANCE takes a location field, a GEOLOCATION, and the unit 'mi' or 'km'"
        )


def _is_place(call: Call) -> bool:
    return len(call.arguments) == 2 and all(
        isinstance(a, Literal) and a.kind is LiteralKind.NUMBER for a in call.arguments
    )


def _is_distance(call: Call) -> bool:
    if len(call.arguments) != 3:
        return False
    field, place, unit = call.arguments
    return (
        isinstance(field, Path)
        and isinstance(place, Call)
        and place.name == "GEOLOCATION"
        and isinstance(unit, Literal)
        and unit.text.lower() in _UNITS
    )
