"""TYPEOF: a polymorphic parent whose selected fields depend on what it is."""

from collections.abc import Iterable

from emulators.salesforce.errors import NotSupportedHere
from emulators.salesforce.soql.fragment import Fragment
from emulators.salesforce.soql.operands import Operand
from emulators.salesforce.soql.projection import RecordProjection, Shape
from emulators.salesforce.soql.scope import Column, Join, Scope
from emulators.salesforce.soql.tree import Path, TypeofItem


def add_typeof(projection: RecordProjection, item: TypeofItem, scope: Scope) -> None:
    """Select the parent. Raises MALFORMED_QUERY, INVALID_TYPE or INVALID_FIELD."""
    named = scope.polymorphic(item.relationship)
    shapes = {}
    for branch in item.branches:
        sobject = scope.reader.sobject(branch.sobject, branch.position)
        join = scope.of_type(named, sobject, branch.position)
        shapes[sobject.name] = _shape(projection.beside(join), join, branch.fields, scope)
    otherwise = _shape(projection.beside(named), named, item.otherwise, scope) if item.otherwise else None
    projection.add_by_type(named, shapes, otherwise, item.position)


def _shape(projection: RecordProjection, join: Join, fields: Iterable[Path], scope: Scope) -> Shape:
    for path in fields:
        if len(path.parts) > 1:
            raise NotSupportedHere("parents' fields inside SOQL TYPEOF")
        column = Column(join, scope.reader.field(join.sobject, path.parts[0], path.position))
        operand = Operand(Fragment(column.sql), column.field.type, column.field.name, column)
        projection.add(operand, operand.name, path.position)
    return projection.shape()
