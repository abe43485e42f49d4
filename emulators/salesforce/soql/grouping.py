"""GROUP BY ROLLUP and CUBE: the same rows grouped by several sets of keys, one below the other."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from emulators.salesforce.soql.fragment import Fragment
from emulators.salesforce.soql.tree import Grouping

MAX_KEYS = 3


def grouping_sets(grouping: Grouping, keys: Sequence[Fragment]) -> Iterator[tuple[Fragment, ...]]:
    """The sets of keys, the finest first."""
    for size in range(len(keys), -1, -1):
        match grouping:
            case Grouping.PLAIN:
                if size == len(keys):
                    yield tuple(keys)
            case Grouping.ROLLUP:
                yield tuple(keys[:size])
            case Grouping.CUBE:
                yield from combinations(keys, size)


def marker_of(key: Fragment) -> Fragment:
    """What stands for GROUPING(key) until a set of keys is chosen."""
    return Fragment(f"grouping({key.text})", key.values)


def within(sql: Fragment, chosen: Sequence[Fragment], keys: Sequence[Fragment]) -> Fragment:
    """A selected column where only the chosen keys group: the others are null, and GROUPING tells them."""
    for key in keys:
        if sql == marker_of(key):
            return Fragment("0" if key in chosen else "1")
        if sql == key and key not in chosen:
            return Fragment("NULL")
    return sql
