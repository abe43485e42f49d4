"""Pieces of SQL that carry their values: no value is ever part of the text."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fragment:
    """text: SQL with question marks. values: what they stand for, in order."""

    text: str
    values: tuple[Any, ...] = ()


FALSE = Fragment("0")


def joined(operator: str, fragments: Sequence[Fragment]) -> Fragment:
    """One bracketed condition of many; a balanced tree, because SQLite bounds the depth of expressions."""
    if len(fragments) == 1:
        return fragments[0]
    middle = len(fragments) // 2
    left, right = joined(operator, fragments[:middle]), joined(operator, fragments[middle:])
    return Fragment(f"({left.text} {operator} {right.text})", left.values + right.values)


def negated(condition: Fragment) -> Fragment:
    """True where the condition is not true: what SQL does not know counts as false first."""
    return Fragment(f"(NOT COALESCE({condition.text}, 0))", condition.values)


def one_of(operand: Fragment, values: Sequence[Any]) -> Fragment:
    """The operand is among the values, however many they are."""
    listed = json.dumps(list(values))
    among = "IN (SELECT value FROM json_each(?))"
    return Fragment(f"{operand.text} {among}", (*operand.values, listed))
