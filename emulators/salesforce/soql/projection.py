"""Selected fields as SQL columns, and rows of those columns as Salesforce's JSON."""

import json
from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from emulators.salesforce.schema.model import FieldType
from emulators.salesforce.soql.errors import malformed
from emulators.salesforce.soql.fragment import Fragment
from emulators.salesforce.soql.operands import Operand
from emulators.salesforce.soql.scope import NAME, Join

Row = Any
"""A row as SQLite gives it: values by position."""

Getter = Callable[[Row], Any]
Leaf = tuple[tuple[str, ...], FieldType]
"""A selected value: the keys that lead to it in the record, and its type."""

Shape = Callable[[Row], dict[str, Any]]


class Columns:
    """The columns of one statement, each listed once."""

    def __init__(self) -> None:
        self._columns: dict[Fragment, int] = {}

    def index(self, sql: Fragment) -> int:
        return self._columns.setdefault(sql, len(self._columns))

    @property
    def sql(self) -> Fragment:
        """The list behind SELECT, each column named by its place."""
        texts = [f'{sql.text} AS "_{place}"' for sql, place in self._columns.items()]
        values = tuple(value for sql in self._columns for value in sql.values)
        return Fragment(", ".join(texts), values)

    def replaced(self, change: Callable[[Fragment], Fragment]) -> Fragment:
        """The same list with every column changed, and nothing but the places kept."""
        changed = [change(sql) for sql in self._columns]
        text = ", ".join(f'{sql.text} AS "_{place}"' for place, sql in enumerate(changed))
        return Fragment(text, tuple(value for sql in changed for value in sql.values))


