"""A query's tree to a statement: names looked up, rules checked, values bound."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.schema.model import Field, SObjectType
from emulators.salesforce.soql.calls import AGGREGATES
from emulators.salesforce.soql.errors import malformed
from emulators.salesforce.soql.fields import expand_fields
from emulators.salesforce.soql.fragment import Fragment
from emulators.salesforce.soql.grouping import MAX_KEYS, grouping_sets, marker_of, within
from emulators.salesforce.soql.operands import Operand, Operands, SubTotal, in_order
from emulators.salesforce.soql.projection import AggregateProjection, Columns, Leaf, RecordProjection, Shape
from emulators.salesforce.soql.scope import Reader, Scope
from emulators.salesforce.soql.semijoins import SemiJoins
from emulators.salesforce.soql.statement import Children, Statement
from emulators.salesforce.soql.tree import (
    Call,
    Condition,
    Expression,
    FieldItem,
    Grouping,
    Order,
    Path,
    Query,
    SelectItem,
    SubqueryItem,
    TypeofItem,
)
from emulators.salesforce.soql.typeof import add_typeof
from emulators.salesforce.soql.where import Conditions

MAX_OFFSET = 2000
_SHOWS_ONE_FIELD = {"TOLABEL", "FORMAT", "CONVERTCURRENCY"}


def translate(query: Query, reader: Reader, base_path: str, *, all_rows: bool) -> Statement:
    """The statement for a whole query.

    base_path: what record URLs begin with. all_rows: deleted records too, as queryAll asks.
    Raises SalesforceError with the position of what is wrong.
    """
    sobject = reader.sobject(query.source.name, query.source.position)
    return _Translation(query, reader, sobject, base_path, all_rows or query.all_rows).statement()


class _Translation:
    """The work on one SELECT."""

    def __init__(
        self, query: Query, reader: Reader, sobject: SObjectType, base_path: str, all_rows: bool
    ) -> None:
        self._query = query
        self._reader = reader
        self._base_path = base_path
        self._all_rows = all_rows
        self._scope = Scope(reader, sobject, query.source)
        self._operands = Operands(self._scope)
        self._children: list[Children] = []
        self._groups: tuple[Operand, ...] = ()
        self._leaves: tuple[Leaf, ...] = ()

    def statement(self) -> Statement:
        self._check_window()
        self._groups = tuple(self._group(key) for key in self._query.group_by)
        columns = Columns()
        shape = self._aggregate_shape(columns) if self._grouped else self._record_shape(columns)
        where = self._where()
        order = self._order_sql(columns)
        keys = [group.sql for group in self._groups]
        group = self._group_sql(keys)
        return Statement(
            base=self._scope.base,
            tables=self._scope.from_sql,
            columns=columns.sql,
            where=where,
            group=group,
            order=order,
            shape=shape,
            limit=self._query.limit,
            offset=self._query.offset,
            grouped=self._grouped,
            counting=self._counting,
            leaves=self._leaves,
            children=tuple(self._children),
            totals=() if self._query.grouping is Grouping.PLAIN else tuple(self._totals(columns, keys)),
        )

    def _totals(self, columns: Columns, keys: list[Fragment]) -> Iterator[tuple[Fragment, Fragment]]:
        """The columns and groups of each set of keys that ROLLUP or CUBE stands for."""
        for chosen in grouping_sets(self._query.grouping, keys):
            yield columns.replaced(partial(within, chosen=chosen, keys=keys)), self._group_sql(chosen)

    def child_statement(self) -> Statement:
        """As a sub-query, which cannot aggregate."""
        if self._grouped:
            raise self._malformed(self._query.position, "Aggregate functions are not allowed in sub-queries")
        return self.statement()

    @property
    def _grouped(self) -> bool:
        calls = [item.expression for item in self._query.select if isinstance(item, FieldItem)]
        return not self._counting and (
            bool(self._query.group_by) or any(isinstance(c, Call) and c.name in AGGREGATES for c in calls)
        )

    @property
    def _counting(self) -> bool:
        """COUNT() alone: the answer is a number of rows, not rows."""
        first = self._query.select[0]
        call = first.expression if isinstance(first, FieldItem) else None
        return isinstance(call, Call) and call.name == "COUNT" and not call.arguments

    def _malformed(self, position: int, message: str) -> SalesforceError:
        return malformed(self._reader.text, position, message)

    def _check_window(self) -> None:
        query = self._query
        if query.offset > MAX_OFFSET:
            message = f"Maximum SOQL offset allowed is {MAX_OFFSET}"
            raise SalesforceError("NUMBER_OUTSIDE_VALID_RANGE", message)
        if self._counting and (len(query.select) > 1 or query.group_by):
            raise self._malformed(query.position, "COUNT() must be the only element in the SELECT list")
        if query.grouping is not Grouping.PLAIN and len(query.group_by) > MAX_KEYS:
            message = f"{query.grouping.upper()} takes at most {MAX_KEYS} fields"
            raise self._malformed(query.position, message)
        if query.data_category:
            raise NotSupportedHere("SOQL WITH DATA CATEGORY")

    # What is selected

    def _record_shape(self, columns: Columns) -> Shape:
        projection = RecordProjection(columns, self._scope.base, self._base_path, self._reader.text)
        if not self._counting:
            for item in expand_fields(self._query, self._scope):
                self._add_item(projection, item)
        self._leaves = tuple(projection.leaves())
        return projection.shape()

    def _add_item(self, projection: RecordProjection, item: SelectItem) -> None:
        if isinstance(item, SubqueryItem):
            self._add_children(projection, item)
            return
        if isinstance(item, TypeofItem):
            add_typeof(projection, item, self._scope)
            return
        expression = item.expression
        operand = self._operands.of(expression)
        if item.alias and isinstance(expression, Path):
            raise self._malformed(expression.position, "only aggregate expressions use field aliasing")
        if isinstance(expression, Call) and expression.name not in _SHOWS_ONE_FIELD:
            raise self._ungrouped(operand, expression)
        projection.add(operand, item.alias or operand.name, expression.position)

    def _add_children(self, projection: RecordProjection, item: SubqueryItem) -> None:
        source = item.query.source
        parent = self._scope.base.sobject
        sobject, reference = self._reader.children(parent, source.name, source.position)
        inner = _Translation(item.query, self._reader, sobject, self._base_path, self._all_rows)
        children = Children(inner.child_statement(), reference)
        self._children.append(children)
        projection.add_children(reference.child_relationship_name, children, item.position)

    def _aggregate_shape(self, columns: Columns) -> Shape:
        projection = AggregateProjection(columns, self._reader.text)
        for item in self._query.select:
            if not isinstance(item, FieldItem):
                raise self._malformed(item.position, "Only fields can be selected beside aggregates")
            operand = self._operands.of(item.expression)
            self._check_grouped(operand, item.expression)
            computed = isinstance(item.expression, Call) and item.expression.name not in _SHOWS_ONE_FIELD
            projection.add(operand, item.alias, item.expression.position, computed=computed)
        return projection.shape()

    # Groups

    def _group(self, key: Expression) -> Operand:
        operand = self._operands.of(key)
        field = operand.column.field if operand.column else None
        if operand.aggregate or (isinstance(key, Path) and field is not None and not field.groupable):
            message = f"field '{operand.name}' can not be grouped in a query call"
            raise self._malformed(key.position, message)
        return operand

    def _check_grouped(self, operand: Operand, expression: Expression) -> None:
        self._check_marker(operand, expression.position)
        if not operand.aggregate and operand.sql not in {group.sql for group in self._groups}:
            raise self._ungrouped(operand, expression)

    def _check_marker(self, operand: Operand, position: int) -> None:
        """GROUPING tells sub-totals apart, and has nothing to say of fields that make none."""
        markers = {marker_of(group.sql) for group in self._groups}
        has_totals = self._query.grouping is not Grouping.PLAIN
        if operand.marker and not (has_totals and operand.sql in markers):
            raise self._malformed(position, "GROUPING takes a field of GROUP BY ROLLUP or GROUP BY CUBE")

    def _ungrouped(self, operand: Operand, expression: Expression) -> SalesforceError:
        return self._malformed(expression.position, f"Field must be grouped or aggregated: {operand.name}")

    def _group_sql(self, keys: Sequence[Fragment]) -> Fragment:
        if not self._groups:
            return Fragment("")
        # The grand total of a ROLLUP has no keys; a constant groups all rows into one, and no row into none.
        text = "GROUP BY " + (", ".join(key.text for key in keys) or "NULL")
        values = tuple(value for key in keys for value in key.values)
        if self._query.having is None:
            return Fragment(text, values)
        having = self._having(self._query.having, keys)
        return Fragment(f"{text} HAVING {having.text}", values + having.values)

    def _having(self, condition: Condition, chosen: Sequence[Fragment]) -> Fragment:
        """The rules are those of all the keys; where only some group, the others are null."""
        by_all = self._conditions(in_having=True).sql(condition)
        if self._query.grouping is Grouping.PLAIN:
            return by_all
        operands = SubTotal(self._scope, chosen, [group.sql for group in self._groups])
        return Conditions(operands, self._semi_joins().sql, lambda *_: None).sql(condition)

    # Conditions

    def _conditions(self, *, in_having: bool) -> Conditions:
        def check(operand: Operand, position: int) -> None:
            if operand.aggregate and not in_having:
                raise self._malformed(position, "Aggregate functions are not allowed in WHERE")
            self._check_marker(operand, position)
            if in_having and not operand.aggregate and operand.sql not in {g.sql for g in self._groups}:
                raise self._malformed(position, f"Field must be grouped or aggregated: {operand.name}")

        return Conditions(self._operands, self._semi_joins().sql, check)

    def _semi_joins(self) -> SemiJoins:
        return SemiJoins(self._reader, self._scope, self._all_rows)

    def _where(self) -> tuple[Fragment, ...]:
        conditions = list(self._scope_conditions())
        if self._query.where is not None:
            conditions.append(self._conditions(in_having=False).sql(self._query.where))
        return tuple(conditions)

    def _scope_conditions(self) -> list[Fragment]:
        base = self._scope.base
        conditions = []
        if not self._all_rows and "IsDeleted" in base.sobject.fields:
            conditions.append(Fragment(f"{base.column('IsDeleted')} = 0"))
        if self._query.scope == "MINE":
            owner: Field = self._reader.field(base.sobject, "OwnerId", self._query.position)
            conditions.append(Fragment(f"{base.column(owner.name)} = ?", (self._reader.user_id,)))
        elif self._query.scope not in {"", "EVERYTHING"}:
            raise NotSupportedHere(f"SOQL USING SCOPE {self._query.scope}")
        return conditions

    # Order

    def _order_sql(self, columns: Columns) -> Fragment:
        keys = [self._order_key(order, columns) for order in self._query.order_by]
        if not self._grouped:
            keys.append(Fragment(self._scope.base.column("Id")))
        return Fragment(", ".join(key.text for key in keys), tuple(v for key in keys for v in key.values))

    def _order_key(self, order: Order, columns: Columns) -> Fragment:
        operand = self._operands.of(order.expression)
        self._check_sortable(operand, order.expression)
        nulls_first = order.nulls_first if order.nulls_first is not None else not order.descending
        direction = f"{'DESC' if order.descending else 'ASC'} NULLS {'FIRST' if nulls_first else 'LAST'}"
        if self._query.grouping is not Grouping.PLAIN:
            operand = replace(operand, sql=Fragment(f'"_{columns.index(operand.sql)}"'))
        sql = in_order(operand)
        return Fragment(f"{sql.text} {direction}", sql.values)

    def _check_sortable(self, operand: Operand, expression: Expression) -> None:
        field = operand.column.field if operand.column else None
        if field is not None and not field.sortable and not operand.aggregate:
            message = f"field '{operand.name}' can not be sorted in a query call"
            raise self._malformed(expression.position, message)
        if self._grouped:
            self._check_grouped(operand, expression)
        elif operand.aggregate:
            raise self._malformed(expression.position, "Aggregates can be sorted by only beside aggregates")
