"""Values in SOQL, quoted in one place."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import quote as percent_encoded

# Source: SOQL and SOSL Reference, "Quoted String Escape Sequences".
_ESCAPES = str.maketrans(
    {"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)
# Queries stand in addresses of 15,000 bytes at most, percent-encoded; this leaves 1,500 for the rest of one.
_LIST_BYTES = 13_500
_QUOTATION_MARK = _COMMA = 3
IDS_IN_ONE_QUERY = _LIST_BYTES // (18 + 2 * _QUOTATION_MARK + _COMMA)


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
    return f"({','.join(quote(value) for value in values)})"


def id_batches(values: Iterable[str]) -> Iterator[Sequence[str]]:
    """Ids, keys or other values in runs that fit into one query; of Ids, IDS_IN_ONE_QUERY each."""
    batch: list[str] = []
    left = _LIST_BYTES
    for value in values:
        needed = len(percent_encoded(quote(value))) + _COMMA
        if batch and needed > left:
            yield batch
            batch, left = [], _LIST_BYTES
        batch.append(value)
        left -= needed
    if batch:
        yield batch
