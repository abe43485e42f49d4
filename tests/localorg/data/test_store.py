"""Tables that follow the schema, transactions, and what outlives a restart."""

import sqlite3
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, FieldType, Schema
from emulators.salesforce.security.users import SYSTEM


def with_field(schema: Schema, field: Field) -> Schema:
    return schema.with_object(schema.objects["Contact"].with_field(field))


def add_score_and_fail(org: Org) -> None:
    """Finish an inner transaction, then fail in the one around it."""
    with org.transaction():
        with org.transaction():
            org.set_setting("inner", "lost")
            org.replace_schema(with_field(org.schema, SCORE))
        raise LookupError


SCORE = Field(name="Score__c", label="Score", type=FieldType.STRING, length=10, custom=True, external_id=True)
FLAG = Field(
    name="Flag__c", label="Flag", type=FieldType.BOOLEAN, nillable=False, default_value=True, custom=True
)


def test_a_new_field_keeps_the_records_and_gives_them_its_default(org: Org, dml: Dml) -> None:
    contact = dml.insert("Contact", {"LastName": "Berg"})

    with org.transaction():
        org.replace_schema(with_field(org.schema, FLAG))

    row = org.db.one('SELECT "LastName", "Flag__c" FROM "Contact" WHERE "Id" = ?', (contact,))
    assert tuple(row) == ("Berg", 1)


def test_a_changed_type_converts_what_is_there(org: Org) -> None:
    with org.transaction():
        org.replace_schema(with_field(org.schema, SCORE))
    Dml(org, SYSTEM).insert("Contact", {"LastName": "Berg", "Score__c": "12"})

    with org.transaction():
        number = replace(SCORE, type=FieldType.DOUBLE, precision=5, scale=0, length=0)
        org.replace_schema(with_field(org.schema, number))

    assert org.db.one('SELECT "Score__c" FROM "Contact"')[0] == 12.0
    assert org.db.one('SELECT typeof("Score__c") FROM "Contact"')[0] == "real"


def test_a_removed_object_loses_its_table(gifts: Org) -> None:
    with gifts.transaction():
        left = {n: o for n, o in gifts.schema.objects.items() if n != "Gift__c"}
        gifts.replace_schema(Schema(left))

    assert gifts.db.one("SELECT 1 FROM sqlite_master WHERE name = 'Gift__c'") is None
    assert "Gift__c" not in gifts.schema.objects["Task"].fields["WhatId"].reference_to


def test_a_rollback_restores_schema_and_tables(org: Org) -> None:
    before = org.schema

    with pytest.raises(LookupError):
        add_score_and_fail(org)

    assert org.schema is before
    columns = {r["name"] for r in org.db.all("SELECT name FROM pragma_table_info('Contact')")}
    assert columns == set(before.objects["Contact"].fields)


def test_an_inner_rollback_leaves_the_outer_transaction_alone(org: Org) -> None:
    with org.transaction():
        org.set_setting("outer", "kept")
        with pytest.raises(LookupError):
            add_score_and_fail(org)

    assert (org.setting("outer"), org.setting("inner")) == ("kept", None)
    assert "Score__c" not in org.schema.objects["Contact"].fields


@pytest.mark.parametrize("nested", [True, False])
def test_a_full_disk_undoes_the_write_and_the_next_one_goes_on(org: Org, nested: bool) -> None:
    dml = Dml(org, SYSTEM)
    pages = org.db.all("PRAGMA page_count")[0][0]
    org.db.execute(f"PRAGMA max_page_count = {pages + 2}")

    def fill() -> None:
        with org.transaction() if nested else nullcontext():
            for _ in range(5000):
                dml.insert("Contact", {"LastName": "x" * 80})

    with pytest.raises(sqlite3.OperationalError, match="full"):
        fill()
    org.db.execute("PRAGMA max_page_count = 1000000")
    told: list[str] = []
    with org.transaction():
        org.db.on_commit(lambda: told.append("committed"))
        dml.insert("Contact", {"LastName": "Last"})

    count = org.db.all('SELECT COUNT(*) FROM "Contact"')[0][0]
    assert told == ["committed"]
    assert count == 1 if nested else count > 1


def test_a_restart_finds_schema_records_and_sequences_again(tmp_path: Path) -> None:
    path = tmp_path / "org.sqlite"
    first = Org.create(path, clock=lambda: datetime(2026, 11, 22, tzinfo=UTC))
    with first.transaction():
        first.replace_schema(with_field(first.schema, SCORE))
    contact = Dml(first, SYSTEM).insert("Contact", {"LastName": "Berg", "Score__c": "7"})
    first.close()

    second = Org.create(path)
    another = Dml(second, SYSTEM).insert("Contact", {"LastName": "Moe"})

    assert second.org_id == first.org_id
    assert second.schema == first.schema
    assert second.db.one('SELECT "Score__c" FROM "Contact" WHERE "Id" = ?', (contact,))[0] == "7"
    assert another > contact
    second.close()


def test_the_seeded_users_are_found_by_name_and_id(org: Org) -> None:
    admin = org.user("admin@local.example")
    assert admin is not None

    assert (admin.is_admin, admin.marketing) == (True, True)
    assert org.user(admin.id) == org.user(admin.id[:15]) == admin
    assert org.user("nobody@local.example") is None


def test_names_for_polymorphic_look_ups_follow_the_records(org: Org, dml: Dml) -> None:
    lead = dml.insert("Lead", {"FirstName": "Ida", "LastName": "Berg", "Company": "Acme"})
    dml.update("Lead", lead, {"LastName": "Dahl"})

    row = org.db.one('SELECT "Type", "Name" FROM "_name" WHERE "Id" = ?', (lead,))
    assert tuple(row) == ("Lead", "Ida Dahl")
