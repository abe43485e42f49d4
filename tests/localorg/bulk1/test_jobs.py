"""The life of jobs and batches, in XML and in JSON."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

ASYNC = "/services/async/62.0"
JSON_JOB = '{"operation": "insert", "object": "Contact", "concurrencyMode": 0, "contentType": "JSON"}'


def fields(response: TestResponse) -> dict[str, str]:
    root = etree.fromstring(response.data)
    return {etree.QName(child).localname: child.text or "" for child in root}


def close(state: str = "Closed") -> str:
    return f'<jobInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload"><state>{state}</state></jobInfo>'


def recorded_interactions(ground_truth: Path) -> list[dict[str, Any]]:
    """What a real org answered to CumulusCI's Bulk API client."""
    folder = ground_truth / "cumulusci/cumulusci/tasks/bulkdata/tests/cassettes"
    cassette = folder / "TestSelect.test_select_similarity_select_and_insert_strategy_bulk.yaml"
    interactions = yaml.safe_load(cassette.read_text("utf-8"))["interactions"]
    return [interaction for interaction in interactions if "request" in interaction]


def test_a_new_job_is_open_and_empty(bulk: Any) -> None:
    response = bulk.open("insert", "contact", concurrencyMode="Serial")

    info = fields(response)
    assert response.status_code == 201
    assert info["id"].startswith("750")
    assert (info["object"], info["state"], info["concurrencyMode"]) == ("Contact", "Open", "Serial")
    assert (info["numberBatchesTotal"], info["apiVersion"]) == ("0", "62.0")


def test_a_job_asked_for_in_json_answers_in_json(bulk: Any) -> None:
    response = bulk.send("/job", JSON_JOB, "application/json")

    info = response.get_json()
    assert (response.status_code, response.content_type) == (201, "application/json")
    assert (info["concurrencyMode"], info["contentType"], info["apiVersion"]) == ("Parallel", "JSON", 62.0)
    assert info["externalIdFieldName"] is None
    assert info["createdDate"].endswith("+0000")


def test_the_elements_of_a_job_are_the_recorded_ones_in_their_order(bulk: Any, ground_truth: Path) -> None:
    interactions = recorded_interactions(ground_truth)
    recorded = next(
        i["response"]["body"]["string"] for i in interactions if i["request"]["uri"].endswith("/job")
    )

    answered = fields(bulk.open("insert", "Event"))

    assert list(answered) == [etree.QName(c).localname for c in etree.fromstring(recorded.encode())]


def test_the_keys_of_a_json_batch_are_the_recorded_ones(json_bulk: Any, ground_truth: Path) -> None:
    interactions = recorded_interactions(ground_truth)
    recorded = next(
        yaml.safe_load(i["response"]["body"]["string"])
        for i in interactions
        if i["request"]["uri"].endswith("/batch") and i["request"]["body"].startswith("SELECT")
    )

    answered = json_bulk.upload(json_bulk.job("query", "Event"), "SELECT Id FROM Event").get_json()

    assert set(answered) == set(recorded)
    assert answered["state"] == recorded["state"] == "Queued"


def test_an_upload_is_queued_and_then_completed(bulk: Any) -> None:
    job_id = bulk.job("insert", "Contact")

    uploaded = bulk.upload(job_id, "LastName\nArcher\n")
    batch_id = fields(uploaded)["id"]

    assert fields(uploaded)["state"] == "Queued"
    assert uploaded.headers["Location"].endswith(f"/job/{job_id}/batch/{batch_id}")
    assert bulk.info(job_id, batch_id)["state"] == "Completed"


def test_a_jobs_counts_sum_its_batches(bulk: Any) -> None:
    job_id = bulk.job("insert", "Contact")
    bulk.batch(job_id, 'LastName\nArcher\n""\n')
    bulk.batch(job_id, "Nope\n1\n")

    info = fields(bulk.send(f"/job/{job_id}", close()))

    assert info["state"] == "Closed"
    assert (info["numberBatchesTotal"], info["numberBatchesCompleted"]) == ("2", "1")
    assert (info["numberBatchesFailed"], info["numberRecordsProcessed"]) == ("1", "2")
    assert info["numberRecordsFailed"] == "1"
    assert fields(bulk.get(f"/job/{job_id}")) == info


def test_the_list_of_batches_has_them_all(bulk: Any, json_bulk: Any) -> None:
    for client, rows in ((bulk, "LastName\nArcher\n"), (json_bulk, '[{"LastName": "Baker"}]')):
        job_id = client.job("insert", "Contact")
        ids = [client.batch(job_id, rows) for _ in range(2)]

        response = client.get(f"/job/{job_id}/batch")

        assert all(batch_id in response.text for batch_id in ids)
        assert response.text.count("Completed") == 2


