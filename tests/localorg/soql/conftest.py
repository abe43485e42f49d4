"""One org with known records, asked by many tests and changed by none."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, FieldType, PicklistValue
from emulators.salesforce.security.access import Access
from emulators.salesforce.soql.execute import QueryResult, run_query

WEDNESDAY = datetime(2026, 3, 18, 10, 30, tzinfo=UTC)
"""When the seeded org is asked."""

Ask = Callable[..., QueryResult]
Names = Callable[[str], list[str]]

CUSTOM_FIELDS = (
    Field(
        name="Interests__c",
        label="Interests",
        type=FieldType.MULTIPICKLIST,
        length=255,
        custom=True,
        picklist_values=tuple(PicklistValue(v, v) for v in ("Tea", "Coffee", "Books", "Tea Towels")),
    ),
    Field(name="Score__c", label="Score", type=FieldType.DOUBLE, precision=10, scale=2, custom=True),
    Field(
        name="Notes__c",
        label="Notes",
        type=FieldType.TEXTAREA,
        length=32000,
        custom=True,
        filterable=False,
        sortable=False,
        groupable=False,
    ),
    Field(
        name="Key__c",
        label="Key",
        type=FieldType.STRING,
        length=64,
        custom=True,
        external_id=True,
        unique=True,
        case_sensitive=True,
    ),
    Field(
        name="Tier__c",
        label="Tier",
        type=FieldType.PICKLIST,
        length=255,
        custom=True,
        picklist_values=(PicklistValue("1", "Gold"), PicklistValue("2", "Silver")),
    ),
    Field(
        name="Vip__c",
        label="VIP",
        type=FieldType.BOOLEAN,
        custom=True,
        nillable=False,
        default_value=False,
        defaulted_on_create=True,
    ),
)

CONTACTS: tuple[dict[str, Any], ...] = (
    {
        "LastName": "Archer",
        "FirstName": "Ann",
        "Email": "ann@acme.example",
        "Account": "Acme",
        "Birthdate": "1980-03-18",
        "MailingCity": "Oslo",
        "Interests__c": "Tea;Books",
        "Score__c": 10,
        "Key__c": "a-1",
        "Tier__c": "1",
        "Vip__c": True,
    },
    {
        "LastName": "Baker",
        "FirstName": "Bob",
        "Email": "bob@acme.example",
        "Account": "Acme",
        "Birthdate": "1990-12-01",
        "Interests__c": "Tea Towels",
        "Score__c": 20.5,
        "Key__c": "A-1",
        "Tier__c": "2",
    },
    {
        "LastName": "Cole",
        "FirstName": "Cy",
        "Account": "Bolt",
        "Title": "100% _fun\\",
        "Interests__c": "Coffee",
        "Score__c": -3,
        "Notes__c": "long",
    },
    {"LastName": "d'Arc", "FirstName": "Dee", "Title": "two\nlines", "Department": "Büro Ærø;Über"},
)

OPPORTUNITIES: tuple[dict[str, Any], ...] = (
    {
        "Name": "Small",
        "Account": "Acme",
        "Amount": 100,
        "CloseDate": "2026-03-17",
        "StageName": "Prospecting",
    },
    {
        "Name": "Large",
        "Account": "Acme",
        "Amount": 900.5,
        "CloseDate": "2026-04-01",
        "StageName": "Closed Won",
    },
    {"Name": "Loose", "CloseDate": "2025-12-31", "StageName": "Prospecting"},
)


@pytest.fixture(scope="session")
def seeded_org() -> Org:
    org = Org.create(clock=lambda: WEDNESDAY)
    schema = org.schema
    contact = schema.objects["Contact"]
    for field in CUSTOM_FIELDS:
        contact = contact.with_field(field)
    with org.transaction():
        org.replace_schema(schema.with_object(contact))
    _seed(Dml(org, administrator(org)))
    return org


@pytest.fixture(scope="session")
def ask(seeded_org: Org) -> Ask:
    """Run a query as the administrator."""
    access = Access(seeded_org, administrator(seeded_org))

    def run(text: str, **options: Any) -> QueryResult:
        return run_query(seeded_org, access, text, user_id=administrator(seeded_org).id, **options)

    return run


@pytest.fixture(scope="session")
def last_names(ask: Ask) -> Names:
    """The last names of the contacts that a condition finds, sorted."""

    def find(condition: str) -> list[str]:
        records = ask(f"SELECT LastName FROM Contact WHERE {condition}").records  # noqa: S608 -- SOQL, no SQL
        return sorted(record["LastName"] for record in records)

    return find


@pytest.fixture(scope="session")
def refusal(ask: Ask) -> Callable[[str], SalesforceError]:
    """The error that a query gets."""

    def fail(text: str) -> SalesforceError:
        with pytest.raises(SalesforceError) as caught:
            ask(text)
        return caught.value

    return fail


def administrator(org: Org) -> Any:
    user = org.user("admin@local.example")
    assert user is not None
    return user


def _seed(dml: Dml) -> None:
    accounts = {
        name: dml.insert("Account", {"Name": name, "Industry": industry})
        for name, industry in (("Acme", "Energy"), ("Bolt", "Banking"), ("Void", None))
    }
    contacts = {}
    for values in CONTACTS:
        contacts[values["LastName"]] = dml.insert("Contact", _with_account(values, accounts))
    for values in OPPORTUNITIES:
        dml.insert("Opportunity", _with_account(values, accounts))
    dml.insert(
        "Task", {"Subject": "Call", "WhoId": contacts["Archer"], "WhatId": accounts["Acme"], "Status": "Open"}
    )
    dml.insert("Task", {"Subject": "Think"})
    dml.insert("Lead", {"LastName": "Lee", "Company": "Lone"})
    gone = dml.insert("Contact", {"LastName": "Gone", "AccountId": accounts["Acme"]})
    dml.delete("Contact", gone)


def _with_account(values: dict[str, Any], accounts: dict[str, str]) -> dict[str, Any]:
    fields = {name: value for name, value in values.items() if name != "Account"}
    return fields | ({"AccountId": accounts[values["Account"]]} if "Account" in values else {})
