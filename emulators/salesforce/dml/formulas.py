"""Formula fields: calculated when a record is written, and for all records when the formula is deployed.

On the platform they are calculated when they are read. The difference would show in formulas that look
at the clock or at other records, which are refused when they are deployed, and in those that depend on the
reader, whose fields hold nothing; pages and the UI API calculate those (`formula.reading`), and the deploy
says so.
"""

from collections.abc import Sequence
from dataclasses import replace

from emulators.salesforce.dml.coercion import coerce
from emulators.salesforce.dml.plan import Row
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.formula import depends_on_reader
from emulators.salesforce.formula.evaluate import FormulaContext, evaluate
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, FieldType, SObjectType
from emulators.salesforce.store.database import quote
from emulators.salesforce.store.rows import update_row
from emulators.salesforce.store.values import datetime_text


def calculate(sobject: SObjectType, formulas: Sequence[Field], row: Row, now: str) -> None:
    """Fill in the formula fields of a row, whichever refers to which. now: as datetimes are stored."""
    if not formulas:
        return
    context = FormulaContext(sobject, row, None, now, now[:10])
    waiting = list(formulas)
    for _ in waiting:
        before = {field.name: row[field.name] for field in waiting}
        for field in waiting:
            row[field.name] = _value(field, context)
        if all(row[name] == value for name, value in before.items()):
            return


def recalculate(org: Org, before: SObjectType | None, after: SObjectType) -> None:
    """Bring all records of an object to its formulas, when these changed."""
    formulas = formula_fields(after)
    if not formulas or not after.modelled or (before and formula_fields(before) == formulas):
        return
    now = datetime_text(org.clock())
    for found in org.db.all(f"SELECT * FROM {quote(after.name)}"):  # noqa: S608 -- quoted name
        old = dict(found)
        row = dict(old)
        calculate(after, formulas, row, now)
        update_row(org.db, after, old, row)


def formula_fields(sobject: SObjectType) -> list[Field]:
    """The fields that are calculated."""
    return [field for field in sobject.fields.values() if field.formula]


def _value(field: Field, context: FormulaContext) -> object:
    """The stored form; what does not fit the field, such as a number out of range, shows as nothing."""
    if depends_on_reader(field.formula):
        return None
    value = evaluate(field.formula, replace(context, blanks_are_zero=field.blanks_are_zero))
    if field.type is FieldType.BOOLEAN:
        return int(value is True)
    try:
        return coerce(field, value)
    except SalesforceError:
        return None
