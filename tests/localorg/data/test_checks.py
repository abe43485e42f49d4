"""What DML refuses, in Salesforce's words."""

from collections.abc import Callable
from typing import Any

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org

NOT_WRITABLE = (
    "Unable to create/update fields: {}. Please check the security settings of this field and verify that it "
    "is read/write for your profile or permission set."
)
Refusal = Callable[[Callable[[], object]], SalesforceError]


def test_required_fields_are_named_together(dml: Dml, refusal: Refusal) -> None:
    error = refusal(lambda: dml.insert("Lead", {"FirstName": "Ida"}))

    assert error.code == "REQUIRED_FIELD_MISSING"
    assert error.message == "Required fields are missing: [LastName, Company]"
    assert error.fields == ("LastName", "Company")


def test_a_required_field_cannot_be_emptied_later(dml: Dml, refusal: Refusal) -> None:
    record_id = dml.insert("Contact", {"LastName": "Berg"})

    error = refusal(lambda: dml.update("Contact", record_id, {"LastName": "  "}))

    assert error.message == "Required fields are missing: [LastName]"


@pytest.mark.parametrize(
    ("sobject", "values", "code", "message", "fields"),
    [
        (
            "Contact",
            {"LastName": "x" * 81},
            "STRING_TOO_LONG",
            f"Last Name: data value too large: {'x' * 81} (max length=80)",
            ("LastName",),
        ),
        (
            "Gift__c",
            {"Send_Status__c": "Lost"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Send Status: bad value for restricted picklist field: Lost",
            ("Send_Status__c",),
        ),
        (
            "Gift__c",
            {"Tags__c": "Sent;Lost"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Tags: bad value for restricted picklist field: Sent;Lost",
            ("Tags__c",),
        ),
        (
            "Contact",
            {"LastName": "B", "Email": "ida at home"},
            "INVALID_EMAIL_ADDRESS",
            "Email: invalid email address: ida at home",
            ("Email",),
        ),
        (
            "Gift__c",
            {"Score__c": 10_000},
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Score: value outside of valid range on numeric field: 10000.0",
            ("Score__c",),
        ),
        (
            "Gift__c",
            {"Opt_Out__c": None},
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            "Opt Out: value not of required type: ",
            ("Opt_Out__c",),
        ),
        (
            "Gift__c",
            {"Contact__c": "somebody"},
            "MALFORMED_ID",
            "Contact: id value of incorrect type: somebody",
            ("Contact__c",),
        ),
        (
            "Task",
            {"WhoId": "001000000000001AAA"},
            "FIELD_INTEGRITY_EXCEPTION",
            "Name ID: id value of incorrect type: 001000000000001AAA",
            ("WhoId",),
        ),
        (
            "Gift__c",
            {"Contact__c": "003000000000999"},
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
            (),
        ),
        (
            "Account",
            {"AccountNumer": "1"},
            "INVALID_FIELD",
            "No such column 'AccountNumer' on sobject of type Account",
            (),
        ),
        (
            "Contact",
            {"LastName": "B", "MasterRecordId": None},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            NOT_WRITABLE.format("MasterRecordId"),
            ("MasterRecordId",),
        ),
    ],
)
def test_a_bad_value_is_refused(
    gifts: Org,
    dml: Dml,
    refusal: Refusal,
    sobject: str,
    values: dict[str, Any],
    code: str,
    message: str,
    fields: tuple[str, ...],
) -> None:
    error = refusal(lambda: dml.insert(sobject, values))

    assert (error.code, error.message, error.fields) == (code, message, fields)
    assert gifts.db.one(f'SELECT 1 FROM "{sobject}"') is None  # noqa: S608 -- names of ours


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("Gift_Value__c", "much", "double from VALUE_STRING value much"),
        ("Gift_Value__c", True, "double from VALUE_TRUE value True"),
        ("Due__c", "22.11.2026", "date from VALUE_STRING value 22.11.2026"),
        ("Clicked_At__c", 5, "datetime from VALUE_NUMBER_INT value 5"),
        ("Opt_Out__c", "perhaps", "boolean from VALUE_STRING value perhaps"),
        ("Code__c", {"a": 1}, "string from START_OBJECT value {"),
    ],
)
@pytest.mark.usefixtures("gifts")
def test_a_value_of_another_kind_is_a_parser_error(
    dml: Dml, refusal: Refusal, field: str, value: object, kind: str
) -> None:
    error = refusal(lambda: dml.insert("Gift__c", {field: value}))

    assert error.code == "JSON_PARSER_ERROR"
    assert error.message.startswith(f"Cannot deserialize instance of {kind} or request may be missing")


