"""Rows and records in XML, and queries in chunks of primary keys."""

from typing import Any

import pytest
from lxml import etree

NAMESPACE = "http://www.force.com/2009/06/asyncapi/dataload"
N = {"b": NAMESPACE}
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.fixture
def xml_bulk(bulk: Any) -> Any:
    return type(bulk)(bulk.client, "XML")


def rows(*inner: str) -> str:
    return (
        f'<sObjects xmlns="{NAMESPACE}" {XSI}>'
        + "".join(f"<sObject>{i}</sObject>" for i in inner)
        + "</sObjects>"
    )


def outcome(xml_bulk: Any, operation: str, body: str, **fields: str) -> Any:
    job_id = xml_bulk.job(operation, "Contact", **fields)
    batch_id = xml_bulk.batch(job_id, body)
    return etree.fromstring(xml_bulk.get(f"/job/{job_id}/batch/{batch_id}/result").data)


def texts(found: Any, path: str) -> list[str | None]:
    return [element.text for element in found.iterfind(path, N)]


def query(xml_bulk: Any, text: str) -> Any:
    job_id = xml_bulk.job("query", "Contact")
    batch_id = xml_bulk.batch(job_id, text)
    listed = etree.fromstring(xml_bulk.get(f"/job/{job_id}/batch/{batch_id}/result").data)
    return etree.fromstring(xml_bulk.get(f"/job/{job_id}/batch/{batch_id}/result/{listed[0].text}").data)


def test_rows_in_xml_are_carried_out_one_by_one(xml_bulk: Any) -> None:
    found = outcome(
        xml_bulk,
        "insert",
        rows("<type>Contact</type><LastName>Archer</LastName>", "<FirstName>Bob</FirstName>"),
    )

    assert texts(found, "b:result/b:success") == ["true", "false"]
    assert texts(found, "b:result/b:created") == ["true", "false"]
    assert texts(found, "b:result/b:errors/b:statusCode") == ["REQUIRED_FIELD_MISSING"]
    assert texts(found, "b:result/b:errors/b:fields") == ["LastName"]


def test_nil_empties_a_field(xml_bulk: Any, find: Any) -> None:
    made = outcome(xml_bulk, "insert", rows("<LastName>A</LastName><Title>Dr</Title>"))
    (record_id,) = texts(made, "b:result/b:id")

    outcome(xml_bulk, "update", rows(f'<Id>{record_id}</Id><Title xsi:nil="true"/>'))

    assert find("SELECT Title FROM Contact")[0]["Title"] is None


def test_records_in_xml_name_their_type_and_mark_nulls(bulk: Any, xml_bulk: Any) -> None:
    bulk.run("insert", "Contact", "LastName,Title\nArcher,\n")

    found = query(xml_bulk, "SELECT LastName, Title, Owner.Name, Account.Name, CreatedDate FROM Contact")

    (record,) = found.iterfind("b:records", N)
    assert record.findtext("b:type", namespaces=N) == "Contact"
    assert record.findtext("b:LastName", namespaces=N) == "Archer"
    assert record.findtext("b:Owner/b:Name", namespaces=N) == "Ada Admin"
    assert record.findtext("b:CreatedDate", namespaces=N).endswith(".000Z")
    assert [record.find(f"b:{name}", N).get(NIL) for name in ("Id", "Title", "Account")] == ["true"] * 3


def test_what_xml_cannot_hold_is_replaced(bulk: Any, xml_bulk: Any) -> None:
    bulk.run("insert", "Contact", "LastName\nBe\x0brg\n")

    found = query(xml_bulk, "SELECT LastName FROM Contact")

    assert found.findtext("b:records/b:LastName", namespaces=N) == "Be\N{REPLACEMENT CHARACTER}rg"


@pytest.mark.parametrize("body", ["<sObjects", "<other/>", f'<sObjects xmlns="{NAMESPACE}"/>', "\x00"])
def test_xml_without_rows_fails_the_batch(xml_bulk: Any, body: str) -> None:
    job_id = xml_bulk.job("insert", "Contact")
    batch_id = xml_bulk.batch(job_id, body)

    info = xml_bulk.info(job_id, batch_id)

    assert info["state"] == "Failed"
    assert info["stateMessage"].startswith("InvalidBatch : ")


def test_entities_in_rows_are_not_expanded(xml_bulk: Any, find: Any) -> None:
    body = '<!DOCTYPE s [<!ENTITY x "boom">]>' + rows("<LastName>A&x;</LastName>")

    outcome(xml_bulk, "insert", body)

    assert [r["LastName"] for r in find("SELECT LastName FROM Contact")] == ["A"]


def test_a_query_with_a_chunking_header_falls_into_batches(bulk: Any) -> None:
    bulk.run("insert", "Contact", "LastName\n" + "".join(f"P{i}\n" for i in range(5)))
    bulk.client.environ_base["HTTP_SFORCE_ENABLE_PKCHUNKING"] = "chunkSize=2; parent=Contact"
    job_id = bulk.job("query", "Contact")

    first = bulk.batch(job_id, "SELECT Id FROM Contact")

    listed = etree.fromstring(bulk.get(f"/job/{job_id}/batch").data)
    assert bulk.info(job_id, first)["state"] == "NotProcessed"
    assert texts(listed, "b:batchInfo/b:state") == ["NotProcessed", *["Completed"] * 3]
    assert texts(listed, "b:batchInfo/b:numberRecordsProcessed") == ["0", "2", "2", "1"]


def test_a_query_asked_twice_answers_the_same(json_bulk: Any) -> None:
    json_bulk.run("insert", "Contact", '[{"LastName": "A"}]')
    job_id = json_bulk.job("query", "Contact")
    batch_id = json_bulk.batch(job_id, "SELECT LastName, CreatedDate, Owner.CreatedDate FROM Contact")
    (result_id,) = json_bulk.result(job_id, batch_id)
    path = f"/job/{job_id}/batch/{batch_id}/result/{result_id}"

    once, twice = json_bulk.get(path).get_json(), json_bulk.get(path).get_json()

    assert once == twice
    assert isinstance(once[0]["CreatedDate"], int)
    assert isinstance(once[0]["Owner"]["CreatedDate"], int)
