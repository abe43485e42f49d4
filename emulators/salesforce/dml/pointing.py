"""Look-ups that the org itself sets, because what they pointed at is gone or has become another record."""

from collections.abc import Iterable

from emulators.salesforce.dml.formulas import calculate, formula_fields
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.schema.model import Field, SObjectType
from emulators.salesforce.store.database import quote
from emulators.salesforce.store.rows import update_row


def point_elsewhere(
    dml: Writing, child: SObjectType, field: Field, record_ids: Iterable[str], target: str | None
) -> None:
    """Let a look-up of the records point at the target, or at nothing; formulas follow, no rule is asked."""
    formulas = formula_fields(child)
    for record_id in record_ids:
        found = dml.org.db.one(f'SELECT * FROM {quote(child.name)} WHERE "Id" = ?', (record_id,))  # noqa: S608 -- quoted
        if found is not None:
            row = {**found, field.name: target}
            calculate(child, formulas, row, dml.now)
            update_row(dml.org.db, child, dict(found), row)