def test_a_duplicate_names_the_other_record(gifts: Org, dml: Dml, refusal: Refusal) -> None:
    first = dml.insert("Gift__c", {"Code__c": "abc"})

    error = refusal(lambda: dml.insert("Gift__c", {"Code__c": "ABC"}))

    assert error.code == "DUPLICATE_VALUE"
    assert error.message == f"duplicate value found: Code__c duplicates value on record with id: {first}"
    assert gifts.db.one('SELECT COUNT(*) FROM "Gift__c"')[0] == 1


@pytest.mark.usefixtures("gifts")
def test_a_case_sensitive_unique_field_tells_capitals_apart(dml: Dml) -> None:
    first = dml.insert("Gift__c", {"External_Id__c": "abc"})
    second = dml.insert("Gift__c", {"External_Id__c": "ABC"})

    assert first != second
    assert dml.upsert("Gift__c", "External_Id__c", "ABC", {}) == (second, False)


def test_the_bin_does_not_count_for_uniqueness(gifts: Org, dml: Dml) -> None:
    dml.delete("Gift__c", dml.insert("Gift__c", {"Code__c": "abc"}))

    again = dml.insert("Gift__c", {"Code__c": "abc"})

    assert gifts.db.one('SELECT "Id" FROM "Gift__c" WHERE "IsDeleted" = 0')["Id"] == again


@pytest.mark.usefixtures("gifts")
def test_a_reference_to_a_deleted_record_is_refused(dml: Dml, refusal: Refusal) -> None:
    contact = dml.insert("Contact", {"LastName": "Berg"})
    dml.delete("Contact", contact)

    error = refusal(lambda: dml.insert("Gift__c", {"Contact__c": contact}))

    assert (error.code, error.message) == ("ENTITY_IS_DELETED", "entity is deleted")


def test_a_look_up_may_name_its_record_by_external_id(gifts: Org, dml: Dml, refusal: Refusal) -> None:
    contact = dml.insert("Contact", {"LastName": "Berg", "Email": "ida@example.org"})

    gift = dml.insert("Gift__c", {"Contact__r": {"Email": "IDA@example.org"}})
    error = refusal(lambda: dml.insert("Gift__c", {"Contact__r": {"Email": "nobody@example.org"}}))

    assert gifts.db.one('SELECT "Contact__c" FROM "Gift__c" WHERE "Id" = ?', (gift,))["Contact__c"] == contact
    text = "Foreign key external ID: nobody@example.org not found for field Email in entity Contact"
    assert error.message == text


def test_several_matches_of_an_upsert_are_refused(dml: Dml, refusal: Refusal) -> None:
    ids = [dml.insert("Contact", {"LastName": n, "Email": "two@example.org"}) for n in "AB"]

    error = refusal(lambda: dml.upsert("Contact", "Email", "two@example.org", {"LastName": "C"}))

    assert error.code == "DUPLICATE_EXTERNAL_ID"
    assert error.message.endswith(f"[{ids[0]}, {ids[1]}]")


@pytest.mark.usefixtures("gifts")
def test_a_unique_value_is_the_same_in_the_capitals_of_any_alphabet(dml: Dml, refusal: Refusal) -> None:
    dml.insert("Gift__c", {"Code__c": "Größe-Ä"})

    error = refusal(lambda: dml.insert("Gift__c", {"Code__c": "GRÖßE-ä"}))

    assert error.code == "DUPLICATE_VALUE"
