"""Salesforce's types of metadata, read from the declaration file of `@salesforce/types`.

The file is generated and regular: `export type Name = Base & { property?: Type[]; ... };`, one property a
line, `export type Enum = 'a' | 'b';`, and aliases `export type A = B;`. Nothing else of TypeScript is
understood, and a line that is neither raises an error, so that a new shape is not passed over.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_TYPE = re.compile(r"^export type (\w+) = (?:(\w+) & )?\{$")
_PROPERTY = re.compile(r"^    (\w+|'[^']+')(\?)?: (\w+)(\[\])?( \| null)?;$")
_ENUM = re.compile(r"^export type (\w+) = ('[^;]*');$")
_ALIAS = re.compile(r"^export type (\w+) = (\w+);$")
_END = "};"


@dataclass(frozen=True, slots=True)
class Property:
    """One element that a type may have."""

    type: str
    required: bool
    repeated: bool


@dataclass(slots=True)
class Declarations:
    """Types with their elements (inherited ones included), enumerations with their values, other names."""

    types: dict[str, dict[str, Property]] = field(default_factory=dict)
    enums: dict[str, frozenset[str]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def resolve(self, name: str) -> str:
        """The type behind an alias."""
        while name in self.aliases:
            name = self.aliases[name]
        return name


class DeclarationUnknown(Exception):
    """A line of the declaration file has a shape that is not understood; the message quotes it."""


@cache
def read_declarations(path: Path) -> Declarations:
    """The declarations of a file. Raises DeclarationUnknown."""
    found = Declarations()
    bases: dict[str, str] = {}
    current: dict[str, Property] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line == _END:
            current = None
        elif current is not None and (match := _PROPERTY.match(line)):
            name, optional, kind, repeated, _ = match.groups()
            current[name.strip("'")] = Property(kind, required=not optional, repeated=bool(repeated))
        elif current is None and (match := _TYPE.match(line)):
            current = found.types.setdefault(match[1], {})
            if match[2]:
                bases[match[1]] = match[2]
        elif line.strip() and not (current is None and _name(line, found)):
            raise DeclarationUnknown(f"{path.name}:{number}: {line.strip()}")
    for name in bases:
        found.types[name] = _inherited(name, found.types, bases)
    return found


def _name(line: str, found: Declarations) -> bool:
    """Take an enumeration or an alias; False when the line is neither."""
    if match := _ENUM.match(line):
        found.enums[match[1]] = frozenset(re.findall(r"'([^']*)'", match[2]))
    elif match := _ALIAS.match(line):
        found.aliases[match[1]] = match[2]
    return match is not None


def _inherited(
    name: str, types: dict[str, dict[str, Property]], bases: dict[str, str]
) -> dict[str, Property]:
    base = bases.get(name)
    return {**(_inherited(base, types, bases) if base else {}), **types.get(name, {})}
