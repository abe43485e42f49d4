"""One SELECT for SQLite, ready to run whole, by page or for the children of given parents."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from emulators.salesforce.schema.model import Field
from emulators.salesforce.soql.fragment import Fragment, joined, one_of
from emulators.salesforce.soql.projection import Leaf, Shape
from emulators.salesforce.soql.scope import Join
from emulators.salesforce.store.database import Database

Records = list[dict[str, Any]]
Found = tuple[Records, list[str]]
"""A parent's children: those of the first page, and the Ids of the others."""

CHILDREN_AT_ONCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A translated query.

    columns: the first one is the record's Id, except in groups. where: conditions, all to hold. order: behind
    ORDER BY; ends with the Id, so that pages fit together. children: sub-queries, loaded before shaping.
    totals: of a query with sub-totals, the columns and groups of each set of keys; order then names columns
    by their places.
    """

    base: Join
    tables: str
    columns: Fragment
    where: tuple[Fragment, ...]
    group: Fragment
    order: Fragment
    shape: Shape
    limit: int | None
    offset: int
    grouped: bool
    counting: bool
    leaves: tuple[Leaf, ...]
    children: "tuple[Children, ...]" = ()
    totals: tuple[tuple[Fragment, Fragment], ...] = ()

    def count(self, db: Database) -> int:
        """How many rows there are within the limit."""
        window = self._window(None)
        body = self._body()
        sql = f"SELECT COUNT(*) FROM (SELECT 1 {body.text} {window.text})"  # noqa: S608 -- values are parameters
        row = db.one(sql, (*body.values, *window.values))
        return int(row[0]) if row else 0

    def plan(self, db: Database) -> list[str]:
        """SQLite's steps for the query, without its sub-queries."""
        body = self._body(self.where, self.totals[0][1] if self.totals else None)
        columns = self.totals[0][0] if self.totals else self.columns
        order = f"ORDER BY {self.order.text}" if self.order.text else ""
        sql = f"EXPLAIN QUERY PLAN SELECT {columns.text} {body.text} {order}"
        rows = db.all(sql, (*columns.values, *body.values, *self.order.values))
        return [row["detail"] for row in rows]

    def ids(self, db: Database) -> list[str]:
        """The Ids of all records in their order."""
        column = Fragment(self.base.column("Id"))
        return [row[0] for row in self._run(db, column, self.where, self._window(None))]

    def records(self, db: Database, *, at_most: int | None = None) -> Records:
        """The records in their order; at_most bounds what is built, beside the query's own limit."""
        if self.totals:
            return [self.shape(row) for row in self._run_totals(db, self._window(at_most))]
        rows = self._run(db, self.columns, self.where, self._window(at_most))
        return self._shaped(db, rows)

    def records_of(self, db: Database, ids: Sequence[str]) -> Records:
        """Those of the given records that still match, in the given order."""
        chosen = one_of(Fragment(self.base.column("Id")), ids)
        rows = self._run(db, self.columns, (*self.where, chosen), Fragment(""))
        place = {record_id: index for index, record_id in enumerate(ids)}
        return self._shaped(db, sorted(rows, key=lambda row: place[row[0]]))

    def children_of(self, db: Database, reference: Field, parents: Sequence[str]) -> "dict[str, Found]":
        """The records by the parent that their reference field names; limit and offset count per parent.

        Of a parent with more than a page of them the others are named only.
        """
        key = self.base.column(reference.name)
        conditions = (*self.where, one_of(Fragment(key), parents))
        place = Fragment(
            f"ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {self.order.text})", self.order.values
        )
        columns = Fragment(
            f'{self.columns.text}, {key} AS "_parent", {place.text} AS "_place"',
            (*self.columns.values, *place.values),
        )
        body = self._body(conditions)
        last = self.offset + self.limit if self.limit is not None else -1
        rows = db.all(
            f"SELECT * FROM (SELECT {columns.text} {body.text}) "  # noqa: S608 -- values are parameters
            'WHERE "_place" > ? AND (? < 0 OR "_place" <= ?) ORDER BY "_parent", "_place"',
            (*columns.values, *body.values, self.offset, last, last),
        )
        last_shown = self.offset + CHILDREN_AT_ONCE
        shown = [row for row in rows if row["_place"] <= last_shown]
        found: dict[str, Found] = {}
        for row, record in zip(shown, self._shaped(db, shown), strict=True):
            found.setdefault(row["_parent"], ([], []))[0].append(record)
        for row in rows:
            if row["_place"] > last_shown:
                found[row["_parent"]][1].append(row[0])
        return found

    def _shaped(self, db: Database, rows: Sequence[Any]) -> Records:
        for children in self.children:
            children.load(db, [row[0] for row in rows])
        return [self.shape(row) for row in rows]

    def _run(
        self, db: Database, columns: Fragment, where: tuple[Fragment, ...], window: Fragment
    ) -> list[Any]:
        body = self._body(where)
        order = f"ORDER BY {self.order.text}" if self.order.text else ""
        sql = f"SELECT {columns.text} {body.text} {order} {window.text}"
        return db.all(sql, (*columns.values, *body.values, *self.order.values, *window.values))

    def _run_totals(self, db: Database, window: Fragment) -> list[Any]:
        parts, values = [], []
        for columns, group in self.totals:
            body = self._body(self.where, group)
            parts.append(f"SELECT {columns.text} {body.text}")
            values += [*columns.values, *body.values]
        order = f"ORDER BY {self.order.text}" if self.order.text else ""
        sql = f"SELECT * FROM ({' UNION ALL '.join(parts)}) {order} {window.text}"  # noqa: S608 -- values are parameters
        return db.all(sql, (*values, *self.order.values, *window.values))

    def _body(self, where: tuple[Fragment, ...] | None = None, group: Fragment | None = None) -> Fragment:
        conditions = self.where if where is None else where
        condition = joined("AND", conditions) if conditions else Fragment("1")
        group = self.group if group is None else group
        return Fragment(
            f"FROM {self.tables} WHERE {condition.text} {group.text}", (*condition.values, *group.values)
        )

    def _window(self, at_most: int | None) -> Fragment:
        bounds = [bound for bound in (self.limit, at_most) if bound is not None]
        return Fragment("LIMIT ? OFFSET ?", (min(bounds, default=-1), self.offset))


class Children:
    """One sub-query of a SELECT: loaded for many parents at once, then asked for each.

    overflow: the answers that were cut at the page size, with the Ids of the records left out of them.
    """

    def __init__(self, statement: Statement, reference: Field) -> None:
        self.statement = statement
        self.overflow: list[tuple[dict[str, Any], list[str]]] = []
        self._reference = reference
        self._found: dict[str, Found] = {}

    @property
    def name(self) -> str:
        """The relationship's name."""
        return self._reference.child_relationship_name

    def load(self, db: Database, parents: Sequence[str]) -> None:
        self._found = self.statement.children_of(db, self._reference, parents) if parents else {}

    def __call__(self, parent: str) -> dict[str, Any] | None:
        found = self._found.get(parent)
        if found is None:
            return None
        records, rest = found
        answer = {"totalSize": len(records) + len(rest), "done": not rest, "records": records}
        if rest:
            self.overflow.append((answer, rest))
        return answer
