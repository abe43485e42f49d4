"""Validation rules: a true formula refuses the record."""

from emulators.salesforce.dml.plan import Row, WritePlan
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.formula.evaluate import FormulaContext, evaluate


def check_validation_rules(dml: Writing, plan: WritePlan, row: Row, old: Row | None) -> None:
    """Raises FIELD_CUSTOM_VALIDATION_EXCEPTION with the first broken rule's own message."""
    if not plan.rules:
        return
    context = FormulaContext(plan.sobject, row, old, dml.now, dml.today)
    for rule in plan.rules:
        if evaluate(rule.formula, context) is True:
            fields = (rule.error_field,) if rule.error_field else ()
            raise SalesforceError("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, fields=fields)
