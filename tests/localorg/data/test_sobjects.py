"""Single records over REST."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from emulators.salesforce.org import Org

DATA = "/services/data/v66.0"


def test_a_created_record_is_answered_with_its_id_and_location(client: FlaskClient) -> None:
    answer = client.post(f"{DATA}/sobjects/Contact", json={"FirstName": "Ida", "LastName": "Berg"})

    assert answer.status_code == 201
    record_id = answer.json["id"]
    assert answer.json == {"id": record_id, "success": True, "errors": []}
    assert answer.headers["Location"] == f"{DATA}/sobjects/Contact/{record_id}"
    assert record_id.startswith("003")
    assert len(record_id) == 18


def test_a_record_reads_back_with_attributes_defaults_and_composed_name(client: FlaskClient) -> None:
    record_id = _create(client, "Lead", LastName="Berg", FirstName="Ida", Company="Acme", City="Oslo")

    body = client.get(f"{DATA}/sobjects/Lead/{record_id}").json

    assert body["attributes"] == {"type": "Lead", "url": f"{DATA}/sobjects/Lead/{record_id}"}
    assert body["Name"] == "Ida Berg"
    assert body["Status"] == "Open - Not Contacted"
    assert body["IsConverted"] is False
    assert body["Address"]["city"] == "Oslo"
    assert body["CreatedDate"] == "2026-11-22T09:30:15.000+0000"


def test_only_the_asked_fields_and_the_id_are_read(client: FlaskClient) -> None:
    record_id = _create(client, "Account", Name="Acme")

    body = client.get(f"{DATA}/sobjects/Account/{record_id[:15]}?fields=Name,Industry").json

    assert list(body) == ["attributes", "Name", "Industry", "Id"]


def test_a_change_answers_204_and_is_read_back(client: FlaskClient) -> None:
    record_id = _create(client, "Contact", LastName="Berg")

    answer = client.patch(f"{DATA}/sobjects/Contact/{record_id}", json={"Title": "CEO"})

    assert (answer.status_code, answer.data) == (204, b"")
    assert client.get(f"{DATA}/sobjects/Contact/{record_id}?fields=Title").json["Title"] == "CEO"


def test_a_deleted_record_is_not_found_and_cannot_be_deleted_twice(client: FlaskClient) -> None:
    record_id = _create(client, "Contact", LastName="Berg")

    first = client.delete(f"{DATA}/sobjects/Contact/{record_id}")
    second = client.delete(f"{DATA}/sobjects/Contact/{record_id}")
    read = client.get(f"{DATA}/sobjects/Contact/{record_id}")

    assert first.status_code == 204
    assert second.status_code == 404
    assert second.json == [{"message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED", "fields": []}]
    assert read.status_code == 404


def test_an_object_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    answer = client.post(f"{DATA}/sobjects/Nothing__c", json={})

    assert answer.status_code == 404
    assert answer.json == [{"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}]


def test_a_path_that_is_no_id_is_taken_for_an_external_id_field(client: FlaskClient) -> None:
    answer = client.get(f"{DATA}/sobjects/Account/TestNotExisting")

    assert answer.status_code == 404
    text = "Provided external ID field does not exist or is not accessible: TestNotExisting"
    assert answer.json == [{"message": text, "errorCode": "NOT_FOUND"}]


def test_a_body_that_is_not_json_is_refused(client: FlaskClient) -> None:
    answer = client.post(f"{DATA}/sobjects/Account", data="{", content_type="application/json")

    assert (answer.status_code, answer.json[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json; charset=UTF-8", 201),
        ("application/x-www-form-urlencoded", 415),
        ("text/plain", 415),
        ("application/xml", 501),
    ],
)
def test_a_body_says_that_it_is_json(client: FlaskClient, content_type: str, status: int) -> None:
    answer = client.post(f"{DATA}/sobjects/Account", data='{"Name": "Acme"}', content_type=content_type)

    assert answer.status_code == status


def test_half_a_surrogate_pair_is_no_text(client: FlaskClient) -> None:
    for name in ('"\\ud83c"', '"\\udf81\\ud83c"'):
        half = client.post(f"{DATA}/sobjects/Account", data=f'{{"Name": {name}}}')

        assert half.json[0]["errorCode"] == "JSON_PARSER_ERROR"
    whole = client.post(f"{DATA}/sobjects/Account", data='{"Name": "\\ud83c\\udf81"}')
    assert client.get(f"{DATA}/sobjects/Account/{whole.json['id']}?fields=Name").json["Name"] == "\U0001f381"


def test_id_may_not_be_given_in_an_insert_or_an_update(client: FlaskClient) -> None:
    record_id = _create(client, "Account", Name="Acme")

    insert = client.post(f"{DATA}/sobjects/Account", json={"Name": "B", "Id": record_id})
    update = client.patch(f"{DATA}/sobjects/Account/{record_id}", json={"Id": record_id})

    assert insert.json[0]["message"] == "cannot specify Id in an insert call"
    assert update.json[0]["message"] == "The Id field should not be specified in the sobject data."


def test_the_day_s_calls_run_out_with_403(client: FlaskClient, org: Org) -> None:
    org.limits.allocation = org.limits.used + 1

    within = client.get(f"{DATA}/limits")
    beyond = client.get(f"{DATA}/limits")

    assert within.headers["Sforce-Limit-Info"] == "api-usage=1/1"
    assert beyond.status_code == 403
    assert beyond.json == [
        {"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}
    ]


def test_versions_need_no_session_and_end_with_the_newest(app: Flask) -> None:
    versions = app.test_client().get("/services/data").json

    assert versions[-1] == {"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"}
    assert versions[-2]["label"] == "Summer '26"


def _create(client: FlaskClient, sobject: str, **values: object) -> str:
    answer = client.post(f"{DATA}/sobjects/{sobject}", json=values)
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])
