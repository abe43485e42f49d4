"""renameMetadata: a custom object under another name, with its records and all that points at it."""

import re
from dataclasses import replace

from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, Schema, SObjectType
from emulators.salesforce.store.database import quote

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*__c")


def rename(org: Org, type_name: str, old: str, new: str) -> None:
    """Rename a component. Raises SalesforceError; of all types only custom objects are renamed here."""
    if type_name != "CustomObject":
        raise NotSupportedHere(f"renameMetadata of {type_name}")
    sobject = org.schema.objects.get(old)
    if sobject is None or not sobject.custom:
        raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", f"no CustomObject named {old} found")
    if org.schema.object_named(new) is not None:
        raise SalesforceError("DUPLICATE_DEVELOPER_NAME", f"The CustomObject named {new} already exists")
    if not _NAME.fullmatch(new):
        text = "fullName must begin with a letter, have letters, digits and underscores, and end with: __c"
        raise SalesforceError("INVALID_INPUT", text)
    with org.transaction():
        _move_records(org, sobject, new)
        org.replace_schema(_renamed(org.schema, old, new))
        _rename_components(org, old, new)
        for table in ("ObjectPermissions", "FieldPermissions", "RecordType"):
            org.db.execute(
                f'UPDATE "{table}" SET "SobjectType" = ? WHERE "SobjectType" = ?',  # noqa: S608 -- fixed names
                (new, old),
            )
        org.db.execute(
            'UPDATE "FieldPermissions" SET "Field" = ? || substr("Field", ?) WHERE "SobjectType" = ?',
            (new, len(old) + 1, new),
        )


def _move_records(org: Org, sobject: SObjectType, new: str) -> None:
    org.replace_schema(org.schema.with_object(replace(sobject, name=new)))
    columns = ", ".join(quote(name) for name in sobject.fields)
    org.db.execute(
        f"INSERT INTO {quote(new)} ({columns}) SELECT {columns} FROM {quote(sobject.name)}"  # noqa: S608 -- quoted names
    )
    org.db.execute('UPDATE "_name" SET "Type" = ? WHERE "Type" = ?', (new, sobject.name))


def _renamed(schema: Schema, old: str, new: str) -> Schema:
    """The schema without the old name, and with look-ups at it pointing at the new one."""

    def pointing(field: Field) -> Field:
        if old not in field.reference_to:
            return field
        return replace(field, reference_to=tuple(new if name == old else name for name in field.reference_to))

    objects = {}
    for name, sobject in schema.objects.items():
        if name != old:
            fields = {key: pointing(field) for key, field in sobject.fields.items()}
            objects[name] = sobject if fields == sobject.fields else replace(sobject, fields=fields)
    return replace(schema, objects=objects)


def _rename_components(org: Org, old: str, new: str) -> None:
    """The object's own component and those named after it: fields, views, layouts, tabs."""
    for table in ("_component", "_attachment", "_package_member"):
        org.db.execute(
            f"UPDATE {table} SET full_name = ? || substr(full_name, ?) "  # noqa: S608 -- fixed names
            "WHERE full_name = ? OR full_name LIKE ? ESCAPE '\\' OR full_name LIKE ? ESCAPE '\\'",
            (new, len(old) + 1, old, f"{_literal(old)}.%", f"{_literal(old)}-%"),
        )


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
