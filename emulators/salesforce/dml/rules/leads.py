"""Converted leads: read-only, except for users with the permission to edit them."""

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError

_PERMISSION = "PermissionsAllowViewEditConvertedLeads"


def keep_converted(dml: Writing, row: Row, old: Row | None) -> None:
    """Raises CANNOT_UPDATE_CONVERTED_LEAD for users without "View and Edit Converted Leads"."""
    converted = old is not None and old["IsConverted"] and row["IsConverted"]
    if converted and dml.access is not None and not dml.access.permitted(_PERMISSION):
        raise SalesforceError("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
