"""What a new record gets without being told."""

import re

from emulators.salesforce.dml.coercion import coerce
from emulators.salesforce.dml.plan import Row, WritePlan
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.formula.evaluate import FormulaContext, evaluate

_NUMBER_PART = re.compile(r"\{(0+)\}")


def apply_defaults(dml: Writing, plan: WritePlan, row: Row, given: set[str]) -> None:
    """Fill in the fields that were not given; one given as null stays null, unless a value is required."""
    for field in plan.defaulted:
        needed = not field.nillable and row[field.name] is None
        if field.name in given and not needed:
            continue
        if field.default_formula:
            context = FormulaContext(plan.sobject, row, None, dml.now, dml.today)
            row[field.name] = coerce(field, evaluate(field.default_formula, context))
        else:
            row[field.name] = coerce(field, field.default_value)
    record_type = plan.sobject.default_record_type(dml.user.profile)
    if record_type is not None and "RecordTypeId" not in given:
        row["RecordTypeId"] = record_type.id
    if "OwnerId" in row and "OwnerId" not in given:
        row["OwnerId"] = dml.actor_id


def number_automatically(dml: Writing, plan: WritePlan, row: Row) -> None:
    """Give auto-number fields their next number, formatted as their display format says: `G-{000000}`."""
    for field in plan.auto_numbers:
        number = str(dml.org.next_number(f"{plan.sobject.name}.{field.name}"))
        before, zeros, after = _NUMBER_PART.split(field.auto_number, maxsplit=1)
        row[field.name] = f"{before}{number.rjust(len(zeros), '0')}{after}"
