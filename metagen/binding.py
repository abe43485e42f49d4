"""Fills frozen dataclasses from nodes, collecting every mistake with its line.

The dataclass is the schema: a field without a default is required, its type says what may stand there.
Understood are Text, Number, bool, unions of these (Literal), enums of strings, tuple[T, ...], dict[Text, T]
in file order, T | None, and other dataclasses. A field called `where` receives the place instead of a key.
"""

import types
from collections.abc import Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from metagen.errors import Problem, did_you_mean
from metagen.nodes import Mapping, Node, Number, Scalar, Text
from metagen.nodes import Sequence as SequenceNode

T = TypeVar("T")


class _Absent:
    """Marks a value that could not be bound; the problem is already recorded."""


ABSENT = _Absent()


@cache
def _hints(target: type) -> dict[str, Any]:
    return get_type_hints(target)


def bind(node: Node, target: type[T], problems: list[Problem]) -> T | None:
    """The node as an instance of target, or None after adding to problems what stood in the way."""
    bound = _bind(node, target, problems)
    return bound if isinstance(bound, target) else None


def _bind(node: Node, target: Any, problems: list[Problem]) -> Any:
    origin, arguments = get_origin(target), get_args(target)
    if origin in (Union, types.UnionType):
        wanted = [argument for argument in arguments if argument is not type(None)]
        return _bind_one_of(node, wanted, problems)
    if origin is tuple:
        return _bind_list(node, arguments[0], problems)
    if origin is dict:
        return _bind_named(node, arguments[1], problems)
    if is_dataclass(target):
        return _bind_dataclass(node, target, problems)
    return _bind_scalar(node, target, problems)


def _bind_one_of(node: Node, targets: Sequence[Any], problems: list[Problem]) -> Any:
    """Of several scalars the one that was written; yes and no are no text, and digits are a number."""
    value = node.value if isinstance(node, Scalar) else None
    written: dict[type, Any] = {bool: bool, int: Number, str: Text}
    fitting = [target for target in targets if target is written.get(type(value))]
    return _bind(node, (fitting or targets)[0], problems)


def _bind_list(node: Node, item: Any, problems: list[Problem]) -> Any:
    if not isinstance(node, SequenceNode):
        return _refuse(node, "a list", problems)
    bound = [_bind(child, item, problems) for child in node.items]
    return tuple(value for value in bound if value is not ABSENT)


def _bind_named(node: Node, item: Any, problems: list[Problem]) -> Any:
    if not isinstance(node, Mapping):
        return _refuse(node, "a mapping", problems)
    bound = [(name, _bind(child, item, problems)) for name, child in node.entries]
    return {name: value for name, value in bound if value is not ABSENT}


def _bind_dataclass(node: Node, target: Any, problems: list[Problem]) -> Any:
    if not isinstance(node, Mapping):
        return _refuse(node, "a mapping", problems)
    hints = _hints(target)
    wanted = [declared for declared in fields(target) if declared.name != "where"]
    known = [declared.name for declared in wanted]
    complete = True
    for name, _ in node.entries:
        if name not in known:
            problems.append(Problem(name.where, f"unknown key {name}{did_you_mean(name, known)}"))
            complete = False
    values: dict[str, Any] = {"where": node.where} if "where" in hints else {}
    for declared in wanted:
        child = node.get(declared.name)
        if child is None:
            complete = _may_be_absent(declared, node, problems) and complete
            continue
        values[declared.name] = _bind(child, hints[declared.name], problems)
        complete = values[declared.name] is not ABSENT and complete
    return target(**values) if complete else ABSENT


def _may_be_absent(declared: Field[Any], node: Mapping, problems: list[Problem]) -> bool:
    if declared.default is not MISSING or declared.default_factory is not MISSING:
        return True
    problems.append(Problem(node.where, f"{declared.name} is missing"))
    return False


def _bind_scalar(node: Node, target: Any, problems: list[Problem]) -> Any:
    value = node.value if isinstance(node, Scalar) else None
    if target is Text and isinstance(value, str) and value:
        return Text.at(value, node.where)
    if target is Number and type(value) is int:
        return Number.at(value, node.where)
    if target is bool and isinstance(value, bool):
        return value
    if isinstance(target, type) and issubclass(target, StrEnum):
        return _bind_enum(node, target, problems)
    expected = {Text: "text", bool: "true or false", Number: "a whole number"}
    return _refuse(node, expected.get(target, str(target)), problems)


def _bind_enum(node: Node, target: type[StrEnum], problems: list[Problem]) -> Any:
    value = node.value if isinstance(node, Scalar) else None
    choices: Sequence[str] = [member.value for member in target]
    if isinstance(value, str) and value in choices:
        return target(value)
    hint = did_you_mean(str(value), choices) or f"; one of {', '.join(choices)}"
    problems.append(Problem(node.where, f"{value} is not known here{hint}"))
    return ABSENT


def _refuse(node: Node, expected: str, problems: list[Problem]) -> _Absent:
    problems.append(Problem(node.where, f"{expected} is expected here"))
    return ABSENT
