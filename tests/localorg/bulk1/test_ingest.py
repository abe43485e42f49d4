"""Rows in, records and result rows out."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, FieldType

Find = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def keyed(org: Org) -> Org:
    """An org whose accounts have an external id."""
    field = Field(
        name="Key__c",
        label="Key",
        type=FieldType.STRING,
        length=64,
        custom=True,
        external_id=True,
        unique=True,
    )
    with org.transaction():
        account = org.schema.objects["Account"].with_field(field)
        org.replace_schema(org.schema.with_object(account))
    return org


def test_each_row_has_its_outcome_in_order(bulk: Any, find: Find) -> None:
    rows = bulk.run("insert", "Contact", "LastName,Email\nArcher,a@x.example\n,b@x.example\nCole,\n")

    assert [row["Success"] for row in rows] == ["true", "false", "true"]
    assert rows[0]["Created"] == "true"
    assert rows[1] == {
        "Id": "",
        "Success": "false",
        "Created": "false",
        "Error": "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --",
    }
    assert [r["LastName"] for r in find("SELECT LastName FROM Contact ORDER BY LastName")] == [
        "Archer",
        "Cole",
    ]


def test_an_error_without_fields_ends_in_two_dashes(bulk: Any) -> None:
    (row,) = bulk.run("delete", "Contact", "Id\n003000000000999AAA\n")

    assert row["Success"] == "false"
    assert row["Error"].endswith(":--")


def test_quotes_commas_and_line_breaks_survive(bulk: Any, find: Find) -> None:
    bulk.run("insert", "Account", 'Name,Description\r\n"A, ""B""","one\ntwo"\r\n')

    record = find("SELECT Name, Description FROM Account")[0]
    assert (record["Name"], record["Description"]) == ('A, "B"', "one\ntwo")


def test_an_update_changes_what_is_given_and_empties_what_says_so(bulk: Any, find: Find) -> None:
    (row,) = bulk.run("insert", "Contact", "LastName,Title,Email\nArcher,Boss,a@x.example\n")

    (updated,) = bulk.run("update", "Contact", f"Id,Title,Email\n{row['Id']},,#N/A\n")

    assert (updated["Success"], updated["Created"]) == ("true", "false")
    record = find("SELECT Title, Email FROM Contact")[0]
    assert (record["Title"], record["Email"]) == ("Boss", None)


def test_names_are_read_without_regard_to_case(bulk: Any, find: Find) -> None:
    (row,) = bulk.run("insert", "contact", "lastname\nArcher\n")
    bulk.run("update", "Contact", f"ID,TITLE\n{row['Id']},Boss\n")

    assert find("SELECT Title FROM Contact")[0]["Title"] == "Boss"


def test_a_delete_moves_records_to_the_bin(bulk: Any, find: Find) -> None:
    (row,) = bulk.run("insert", "Contact", "LastName\nArcher\n")

    (deleted,) = bulk.run("delete", "Contact", f"Id\n{row['Id']}\n")

    assert (deleted["Id"], deleted["Success"]) == (row["Id"], "true")
    assert find("SELECT Id FROM Contact") == []


@pytest.mark.usefixtures("keyed")
def test_an_upsert_says_which_rows_it_created(bulk: Any, find: Find) -> None:
    key = {"externalIdFieldName": "Key__c"}
    bulk.run("upsert", "Account", "Key__c,Name\nk1,One\n", **key)

    rows = bulk.run("upsert", "Account", "Key__c,Name\nk1,Uno\nk2,Two\n", **key)

    assert [(row["Success"], row["Created"]) for row in rows] == [("true", "false"), ("true", "true")]
    assert [r["Name"] for r in find("SELECT Name FROM Account ORDER BY Key__c")] == ["Uno", "Two"]


@pytest.mark.usefixtures("keyed")
def test_a_parent_can_be_named_by_its_key(bulk: Any, find: Find) -> None:
    bulk.run("insert", "Account", "Name,Key__c\nAcme,k1\n")

    bulk.run("insert", "Contact", "LastName,Account.Key__c\nArcher,k1\n")

    assert find("SELECT Account.Name FROM Contact")[0]["Account"]["Name"] == "Acme"


def test_a_parent_of_several_kinds_is_named_with_its_kind(bulk: Any, find: Find) -> None:
    header = "LastName,Company,User:Owner.Username"
    bulk.run("insert", "Lead", f"{header}\nArcher,Acme,rep@local.example\n")

    assert find("SELECT Owner.Username FROM Lead")[0]["Owner"]["Username"] == "rep@local.example"


