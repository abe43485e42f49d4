"""What the names in one SELECT mean: its object, the parents its paths lead to, and the joins they need."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Protocol
from zoneinfo import ZoneInfo

from emulators.salesforce.schema.model import Field, FieldType, Schema, SObjectType
from emulators.salesforce.soql.errors import (
    malformed,
    no_such_child,
    no_such_column,
    no_such_relationship,
    no_such_type,
)
from emulators.salesforce.soql.tree import Path, Source
from emulators.salesforce.store.database import quote
from emulators.salesforce.store.tables import NAME_COLUMNS

MAX_PARENTS = 5
NAME_TABLE = "_name"


class Rights(Protocol):
    """What a query asks about its user."""

    def readable(self, sobject: SObjectType) -> bool: ...

    def field_readable(self, sobject: SObjectType, field: Field) -> bool: ...


def _name_object() -> SObjectType:
    types = {"Id": FieldType.ID, "IsActive": FieldType.BOOLEAN}
    fields = {n: Field(name=n, label=n, type=types.get(n, FieldType.STRING)) for n in NAME_COLUMNS}
    return SObjectType(name="Name", label="Name", label_plural="Names", key_prefix="", fields=fields)


NAME = _name_object()
"""What a reference to several objects leads to: the fields that all of them share."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The text of a query and what its user may see of the org.

    today: the day that date literals are counted from. zone: the user's, in which days begin and end.
    aliases: fresh numbers for tables.
    """

    text: str
    schema: Schema
    rights: Rights
    user_id: str
    today: date
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("GMT"))
    aliases: Callable[[], int] = field(default_factory=lambda: count().__next__)

    def sobject(self, name: str, position: int) -> SObjectType:
        """The object of a FROM. Raises INVALID_TYPE."""
        found = self.schema.object_named(name)
        if found is None or not self._queryable(found):
            raise no_such_type(self.text, position, name)
        return found

    def _queryable(self, sobject: SObjectType) -> bool:
        """Objects without records of their own, such as Activity, are none to ask."""
        return sobject.queryable and sobject.modelled and self.rights.readable(sobject)

    def field(self, sobject: SObjectType, name: str, position: int) -> Field:
        """A field by name. Raises INVALID_FIELD."""
        found = sobject.field_named(name)
        if found is None or not self.sees(sobject, found):
            raise no_such_column(self.text, position, name, sobject.name)
        return found

    def sees(self, sobject: SObjectType, field: Field) -> bool:
        return sobject is NAME or self.rights.field_readable(sobject, field)

    def relation(self, sobject: SObjectType, name: str) -> Field | None:
        """The reference field behind a parent relationship's name, if the user sees it and its target."""
        folded = name.casefold()
        for reference in sobject.fields.values():
            if reference.relationship_name.casefold() == folded and reference.reference_to:
                return reference if self.sees(sobject, reference) and self.targets(reference) else None
        return None

    def targets(self, reference: Field) -> list[SObjectType]:
        """The objects a reference may lead this user to."""
        found = [self.schema.object_named(name) for name in reference.reference_to]
        return [sobject for sobject in found if sobject is not None and self._queryable(sobject)]

    def children(self, parent: SObjectType, relationship: str, position: int) -> tuple[SObjectType, Field]:
        """The object and reference field behind a child relationship's name. Raises INVALID_TYPE."""
        folded = relationship.rpartition(".")[2].casefold()
        for sobject, reference in self.schema.children_of(parent.name):
            if reference.child_relationship_name.casefold() != folded or not self._queryable(sobject):
                continue
            if self.rights.field_readable(sobject, reference):
                return sobject, reference
        raise no_such_child(self.text, position, relationship)


