"""Values in SOQL, quoted in one place."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

# Source: SOQL and SOSL Reference, "Quoted String Escape Sequences".
_ESCAPES = str.maketrans(
    {"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)
# 300 quoted Ids are about 6,300 characters: an address of under 16 KB when percent-encoded.
_IDS_IN_ONE_QUERY = 300


def quote(value: str) -> str:
    """The value as a string literal."""
    return f"'{value.translate(_ESCAPES)}'"


def contains(words: str) -> str:
    """The right side of a LIKE that finds the words anywhere; what means something there is escaped."""
    escaped = words.translate(_ESCAPES).replace("%", "\\%").replace("_", "\\_")
    return f"'%{escaped}%'"


def moment_literal(at: datetime) -> str:
    """A date-time literal, which takes no quotes; with milliseconds, as Salesforce keeps them."""
    in_utc = at.astimezone(UTC)
    return f"{in_utc:%Y-%m-%dT%H:%M:%S}.{in_utc.microsecond // 1000:03d}Z"


def quoted_list(values: Iterable[str]) -> str:
    """The values as the right side of IN."""
    return f"({', '.join(quote(value) for value in values)})"


def id_batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """The ids in runs that fit into one query."""
    for start in range(0, len(ids), _IDS_IN_ONE_QUERY):
        yield ids[start : start + _IDS_IN_ONE_QUERY]
