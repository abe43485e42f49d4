"""A SELECT inside IN: which records of the outer query are meant by those of an inner one."""

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.schema.model import Field, FieldType
from emulators.salesforce.soql.errors import malformed
from emulators.salesforce.soql.fragment import Fragment, joined
from emulators.salesforce.soql.operands import Operand, Operands
from emulators.salesforce.soql.scope import Reader, Scope
from emulators.salesforce.soql.tree import Comparison, FieldItem, Path, Query
from emulators.salesforce.soql.where import Conditions

MAX_SEMI_JOINS = 2


class SemiJoins:
    """Translates the inner SELECTs of one query's conditions."""

    def __init__(self, reader: Reader, outer: Scope, all_rows: bool) -> None:
        self._reader = reader
        self._outer = outer
        self._all_rows = all_rows
        self._count = 0

    def sql(self, operand: Operand, comparison: Comparison, inner: Query) -> Fragment:
        """A SELECT of one column, without nulls. Raises MALFORMED_QUERY where it breaks the platform's rules.

        Source of the rules: SOQL and SOSL Reference, "Semi-Joins and Anti-Joins".
        """
        self._count += 1
        if self._count > MAX_SEMI_JOINS:
            message = f"Maximum {MAX_SEMI_JOINS} semi join sub-selects are allowed"
            raise self._refused(inner, message)
        sobject = self._reader.sobject(inner.source.name, inner.source.position)
        if sobject is self._outer.base.sobject:
            raise self._refused(inner, "The inner and outer selects should not be on the same object type")
        if inner.group_by or inner.order_by or inner.limit is not None or inner.offset:
            message = "GROUP BY, ORDER BY, LIMIT and OFFSET are not allowed in a semi join sub-select"
            raise self._refused(inner, message)
        item = inner.select[0]
        if len(inner.select) != 1 or not isinstance(item, FieldItem) or not isinstance(item.expression, Path):
            raise self._refused(inner, "The inner select of a semi-join must have exactly one field")
        scope = Scope(self._reader, sobject, inner.source)
        operands = Operands(scope)
        selected = operands.of(item.expression)
        self._check_targets(operand, selected, comparison)
        conditions = [Fragment(f"{selected.sql.text} IS NOT NULL", selected.sql.values)]
        if not self._all_rows and "IsDeleted" in sobject.fields:
            conditions.append(Fragment(f"{scope.base.column('IsDeleted')} = 0"))
        if inner.where is not None:
            conditions.append(Conditions(operands, self._nested, self._check).sql(inner.where))
        where = joined("AND", conditions)
        return Fragment(
            f"SELECT {selected.sql.text} FROM {scope.from_sql} WHERE {where.text}",  # noqa: S608 -- values are parameters
            selected.sql.values + where.values,
        )

    def _nested(self, _operand: Operand, _comparison: Comparison, inner: Query) -> Fragment:
        raise self._refused(inner, "Nesting of semi join sub-selects is not supported")

    def _check(self, operand: Operand, position: int) -> None:
        if operand.aggregate:
            raise malformed(self._reader.text, position, "Aggregate functions are not allowed in WHERE")

    def _check_targets(self, outer: Operand, selected: Operand, comparison: Comparison) -> None:
        if not self._targets(outer) & self._targets(selected):
            raise malformed(
                self._reader.text,
                comparison.position,
                f"The selected field '{selected.name}' in the subquery and the left operand field "
                f"'{outer.name}' in the where expression in the outer query should point to the same object "
                "type",
            )

    @staticmethod
    def _targets(operand: Operand) -> set[str]:
        """The objects whose Ids the operand holds."""
        if operand.column is None:
            return set()
        field: Field = operand.column.field
        if field.type is FieldType.ID:
            return {operand.column.join.sobject.name}
        return set(field.reference_to)

    def _refused(self, inner: Query, message: str) -> SalesforceError:
        return malformed(self._reader.text, inner.position, message)