def test_a_kind_that_the_look_up_does_not_lead_to_is_no_column(bulk: Any) -> None:
    job_id = bulk.job("insert", "Lead")
    batch_id = bulk.batch(job_id, "LastName,Company,Contact:Owner.Email\nArcher,Acme,a@b.example\n")

    assert "Field name not found : Contact:Owner.Email" in bulk.info(job_id, batch_id)["stateMessage"]


@pytest.mark.usefixtures("keyed")
def test_json_rows_do_all_of_that_too(json_bulk: Any, find: Find) -> None:
    json_bulk.run("insert", "Account", json.dumps([{"Name": "Acme", "Key__c": "k1"}]))
    people = [
        {
            "attributes": {"type": "Contact"},
            "LastName": "Archer",
            "Account": {"Key__c": "k1"},
            "DoNotCall": None,
        },
        {"LastName": "Cole", "HasOptedOutOfEmail": True},
        {"FirstName": "Nameless"},
    ]
    people[0].pop("DoNotCall")
    people[1].pop("HasOptedOutOfEmail")

    rows = json_bulk.run("insert", "Contact", json.dumps(people))

    assert [row["success"] for row in rows] == [True, True, False]
    assert rows[0]["created"] is True
    assert rows[2]["id"] is None
    assert rows[2]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert find("SELECT Account.Name FROM Contact WHERE LastName = 'Archer'")[0]["Account"]["Name"] == "Acme"


def test_json_null_empties_a_field(json_bulk: Any, find: Find) -> None:
    (row,) = json_bulk.run("insert", "Contact", '[{"LastName": "Archer", "Title": "Boss"}]')

    json_bulk.run("update", "Contact", json.dumps([{"Id": row["id"], "Title": None}]))

    assert find("SELECT Title FROM Contact")[0]["Title"] is None


@pytest.mark.parametrize(
    ("operation", "body", "message"),
    [
        ("insert", "LastName,Nope\nArcher,1\n", "InvalidBatch : Field name not found : Nope"),
        ("insert", "LastName,Nope.Key__c\nArcher,1\n", "InvalidBatch : Field name not found : Nope.Key__c"),
        ("insert", "LastName,Account.Nope\nArcher,1\n", "InvalidBatch : Field name not found : Account.Nope"),
        ("update", "LastName\nArcher\n", "InvalidBatch : Field name not found : Id"),
        ("delete", "LastName\nArcher\n", "InvalidBatch : Field name not found : Id"),
        ("insert", "LastName\n", "InvalidBatch : Records not found"),
        ("insert", 'LastName\n"Archer', "InvalidBatch : Failed to parse CSV"),
        ("insert", "LastName\nArcher,too much\n", "InvalidBatch : Failed to parse CSV"),
        ("insert", b"LastName\n\xff\n", "InvalidBatch : Failed to parse CSV"),
        ("insert", "LastName\n" + "Archer\n" * 10_001, "InvalidBatch : Exceeded maximum number"),
    ],
)
def test_a_batch_that_makes_no_sense_fails_as_a_whole(
    bulk: Any, find: Find, operation: str, body: str | bytes, message: str
) -> None:
    job_id = bulk.job(operation, "Contact")

    batch_id = bulk.batch(job_id, body)

    info = bulk.info(job_id, batch_id)
    assert info["state"] == "Failed"
    assert info["stateMessage"].startswith(message)
    assert info["numberRecordsProcessed"] == "0"
    assert "Records not processed" in bulk.get(f"/job/{job_id}/batch/{batch_id}/result").text
    assert find("SELECT Id FROM Contact") == []


@pytest.mark.parametrize("body", ["{", "{}", "[1]", "[]"])
def test_a_json_batch_that_makes_no_sense_fails_as_a_whole(json_bulk: Any, body: str) -> None:
    job_id = json_bulk.job("insert", "Contact")

    assert json_bulk.info(job_id, json_bulk.batch(job_id, body))["state"] == "Failed"


def test_a_user_without_rights_finds_neither_objects_nor_fields(
    client_of: Callable[[str], FlaskClient],
) -> None:
    response = client_of("rep@local.example").post(
        "/services/async/62.0/job",
        data='{"operation": "insert", "object": "Lead", "contentType": "CSV"}',
        content_type="application/json",
    )

    assert response.get_json()["exceptionMessage"] == "Unable to find object: Lead"


def test_a_batch_without_content_is_refused(bulk: Any) -> None:
    response = bulk.upload(bulk.job("insert", "Contact"), " \n")

    assert response.status_code == 400
    assert "<exceptionCode>ClientInputError</exceptionCode>" in response.text
