"""Permission sets: who has which, and what they grant."""

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError


def check_assignment(dml: Writing, row: Row, old: Row | None) -> None:
    """A user has a permission set once."""
    if old is not None:
        return
    row["IsActive"] = 1
    user_id, permission_set_id = wanted = (row["AssigneeId"], row["PermissionSetId"])
    sql = 'SELECT 1 FROM "PermissionSetAssignment" WHERE "AssigneeId" = ? AND "PermissionSetId" = ?'
    if dml.org.db.one(sql, wanted):
        message = f"Duplicate PermissionSetAssignment.  Assignee: {user_id[:15]}; "
        message += f"Permission Set: {permission_set_id[:15]}"
        raise SalesforceError("DUPLICATE_VALUE", message, fields=("AssigneeId", "PermissionSetId"))


def check_field(dml: Writing, row: Row, _old: Row | None) -> None:
    """Access is given to an address, not to its parts. Source: as for `SObjectType.securing`."""
    sobject = dml.org.schema.object_named(row["SobjectType"])
    field = sobject.field_named(row["Field"].rpartition(".")[2]) if sobject else None
    if sobject and field and sobject.securing(field) is not field:
        message = f"Field Name: bad value for restricted picklist field: {row['Field']}"
        raise SalesforceError("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, fields=("Field",))


def tell_rights_changed(dml: Writing, _row: Row, _old: Row | None) -> None:
    """Describes look different from now on."""
    dml.org.rights_changed()


def tell_rights_withdrawn(dml: Writing, _row: Row) -> None:
    """Describes look different from now on."""
    dml.org.rights_changed()
