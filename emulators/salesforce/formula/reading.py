"""Formula fields that depend on who reads the record: calculated for one reader, and never stored."""

from collections.abc import Mapping
from typing import Any

from emulators.salesforce.dml.coercion import coerce
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.formula.checking import depends_on_reader
from emulators.salesforce.formula.evaluate import FormulaContext, evaluate
from emulators.salesforce.formula.variables import Variables
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import FieldType, SObjectType
from emulators.salesforce.security.users import OrgUser
from emulators.salesforce.store.values import datetime_text


def as_read_by(org: Org, user: OrgUser, sobject: SObjectType, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with the formulas calculated that `$User`, `$Setup` and the like decide; stored forms.

    Pages and the UI API show them so. SOQL and the other resources leave these fields empty.
    """
    seen = dict(row)
    now = datetime_text(org.clock())
    variables = Variables(org, user)
    for field in sobject.fields.values():
        if field.formula and depends_on_reader(field.formula):
            context = FormulaContext(sobject, row, None, now, now[:10], variables, field.blanks_are_zero)
            value = evaluate(field.formula, context)
            if field.type is FieldType.BOOLEAN:
                seen[field.name] = int(value is True)
                continue
            try:
                seen[field.name] = coerce(field, value)
            except SalesforceError:
                seen[field.name] = None
    return seen
