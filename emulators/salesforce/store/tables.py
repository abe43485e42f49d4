"""Tables that follow the schema: one for each object, a column for each field."""

from emulators.salesforce.schema.model import Field, FieldType, Schema, SObjectType
from emulators.salesforce.store.database import Database, quote

_INTEGERS = {FieldType.BOOLEAN, FieldType.INT}
_REALS = {FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT, FieldType.LOCATION}
_PLAIN_TEXT = {
    FieldType.ID,
    FieldType.REFERENCE,
    FieldType.DATE,
    FieldType.DATETIME,
    FieldType.TIME,
    FieldType.ADDRESS,
    FieldType.BASE64,
}

NAME_COLUMNS = (
    "Id",
    "Type",
    "Name",
    "FirstName",
    "LastName",
    "Title",
    "Email",
    "Phone",
    "Username",
    "Alias",
    "IsActive",
)

_OWN_TABLES = (
    'CREATE TABLE IF NOT EXISTS "_sequence" (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID',
    'CREATE TABLE IF NOT EXISTS "_setting" (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
    'CREATE TABLE IF NOT EXISTS "_name" ("Id" TEXT PRIMARY KEY, "Type" TEXT NOT NULL, "IsActive" INTEGER, '
    + ", ".join(
        f"{quote(c)} TEXT COLLATE NOCASE" for c in NAME_COLUMNS if c not in {"Id", "Type", "IsActive"}
    )
    + ") WITHOUT ROWID",
)


def stored(sobject: SObjectType) -> bool:
    """Whether records of the object live in a table; Activity only lends its fields to Task and Event."""
    return sobject.modelled


def create_own_tables(db: Database) -> None:
    """What the store itself needs: sequences, settings, and the names that polymorphic look-ups show."""
    for statement in _OWN_TABLES:
        db.execute(statement)


def migrate(db: Database, old: Schema, new: Schema) -> None:
    """Change the tables from one schema to another, keeping the records of what stays."""
    for name, sobject in old.objects.items():
        if stored(sobject) and not _still_stored(new, name):
            db.execute(f"DROP TABLE {quote(name)}")
            db.execute('DELETE FROM "_name" WHERE "Type" = ?', (name,))
    for name, sobject in new.objects.items():
        before = old.objects.get(name)
        if not stored(sobject) or sobject is before:
            continue
        if before is None or not stored(before):
            _create(db, sobject)
        else:
            _alter(db, before, sobject)


def _still_stored(schema: Schema, name: str) -> bool:
    sobject = schema.objects.get(name)
    return sobject is not None and stored(sobject)


def _create(db: Database, sobject: SObjectType) -> None:
    columns = ", ".join(f"{quote(f.name)} {_column_type(f)}" for f in sobject.fields.values())
    db.execute(f"CREATE TABLE {quote(sobject.name)} ({columns}) WITHOUT ROWID")
    for field in sobject.fields.values():
        _create_index(db, sobject, field)


def _alter(db: Database, old: SObjectType, new: SObjectType) -> None:
    for name, field in old.fields.items():
        if name not in new.fields:
            db.execute(f"DROP INDEX IF EXISTS {_index_name(old, field)}")
            db.execute(f"ALTER TABLE {quote(new.name)} DROP COLUMN {quote(name)}")
    for name, field in new.fields.items():
        before = old.fields.get(name)
        if before is None:
            _add_column(db, new, field)
        elif _column_type(before) != _column_type(field):
            _retype_column(db, new, field)
        elif not _indexed(before):
            _create_index(db, new, field)


def _add_column(db: Database, sobject: SObjectType, field: Field) -> None:
    db.execute(f"ALTER TABLE {quote(sobject.name)} ADD COLUMN {quote(field.name)} {_column_type(field)}")
    if field.type is FieldType.BOOLEAN:
        value = int(field.default_value is True)
        db.execute(f"UPDATE {quote(sobject.name)} SET {quote(field.name)} = ?", (value,))  # noqa: S608 -- quoted names
    _create_index(db, sobject, field)


def _retype_column(db: Database, sobject: SObjectType, field: Field) -> None:
    table, column, old_column = quote(sobject.name), quote(field.name), quote(f"_old_{field.name}")
    db.execute(f"DROP INDEX IF EXISTS {_index_name(sobject, field)}")
    db.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO {old_column}")
    db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {_column_type(field)}")
    db.execute(f"UPDATE {table} SET {column} = {old_column}")  # noqa: S608 -- quoted names
    db.execute(f"ALTER TABLE {table} DROP COLUMN {old_column}")
    _create_index(db, sobject, field)


def _column_type(field: Field) -> str:
    if field.type is FieldType.ID:
        return "TEXT PRIMARY KEY"
    if field.type in _INTEGERS:
        return "INTEGER"
    if field.type in _REALS:
        return "REAL"
    if field.type in _PLAIN_TEXT or field.case_sensitive:
        return "TEXT"
    return "TEXT COLLATE NOCASE"


def _indexed(field: Field) -> bool:
    by_person = field.name in {"CreatedById", "LastModifiedById", "OwnerId"}
    return (
        (field.type is FieldType.REFERENCE and not by_person)
        or field.unique
        or field.external_id
        or field.id_lookup
    )


def _index_name(sobject: SObjectType, field: Field) -> str:
    return quote(f"_index_{sobject.name}_{field.name}")


def _create_index(db: Database, sobject: SObjectType, field: Field) -> None:
    if _indexed(field) and field.type is not FieldType.ID:
        name = _index_name(sobject, field)
        db.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {quote(sobject.name)} ({quote(field.name)})")