@dataclass(frozen=True, slots=True, eq=False)
class Join:
    """A table in FROM. relation: the parent's field that leads here; none for the query's own object."""

    alias: str
    sobject: SObjectType
    relation: Field | None = None
    child: "Join | None" = None

    def column(self, name: str) -> str:
        return f"{self.alias}.{quote(name)}"

    @property
    def sql(self) -> str:
        table = quote(NAME_TABLE if self.sobject is NAME else self.sobject.name)
        if self.child is None or self.relation is None:
            return f"{table} AS {self.alias}"
        key = self.child.column(self.relation.name)
        return f"LEFT JOIN {table} AS {self.alias} ON {self.column('Id')} = {key}"


@dataclass(frozen=True, slots=True)
class Column:
    """A field reached over a join."""

    join: Join
    field: Field

    @property
    def sql(self) -> str:
        return self.join.column(self.field.name)


class Scope:
    """Resolves the paths of one SELECT and collects the joins they need."""

    def __init__(self, reader: Reader, sobject: SObjectType, source: Source) -> None:
        self.reader = reader
        self.base = Join(f"t{reader.aliases()}", sobject)
        self._parents: dict[tuple[str, ...], Join] = {}
        self._aliases: dict[str, tuple[str, ...]] = {}
        if source.alias:
            self._aliases[source.alias.casefold()] = ()
        for path, alias in source.parents:
            self._aliases[alias.casefold()] = self._parts(path)

    @property
    def from_sql(self) -> str:
        return " ".join([self.base.sql, *(join.sql for join in self._parents.values())])

    def column(self, path: Path) -> Column:
        """The field at the end of a path. Raises INVALID_FIELD."""
        parts = self._parts(path)
        join = self._parent(parts[:-1], path)
        return Column(join, self.reader.field(join.sobject, parts[-1], path.position))

    def polymorphic(self, path: Path) -> Join:
        """The shared fields of a parent that may be of several types. Raises MALFORMED_QUERY for one type."""
        join = self._parent(self._parts(path), path)
        if join.sobject is not NAME:
            message = f"TYPEOF needs a relationship to several types, which {path} is not"
            raise malformed(self.reader.text, path.position, message)
        return join

    def of_type(self, named: Join, sobject: SObjectType, position: int) -> Join:
        """The same parent where it is of one type. Raises MALFORMED_QUERY where it never is."""
        if named.relation is None or sobject.name not in named.relation.reference_to:
            message = f"The relationship does not lead to {sobject.name}"
            raise malformed(self.reader.text, position, message)
        key = (named.alias, sobject.name)
        if key not in self._parents:
            alias = f"t{self.reader.aliases()}"
            self._parents[key] = Join(alias, sobject, named.relation, named.child)
        return self._parents[key]

    def _parts(self, path: Path) -> tuple[str, ...]:
        """The path without the alias or object name that it may begin with."""
        first = path.parts[0].casefold()
        if len(path.parts) == 1:
            return path.parts
        if first in self._aliases:
            return self._aliases[first] + path.parts[1:]
        is_object = first == self.base.sobject.name.casefold()
        if is_object and self.reader.relation(self.base.sobject, first) is None:
            return path.parts[1:]
        return path.parts

    def _parent(self, relations: tuple[str, ...], path: Path) -> Join:
        if len(relations) > MAX_PARENTS:
            message = f"SOQL statements cannot query more than {MAX_PARENTS} levels of parent relationships"
            raise malformed(self.reader.text, path.position, message)
        join = self.base
        for depth, name in enumerate(relations, start=1):
            key = tuple(part.casefold() for part in relations[:depth])
            join = self._parents.get(key) or self._joined(key, join, name, path)
        return join

    def _joined(self, key: tuple[str, ...], child: Join, name: str, path: Path) -> Join:
        relation = self.reader.relation(child.sobject, name)
        if relation is None:
            raise no_such_relationship(self.reader.text, path.position, name)
        target = NAME if relation.polymorphic else self.reader.targets(relation)[0]
        join = Join(f"t{self.reader.aliases()}", target, relation, child)
        self._parents[key] = join
        return join
