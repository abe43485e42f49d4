"""Queries by the batch."""

import csv
import io
import json
from typing import Any

import pytest
from lxml import etree


def ask(bulk: Any, sobject: str, text: str, operation: str = "query") -> str:
    """A query's result as it comes."""
    job_id = bulk.job(operation, sobject)
    batch_id = bulk.batch(job_id, text)
    listed = bulk.get(f"/job/{job_id}/batch/{batch_id}/result")
    ids = (
        listed.get_json() if bulk.content_type == "JSON" else [r.text for r in etree.fromstring(listed.data)]
    )
    assert len(ids) == 1
    return bulk.get(f"/job/{job_id}/batch/{batch_id}/result/{ids[0]}").text


@pytest.fixture
def people(bulk: Any) -> None:
    bulk.run("insert", "Account", "Name,AnnualRevenue\nAcme,12\n")
    bulk.run("insert", "Contact", 'LastName,Birthdate,Title\nArcher,1980-03-18,\nCole,,"a ""b"""\n')


@pytest.mark.usefixtures("people")
def test_csv_has_a_column_for_each_field_in_the_order_asked(bulk: Any) -> None:
    text = ask(
        bulk, "Contact", "SELECT lastname, Owner.Name, Birthdate, CreatedDate, IsDeleted, Title FROM Contact"
    )

    header, archer, cole = csv.reader(io.StringIO(text))
    assert header == ["LastName", "Owner.Name", "Birthdate", "CreatedDate", "IsDeleted", "Title"]
    assert archer[:3] == ["Archer", "Ada Admin", "1980-03-18"]
    assert archer[3].endswith(".000Z")
    assert archer[4:] == ["false", ""]
    assert cole[5] == 'a "b"'


@pytest.mark.usefixtures("people")
def test_numbers_and_missing_parents_are_written_plainly(bulk: Any) -> None:
    accounts = ask(bulk, "Account", "SELECT AnnualRevenue FROM Account")
    contacts = ask(bulk, "Contact", "SELECT Account.Name FROM Contact LIMIT 1")

    assert accounts == '"AnnualRevenue"\n"12.0"\n'
    assert contacts == '"Account.Name"\n""\n'


def test_nothing_found_is_said_in_one_line(bulk: Any) -> None:
    assert ask(bulk, "Lead", "SELECT Id FROM Lead") == '"Records not found for this query"\n'


@pytest.mark.usefixtures("people")
def test_json_has_days_and_times_in_milliseconds(json_bulk: Any) -> None:
    text = ask(
        json_bulk,
        "Contact",
        "SELECT LastName, Birthdate, CreatedDate, Owner.CreatedDate FROM Contact ORDER BY LastName",
    )

    archer, cole = json.loads(text)
    assert archer["attributes"]["type"] == "Contact"
    assert archer["Birthdate"] == 322185600000
    assert cole["Birthdate"] is None
    assert archer["CreatedDate"] == archer["Owner"]["CreatedDate"] == 1795339815000


@pytest.mark.usefixtures("people")
def test_a_result_can_be_fetched_twice(json_bulk: Any) -> None:
    job_id = json_bulk.job("query", "Contact")
    batch_id = json_bulk.batch(job_id, "SELECT CreatedDate FROM Contact")
    (result_id,) = json_bulk.result(job_id, batch_id)
    path = f"/job/{job_id}/batch/{batch_id}/result/{result_id}"

    assert json_bulk.get(path).text == json_bulk.get(path).text


def test_json_takes_records_of_several_types(json_bulk: Any) -> None:
    contact_id = json_bulk.run("insert", "Contact", '[{"LastName": "Archer"}]')[0]["id"]
    json_bulk.run("insert", "Task", json.dumps([{"Subject": "Call", "WhoId": contact_id}]))

    text = ask(json_bulk, "Task", "SELECT Id, TYPEOF Who WHEN Contact THEN LastName ELSE Id END FROM Task")

    assert json.loads(text)[0]["Who"]["LastName"] == "Archer"


@pytest.mark.usefixtures("people")
def test_query_all_sees_the_bin(bulk: Any) -> None:
    ids = ask(bulk, "Contact", "SELECT Id FROM Contact")
    bulk.run("delete", "Contact", ids)

    assert "Records not found" in ask(bulk, "Contact", "SELECT LastName FROM Contact")
    assert "Archer" in ask(bulk, "Contact", "SELECT LastName FROM Contact", "queryAll")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "SELECT Nope FROM Contact",
            "INVALID_FIELD: \nSELECT Nope FROM Contact\n       ^\nERROR at Row:1:Column:8",
        ),
        ("SELECT", "MALFORMED_QUERY: "),
        ("SELECT Id FROM Lead", "INVALID_TYPE_FOR_OPERATION: The root entity of the requested query (Lead)"),
        (
            "SELECT Id, (SELECT Id FROM Tasks) FROM Contact",
            "FUNCTIONALITY_NOT_ENABLED: Aggregate Relationships",
        ),
        ("SELECT COUNT(Id) FROM Contact", "FUNCTIONALITY_NOT_ENABLED: "),
        ("SELECT Id FROM Contact OFFSET 1", "FUNCTIONALITY_NOT_ENABLED: OFFSET"),
        (
            "SELECT MailingAddress FROM Contact",
            "FUNCTIONALITY_NOT_ENABLED: Selecting compound data not supported",
        ),
    ],
)
def test_a_query_that_cannot_run_fails_its_batch(bulk: Any, text: str, message: str) -> None:
    job_id = bulk.job("query", "Contact")
    batch_id = bulk.batch(job_id, text)

    info = bulk.info(job_id, batch_id)

    assert info["state"] == "Failed"
    assert info["stateMessage"].startswith(f"InvalidBatch : Failed to process query: {message}")


def test_an_unknown_result_is_refused(bulk: Any) -> None:
    job_id = bulk.job("query", "Contact")
    batch_id = bulk.batch(job_id, "SELECT Id FROM Contact")

    response = bulk.get(f"/job/{job_id}/batch/{batch_id}/result/752000000000000")

    assert response.status_code == 400
