"""YAML files as nodes that know their line.

Only plain data is read: mappings, lists, text, numbers and booleans. Anchors are resolved by the parser;
tags are not understood and are reported, as are anchors that contain themselves.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from metagen.errors import Location, Problem, SpecInvalid


class Text(str):
    """A string that remembers where it was written. Compares, hashes and prints as the string it is."""

    __slots__ = ("where",)
    where: Location

    @classmethod
    def at(cls, value: str, where: Location) -> "Text":
        """The string, with its place."""
        text = cls(value)
        text.where = where
        return text


class Number(int):
    """A whole number that remembers where it was written."""

    where: Location

    @classmethod
    def at(cls, value: int, where: Location) -> "Number":
        """The number, with its place."""
        number = cls(value)
        number.where = where
        return number


Literal = Text | Number | bool


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as YAML resolved it."""

    value: str | int | float | bool | None
    where: Location


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Node", ...]
    where: Location


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping in the order it was written; its place is that of the key it stands under."""

    entries: tuple[tuple[Text, "Node"], ...]
    where: Location

    def get(self, key: str) -> "Node | None":
        """The value of a key, or None."""
        return next((value for name, value in self.entries if name == key), None)


Node = Scalar | Sequence | Mapping
UNTAGGED = {yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, yaml.resolver.BaseResolver.DEFAULT_SEQUENCE_TAG}


def read(path: Path, shown_as: str) -> Mapping:
    """The file's top-level mapping.

    shown_as: the path to name in errors.
    Raises SpecInvalid when the file is missing, is not YAML, repeats a key, or is anything but a mapping.
    """
    if not path.is_file():
        raise SpecInvalid([Problem(Location(shown_as, 1), "the file is missing")])
    root = _composed(read_text(path, shown_as), shown_as)
    reader = _Reader(shown_as)
    node = reader.node(root) if root is not None else None
    if not isinstance(node, Mapping):
        reader.problems.append(Problem(Location(shown_as, 1), "a mapping is expected here"))
    if reader.problems or not isinstance(node, Mapping):
        raise SpecInvalid(reader.problems)
    return node


def read_text(path: Path, shown_as: str) -> str:
    """The file's text. Raises SpecInvalid, at the line of the first byte that is no UTF-8."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        where = Location(shown_as, content.count(b"\n", 0, error.start) + 1)
        raise SpecInvalid([Problem(where, "the file is not UTF-8 from here on")]) from error


def _composed(text: str, shown_as: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, complaint = mark.line + 1 if mark else 1, error.problem
    except yaml.reader.ReaderError as error:
        line, complaint = text.encode().count(b"\n", 0, error.position) + 1, error.reason
    raise SpecInvalid([Problem(Location(shown_as, line), f"not YAML: {complaint}")])


class _Reader:
    """Turns one file's nodes into ours, collecting problems."""

    def __init__(self, shown_as: str) -> None:
        self.problems: list[Problem] = []
        self._shown_as = shown_as
        self._values = yaml.SafeLoader("")
        self._around: list[yaml.Node] = []

    def node(self, node: yaml.Node) -> Node:
        where = self._where(node)
        if isinstance(node, yaml.ScalarNode):
            return Scalar(self._scalar(node, where), where)
        if any(outer is node for outer in self._around):
            self.problems.append(Problem(where, "this contains itself"))
            return Scalar(None, where)
        if node.tag not in UNTAGGED:
            self.problems.append(Problem(where, f"{node.tag} is a tag, which is not understood here"))
        self._around.append(node)
        children: Node
        if isinstance(node, yaml.MappingNode):
            children = Mapping(tuple(self._entries(node)), where)
        else:
            children = Sequence(tuple(self.node(item) for item in node.value), where)
        self._around.pop()
        return children

    def _entries(self, node: yaml.MappingNode) -> list[tuple[Text, Node]]:
        entries: dict[Text, Node] = {}
        for key, value in node.value:
            name = Text.at(str(key.value), self._where(key))
            if name in entries:
                self.problems.append(Problem(name.where, f"{name} is given twice"))
            child = self.node(value)
            entries[name] = replace(child, where=name.where) if isinstance(child, Mapping) else child
        return list(entries.items())

    def _scalar(self, node: yaml.Node, where: Location) -> str | int | float | bool | None:
        try:
            value = self._values.construct_object(node)
        except (yaml.YAMLError, ValueError):
            kind = node.tag.rpartition(":")[2]
            message = f"{node.value} cannot be read as {kind}; put it in quotes, without a tag"
        else:
            if value is None or isinstance(value, str | int | float | bool):
                return value
            message = f"{node.value} is read as {type(value).__name__}; put it in quotes"
        self.problems.append(Problem(where, message))
        return None

    def _where(self, node: yaml.Node) -> Location:
        return Location(self._shown_as, node.start_mark.line + 1)