def test_an_upload_can_be_read_back(bulk: Any) -> None:
    job_id = bulk.job("insert", "Contact")
    batch_id = bulk.batch(job_id, "LastName\nArcher\n")

    assert bulk.get(f"/job/{job_id}/batch/{batch_id}/request").text == "LastName\nArcher\n"


@pytest.mark.parametrize("state", ["Closed", "Aborted"])
def test_a_job_that_is_over_takes_no_batch(bulk: Any, state: str) -> None:
    job_id = bulk.job("insert", "Contact")
    bulk.send(f"/job/{job_id}", close(state))

    response = bulk.upload(job_id, "LastName\nArcher\n")

    assert (response.status_code, fields(response)["exceptionCode"]) == (400, "InvalidJobState")


def test_an_aborted_job_cannot_be_closed(bulk: Any) -> None:
    job_id = bulk.job("insert", "Contact")
    bulk.send(f"/job/{job_id}", close("Aborted"))

    assert fields(bulk.send(f"/job/{job_id}", close()))["exceptionCode"] == "InvalidJobState"
    assert fields(bulk.send(f"/job/{job_id}", close("Open")))["exceptionCode"] == "InvalidJobState"


@pytest.mark.parametrize(
    ("operation", "sobject", "message"),
    [
        ("insert", "Nope", "Unable to find object: Nope"),
        ("merge", "Contact", "Unknown operation: merge"),
        (
            "upsert",
            "Contact",
            "External ID was blank for Contact. An external ID must be specified for upsert.",
        ),
    ],
)
def test_a_job_that_cannot_work_is_refused(bulk: Any, operation: str, sobject: str, message: str) -> None:
    response = bulk.open(operation, sobject)

    assert response.status_code == 400
    assert fields(response) == {"exceptionCode": "InvalidJob", "exceptionMessage": message}


def test_refusals_speak_the_language_of_the_request(bulk: Any) -> None:
    body = JSON_JOB.replace("Contact", "Nope")

    response = bulk.send("/job", body, "application/json")

    assert response.get_json() == {
        "exceptionCode": "InvalidJob",
        "exceptionMessage": "Unable to find object: Nope",
    }


@pytest.mark.parametrize("body", ["", "<jobInfo>", "<other/>", "{}"])
def test_a_job_that_cannot_be_read_is_refused(bulk: Any, body: str) -> None:
    assert fields(bulk.send("/job", body))["exceptionMessage"] == "Unable to parse Job"


@pytest.mark.parametrize("body", ["", "[]", "{"])
def test_a_json_job_that_cannot_be_read_is_refused(bulk: Any, body: str) -> None:
    answer = bulk.send("/job", body, "application/json").get_json()

    assert answer["exceptionMessage"] == "Unable to parse Job"


def test_entities_in_a_job_are_not_expanded(bulk: Any) -> None:
    body = (
        '<!DOCTYPE j [<!ENTITY o "Contact">]>'
        "<jobInfo><operation>insert</operation><object>&o;</object></jobInfo>"
    )

    assert fields(bulk.send("/job", body))["exceptionMessage"] == "Unable to find object: "


def test_a_content_type_that_is_not_done_is_named(bulk: Any) -> None:
    body = "<operation>insert</operation><object>Contact</object><contentType>ZIP_CSV</contentType>"

    response = bulk.send("/job", f"<jobInfo>{body}</jobInfo>")

    assert response.status_code == 501
    assert "ZIP_CSV" in fields(response)["exceptionMessage"]


def test_hard_deletes_need_a_permission_that_nobody_has(bulk: Any) -> None:
    response = bulk.open("hardDelete", "Contact")

    assert response.status_code == 400
    assert fields(response)["exceptionCode"] == "FeatureNotEnabled"


@pytest.mark.parametrize(
    "path", ["/job/750000000000000AAA", "/job/750000000000000AAA/batch", "/job/x/batch/y/result", "/job/%01"]
)
def test_an_unknown_job_is_refused(bulk: Any, path: str) -> None:
    assert fields(bulk.get(path))["exceptionCode"] == "InvalidJob"


def test_an_unknown_batch_is_refused(bulk: Any) -> None:
    job_id = bulk.job("insert", "Contact")

    assert fields(bulk.get(f"/job/{job_id}/batch/751000000000000AAA"))["exceptionCode"] == "InvalidBatch"


def test_ids_of_fifteen_characters_do(bulk: Any) -> None:
    job_id = bulk.job("insert", "Contact")
    batch_id = bulk.batch(job_id, "LastName\nArcher\n")

    assert bulk.info(job_id[:15], batch_id[:15])["id"] == batch_id


def test_a_session_that_is_over_is_named_as_this_api_names_it(client: FlaskClient) -> None:
    response = client.post(f"{ASYNC}/job", headers={"X-SFDC-Session": "stale"})

    assert response.status_code == 400
    assert fields(response)["exceptionCode"] == "InvalidSessionId"
