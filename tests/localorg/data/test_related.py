"""Relationship paths, files, exact search, changes within a span, and graphs."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.org import Org

DATA = "/services/data/v66.0"


def create(client: FlaskClient, name: str, **values: Any) -> str:
    answer = client.post(f"{DATA}/sobjects/{name}", json=values)
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def test_a_path_leads_to_parents_and_to_children(client: FlaskClient) -> None:
    account = create(client, "Account", Name="Acme")
    boss = create(client, "Contact", LastName="Berg", AccountId=account)
    contact = create(client, "Contact", LastName="Dahl", AccountId=account, ReportsToId=boss)

    parent = client.get(f"{DATA}/sobjects/Contact/{contact}/ReportsTo/Account?fields=Name").json
    children = client.get(f"{DATA}/sobjects/Contact/{contact}/Account/Contacts?fields=LastName").json

    assert (parent["attributes"]["type"], parent["Name"]) == ("Account", "Acme")
    assert children["totalSize"] == 2
    assert {r["LastName"] for r in children["records"]} == {"Berg", "Dahl"}


def test_a_parent_is_changed_and_deleted_through_the_path(client: FlaskClient) -> None:
    contact = create(client, "Contact", LastName="Dahl", AccountId=create(client, "Account", Name="Acme"))

    changed = client.patch(f"{DATA}/sobjects/Contact/{contact}/Account", json={"Name": "Acme AS"})
    name = client.get(f"{DATA}/sobjects/Contact/{contact}/Account").json["Name"]
    gone = client.delete(f"{DATA}/sobjects/Contact/{contact}/Account")

    assert (changed.status_code, name, gone.status_code) == (204, "Acme AS", 204)


@pytest.mark.parametrize("path", ["Account", "Nothing", "Account/Nothing", "Body"])
def test_a_path_to_nothing_is_not_found(client: FlaskClient, path: str) -> None:
    contact = create(client, "Contact", LastName="Dahl")

    answer = client.get(f"{DATA}/sobjects/Contact/{contact}/{path}")

    assert (answer.status_code, answer.json[0]["errorCode"]) == (404, "NOT_FOUND")


def test_a_file_is_read_at_the_address_that_its_record_shows(client: FlaskClient) -> None:
    content = base64.b64encode(b"thank you\n").decode()
    version = create(client, "ContentVersion", PathOnClient="card.txt", VersionData=content)

    soql = f"SELECT VersionData, ContentDocumentId FROM ContentVersion WHERE Id = '{version}'"  # noqa: S608 -- an Id
    shown = client.get(f"{DATA}/query", query_string={"q": soql}).json["records"][0]
    record = client.get(f"{DATA}/sobjects/ContentVersion/{version}").json
    document = client.get(f"{DATA}/sobjects/ContentDocument/{shown['ContentDocumentId']}").json

    assert client.get(shown["VersionData"]).data == b"thank you\n"
    assert record["VersionData"] == shown["VersionData"]
    assert (record["FileType"], record["ContentSize"], document["Title"]) == ("TEXT", 10, "card")


def test_what_is_no_base64_is_refused_as_content(client: FlaskClient) -> None:
    account = create(client, "Account", Name="Acme")

    answer = client.post(
        f"{DATA}/sobjects/Attachment", json={"ParentId": account, "Name": "a", "Body": "not base64!"}
    )

    assert answer.json[0]["errorCode"] == "JSON_PARSER_ERROR"


def test_search_finds_exact_names_in_the_objects_asked_for(client: FlaskClient) -> None:
    account = create(client, "Account", Name="Acme")
    create(client, "Account", Name="Acme Holding")
    create(client, "Campaign", Name="Acme")

    by_url = client.get(f"{DATA}/parameterizedSearch?q=acme&sobject=Account&Account.fields=Id,Name").json
    by_body = client.post(f"{DATA}/parameterizedSearch", json={"q": "Acme"}).json

    assert [(r["Id"], r["Name"]) for r in by_url["searchRecords"]] == [(account, "Acme")]
    assert {r["attributes"]["type"] for r in by_body["searchRecords"]} == {"Account", "Campaign"}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"q": "Acm*"}, "wildcards"),
        ({"q": "Acme", "in": "EMAIL"}, "EMAIL"),
        ({"q": "Acme", "spellCorrection": False}, "spellCorrection"),
        ({"q": "Acme", "sobjects": [{"name": "Account", "where": "x"}]}, "where"),
    ],
)
def test_what_search_does_not_do_is_named(client: FlaskClient, body: dict[str, Any], named: str) -> None:
    answer = client.post(f"{DATA}/parameterizedSearch", json=body)

    assert answer.status_code == 501
    assert named in answer.json[0]["message"]


def test_changes_within_a_span_are_listed(client: FlaskClient, org: Org) -> None:
    kept, gone = create(client, "Account", Name="A"), create(client, "Account", Name="B")
    client.delete(f"{DATA}/sobjects/Account/{gone}")
    span = {"start": org.clock().isoformat(), "end": (org.clock() + timedelta(minutes=1)).isoformat()}

    updated = client.get(f"{DATA}/sobjects/Account/updated", query_string=span).json
    deleted = client.get(f"{DATA}/sobjects/Account/deleted", query_string=span).json

    assert updated["ids"] == [kept]
    assert [r["id"] for r in deleted["deletedRecords"]] == [gone]


@pytest.mark.parametrize(
    "body",
    [
        {"q": "Acme", "sobjects": ["Account"]},
        {"q": "Acme", "sobjects": "Account"},
        {"q": "Acme", "fields": "Id"},
        {"q": "Acme", "fields": [3]},
        {"q": "Acme", "overallLimit": "many"},
        {"q": "Acme", "overallLimit": -1},
        {"q": "Acme", "defaultLimit": 10**30},
        {"q": "Acme", "sobjects": [{"name": "Account", "limit": []}]},
    ],
)
def test_a_search_that_cannot_be_read_is_refused(client: FlaskClient, body: dict[str, Any]) -> None:
    answer = client.post(f"{DATA}/parameterizedSearch", json=body)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("x", "y"),
        ("2026-11-22T09:30:15Z", "2026-11-21T09:30:15Z"),
        ("2026-11-22T09:30:15Z", "9999-12-31T23:59:59-14:00"),
    ],
)
def test_a_span_that_is_none_is_refused(client: FlaskClient, start: str, end: str) -> None:
    answer = client.get(f"{DATA}/sobjects/Account/updated", query_string={"start": start, "end": end})

    assert answer.json[0]["errorCode"] == "INVALID_REPLICATION_DATE"


def test_a_failing_graph_is_undone_and_the_others_stay(client: FlaskClient, org: Org) -> None:
    def node(reference_id: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
        url = f"{DATA}/sobjects/{name}"
        return {"method": "POST", "url": url, "referenceId": reference_id, "body": body}

    good = [
        node("a", "Account", {"Name": "Acme"}),
        node("c", "Contact", {"LastName": "B", "AccountId": "@{a.id}"}),
    ]
    bad = [node("a", "Account", {"Name": "Gone"}), node("c", "Contact", {"FirstName": "No"})]

    answer = client.post(
        f"{DATA}/composite/graph",
        json={
            "graphs": [{"graphId": "1", "compositeRequest": good}, {"graphId": "2", "compositeRequest": bad}]
        },
    )

    first, second = answer.json["graphs"]
    assert (first["isSuccessful"], second["isSuccessful"]) == (True, False)
    halted, refused = second["graphResponse"]["compositeResponse"]
    assert halted["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert refused["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert [r["Name"] for r in org.db.all('SELECT "Name" FROM "Account"')] == ["Acme"]


def test_a_required_value_with_a_default_is_filled_in_even_when_given_as_null(client: FlaskClient) -> None:
    lead = create(client, "Lead", LastName="B", Company="C", Status=None)

    assert client.get(f"{DATA}/sobjects/Lead/{lead}").json["Status"] == "Open - Not Contacted"


def test_a_product_has_one_price_in_a_price_book(client: FlaskClient, org: Org) -> None:
    book = org.db.all('SELECT "Id" FROM "Pricebook2"')[0]["Id"]
    price = {"Product2Id": create(client, "Product2", Name="Soap"), "Pricebook2Id": book, "UnitPrice": 3}
    entry = create(client, "PricebookEntry", **price)

    again = client.post(f"{DATA}/sobjects/PricebookEntry", json=price)

    assert again.json[0]["errorCode"] == "DUPLICATE_VALUE"
    assert client.get(f"{DATA}/sobjects/PricebookEntry/{entry}").json["Name"] == "Soap"


def test_a_record_that_never_was_is_an_invalid_reference_to_delete(client: FlaskClient) -> None:
    answer = client.delete(f"{DATA}/sobjects/Contact/003000000000000AAA")

    assert (answer.status_code, answer.json[0]["errorCode"]) == (404, "INVALID_CROSS_REFERENCE_KEY")