class RecordProjection:
    """Builds the shape of one record: own fields, nested parents, children put in by key.

    base_path: what `attributes.url` begins with, such as /services/data/v66.0/sobjects.
    """

    def __init__(self, columns: Columns, join: Join, base_path: str, text: str) -> None:
        self._columns = columns
        self._join = join
        self._base_path = base_path
        self._text = text
        self._entries: dict[str, Getter | RecordProjection] = {}
        self._types: dict[str, FieldType] = {}
        self._id = columns.index(Fragment(join.column("Id")))

    def add(self, operand: Operand, key: str, position: int) -> None:
        """Select a field of this object or, through its join, of a parent."""
        if operand.column is None:
            raise malformed(self._text, position, "a function without a field cannot be selected here")
        target = self._nested(operand.column.join)
        if key in target._entries:  # noqa: SLF001 -- the same class, one level down
            raise malformed(self._text, position, f"duplicate field selected: {key}")
        target._entries[key] = target._getter(operand)  # noqa: SLF001 -- the same class, one level down
        target._types[key] = operand.type  # noqa: SLF001 -- the same class, one level down

    def add_children(self, key: str, children: Callable[[str], Any], position: int) -> None:
        """Select children: a function from the record's Id to what stands under the key."""
        if key in self._entries:
            raise malformed(self._text, position, f"duplicate field selected: {key}")
        record_id = self._id
        self._entries[key] = lambda row: children(row[record_id])

    def beside(self, join: Join) -> "RecordProjection":
        """An empty projection of another table over the same columns."""
        return RecordProjection(self._columns, join, self._base_path, self._text)

    def add_by_type(
        self, named: Join, shapes: Mapping[str, Shape], otherwise: Shape | None, position: int
    ) -> None:
        """Select a parent whose fields depend on its type. shapes: from a row to the parent, by its type."""
        if named.child is None or named.relation is None:
            raise ValueError(named.alias)
        holder = self._nested(named.child)
        key = named.relation.relationship_name
        if key in holder._entries:  # noqa: SLF001 -- the same class, one level down
            raise malformed(self._text, position, f"duplicate field selected: {key}")
        type_index = self._columns.index(Fragment(named.column("Type")))

        def get(row: Row) -> dict[str, Any] | None:
            shape = shapes.get(row[type_index], otherwise)
            return None if row[type_index] is None or shape is None else shape(row)

        holder._entries[key] = get  # noqa: SLF001 -- the same class, one level down

    def leaves(self) -> Iterator[Leaf]:
        """The selected values in their order, children left out."""
        for key, entry in self._entries.items():
            if isinstance(entry, RecordProjection):
                yield from (((key, *path), kind) for path, kind in entry.leaves())
            elif key in self._types:
                yield (key,), self._types[key]

    def shape(self) -> Shape:
        """A function from a row to the record."""
        if self._join.sobject is NAME:
            return self._named_shape()
        prefix = f"{self._base_path}/{self._join.sobject.name}/"
        type_name = self._join.sobject.name
        getters = self._getters()
        record_id = self._id

        def build(row: Row) -> dict[str, Any]:
            record: dict[str, Any] = {"attributes": {"type": type_name, "url": prefix + row[record_id]}}
            for key, getter in getters:
                record[key] = getter(row)
            return record

        return build

    def _getters(self) -> list[tuple[str, Getter]]:
        return [
            (key, entry._parent_getter() if isinstance(entry, RecordProjection) else entry)  # noqa: SLF001 -- the same class
            for key, entry in self._entries.items()
        ]

    def _parent_getter(self) -> Getter:
        build = self.shape()
        record_id = self._id
        return lambda row: None if row[record_id] is None else build(row)

    def _named_shape(self) -> Shape:
        """A parent of whatever type: the URL shows its own type, `type` says Name as the platform does."""
        type_index = self._columns.index(Fragment(self._join.column("Type")))
        getters, record_id, base_path = self._getters(), self._id, self._base_path

        def build(row: Row) -> dict[str, Any]:
            url = f"{base_path}/{row[type_index]}/{row[record_id]}"
            return {"attributes": {"type": "Name", "url": url}, **{key: get(row) for key, get in getters}}

        return build

    def _getter(self, operand: Operand) -> Getter:
        """What reads the value; of a file only its address is shown."""
        if operand.type is not FieldType.BASE64:
            return _getter(operand.type, self._columns.index(operand.sql))
        filled = self._columns.index(Fragment(f"({operand.sql.text} IS NOT NULL)", operand.sql.values))
        prefix, record_id = f"{self._base_path}/{self._join.sobject.name}/", self._id
        return lambda row: f"{prefix}{row[record_id]}/{operand.name}" if row[filled] else None

    def _nested(self, join: Join) -> "RecordProjection":
        if join is self._join:
            return self
        if join.child is None or join.relation is None:
            raise ValueError(join.alias)
        holder = self._nested(join.child)
        key = join.relation.relationship_name
        entry = holder._entries.get(key)  # noqa: SLF001 -- the same class, one level up
        if not isinstance(entry, RecordProjection):
            entry = RecordProjection(self._columns, join, self._base_path, self._text)
            holder._entries[key] = entry  # noqa: SLF001 -- the same class, one level up
        return entry


class AggregateProjection:
    """Builds the shape of one group."""

    def __init__(self, columns: Columns, text: str) -> None:
        self._columns = columns
        self._text = text
        self._entries: dict[str, Getter] = {}
        self._unnamed = 0

    def add(self, operand: Operand, alias: str, position: int, *, computed: bool) -> None:
        """Select a grouped field, which keeps its name, or a computed value, which is expr0 and so on."""
        key = alias or operand.name
        if computed and not alias:
            key = f"expr{self._unnamed}"
            self._unnamed += 1
        if key in self._entries:
            raise malformed(self._text, position, f"duplicate alias: {key}")
        index = self._columns.index(operand.sql)
        self._entries[key] = (
            _checkbox(index) if operand.type is FieldType.BOOLEAN else _getter(operand.type, index)
        )

    def shape(self) -> Shape:
        getters = list(self._entries.items())
        return lambda row: {
            "attributes": {"type": "AggregateResult"},
            **{key: getter(row) for key, getter in getters},
        }


def _checkbox(index: int) -> Getter:
    """Of a group, where a sub-total over the field has none."""
    return lambda row: None if row[index] is None else bool(row[index])


def _getter(kind: FieldType, index: int) -> Getter:
    if kind is FieldType.BOOLEAN:
        return lambda row: bool(row[index])
    if kind is FieldType.ADDRESS:
        return lambda row: None if row[index] is None else json.loads(row[index])
    return itemgetter(index)
