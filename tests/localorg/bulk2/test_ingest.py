"""Ingest jobs from their creation to their results."""

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

DATA = "/services/data/v66.0"
LINE_ENDING = "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is"
CSV = "InvalidBatch : Failed to parse CSV."
NO_KEY = "External ID was blank for Contact. An external ID must be specified for upsert."
NO_HARD_DELETE = (
    "hardDelete operation requires special user profile permission, please contact your system administrator"
)


def error(response: Any) -> tuple[int, str, str]:
    (only,) = response.get_json()
    return response.status_code, only["errorCode"], only["message"]


def test_a_new_job_says_where_its_rows_go(bulk2: Any) -> None:
    info = bulk2.create("insert", "contact").get_json()

    assert info["state"] == "Open"
    assert info["object"] == "Contact"
    assert info["contentUrl"] == f"services/data/v66.0/jobs/ingest/{info['id']}/batches"
    assert (info["lineEnding"], info["columnDelimiter"], info["apiVersion"]) == ("LF", "COMMA", 66.0)


def test_rows_are_carried_out_when_the_upload_is_complete(bulk2: Any, find: Any) -> None:
    job_id = bulk2.job("insert", "Contact")
    bulk2.upload(job_id, "LastName,FirstName\nArcher,Ann\nCole,\n")
    before = find("SELECT Id FROM Contact")

    answer = bulk2.set_state(job_id, "UploadComplete").get_json()

    assert before == []
    assert answer["state"] == "UploadComplete"
    assert "contentUrl" not in answer
    assert bulk2.info(job_id)["state"] == "JobComplete"
    assert [r["LastName"] for r in find("SELECT LastName FROM Contact ORDER BY LastName")] == [
        "Archer",
        "Cole",
    ]


def test_each_row_is_reported_with_its_own_columns(bulk2: Any) -> None:
    job_id = bulk2.run("insert", "Contact", "LastName,FirstName\nArcher,Ann\n,Bob\n")

    (done,), (refused,) = bulk2.rows(job_id, "successfulResults"), bulk2.rows(job_id, "failedResults")
    info = bulk2.info(job_id)
    assert (done["sf__Created"], done["LastName"], done["sf__Id"][:3]) == ("true", "Archer", "003")
    assert refused == {
        "sf__Id": "",
        "sf__Error": "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --",
        "LastName": "",
        "FirstName": "Bob",
    }
    assert (info["numberRecordsProcessed"], info["numberRecordsFailed"]) == (2, 1)
    assert bulk2.text(job_id, "unprocessedrecords") == '"LastName","FirstName"\n'


def test_update_and_delete_name_records_by_id(bulk2: Any, find: Any) -> None:
    made = bulk2.rows(bulk2.run("insert", "Contact", "LastName\nA\nB\n"), "successfulResults")
    first, second = (row["sf__Id"] for row in made)

    changed = bulk2.run("update", "Contact", f"Id,LastName,Title\n{first},AA,#N/A\n003000000000000AAA,X,\n")
    bulk2.run("delete", "Contact", f"ID\n{second}\n")

    assert [row["sf__Created"] for row in bulk2.rows(changed, "successfulResults")] == ["false"]
    assert bulk2.rows(changed, "failedResults")[0]["sf__Id"] == "003000000000000AAA"
    assert [r["LastName"] for r in find("SELECT LastName FROM Contact")] == ["AA"]


def test_upsert_by_id_inserts_rows_without_one(bulk2: Any) -> None:
    made = bulk2.rows(bulk2.run("insert", "Account", "Name\nA\n"), "successfulResults")

    job_id = bulk2.run("upsert", "Account", f"Id,Name\n{made[0]['sf__Id']},B\n,C\n", externalIdFieldName="Id")

    assert [r["sf__Created"] for r in bulk2.rows(job_id, "successfulResults")] == ["false", "true"]


def test_rows_with_the_same_key_are_refused_together(bulk2: Any) -> None:
    rows = "LastName,Email\nA,one@example.com\nB,two@example.com\nC,One@example.com\n"

    job_id = bulk2.run("upsert", "Contact", rows, externalIdFieldName="Email")

    failed = [row["LastName"] for row in bulk2.rows(job_id, "failedResults")]
    (refusal, *_) = bulk2.rows(job_id, "failedResults")
    assert failed == ["A", "C"]
    assert refusal["sf__Error"].startswith("DUPLICATE_VALUE:Duplicate external id specified: one@example.com")


def test_upsert_by_id_needs_no_column_of_ids(bulk2: Any) -> None:
    job_id = bulk2.run("upsert", "Account", "NAME\nA\n", externalIdFieldName="Id")

    assert bulk2.rows(job_id, "successfulResults")[0]["NAME"] == "A"


@pytest.mark.parametrize(
    ("name", "character"),
    [("BACKQUOTE", "`"), ("CARET", "^"), ("PIPE", "|"), ("SEMICOLON", ";"), ("TAB", "\t"), ("COMMA", ",")],
)
def test_columns_are_divided_as_the_job_says(bulk2: Any, name: str, character: str) -> None:
    rows = f"LastName{character}Title\nA{character}Dr\n"

    job_id = bulk2.run("insert", "Contact", rows, columnDelimiter=name)

    assert bulk2.text(job_id, "successfulResults").startswith(f'"sf__Id"{character}"sf__Created"{character}')
    assert bulk2.info(job_id)["numberRecordsFailed"] == 0


def test_lines_end_as_the_job_says(bulk2: Any) -> None:
    job_id = bulk2.run("insert", "Contact", 'LastName\r\n"A\nB"\r\n', lineEnding="CRLF")

    assert bulk2.text(job_id, "successfulResults").endswith(',"A\nB"\r\n')


@pytest.mark.parametrize(
    ("fields", "rows", "message"),
    [
        ({}, "LastName\r\nA\r\n", f"{LINE_ENDING} LF"),
        ({"lineEnding": "CRLF"}, "LastName\nA\n", f"{LINE_ENDING} CRLF"),
        ({}, "LastName,Nope__c\nA,1\n", "InvalidBatch : Field name not found : Nope__c"),
        ({}, "LastName\nA,B\n", f"{CSV} A row has more values than the header has names"),
        ({}, 'LastName\n"A\n', f"{CSV} unexpected end of data"),
    ],
)
def test_an_upload_that_makes_no_sense_fails_the_job(
    bulk2: Any, find: Any, fields: dict[str, str], rows: str, message: str
) -> None:
    job_id = bulk2.run("insert", "Contact", rows, **fields)

    info = bulk2.info(job_id)
    assert (info["state"], info["errorMessage"], info["numberRecordsProcessed"]) == ("Failed", message, 0)
    assert bulk2.get(f"ingest/{job_id}/unprocessedrecords").data == rows.encode()
    assert find("SELECT Id FROM Contact") == []


@pytest.mark.parametrize("rows", ["", "LastName\n"])
def test_an_upload_without_rows_completes(bulk2: Any, rows: str) -> None:
    job_id = bulk2.run("insert", "Contact", rows)

    assert bulk2.info(job_id)["state"] == "JobComplete"
    assert bulk2.rows(job_id, "successfulResults") == bulk2.rows(job_id, "failedResults") == []
    assert bulk2.rows(job_id, "unprocessedrecords") == []


@pytest.mark.parametrize("named", [True, False])
def test_a_job_may_bring_its_rows_along(bulk2: Any, named: bool) -> None:
    job = json.dumps({"operation": "insert", "object": "Contact"})
    parts: dict[str, Any] = {"job": job, "content": "LastName\nA\n"}
    if named:
        parts = {
            "job": (io.BytesIO(job.encode()), "job.json", "application/json"),
            "content": (io.BytesIO(b"LastName\nA\n"), "rows.csv", "text/csv"),
        }

    response = bulk2.client.post(f"{DATA}/jobs/ingest", data=parts, content_type="multipart/form-data")

    assert response.get_json()["state"] == "UploadComplete"
    assert bulk2.info(response.get_json()["id"])["numberRecordsProcessed"] == 1


def test_rows_go_up_once(bulk2: Any) -> None:
    job_id = bulk2.job("insert", "Contact")
    bulk2.upload(job_id, "LastName\nA\n")

    status, code, message = error(bulk2.upload(job_id, "LastName\nB\n"))

    assert (status, code) == (400, "INVALIDJOBSTATE")
    assert message.startswith(f"Found multiple contents for job: <{job_id}>")


def test_an_aborted_job_does_nothing_and_keeps_its_rows(bulk2: Any, find: Any) -> None:
    job_id = bulk2.job("insert", "Contact")
    bulk2.upload(job_id, "LastName\nA\n")

    answer = bulk2.set_state(job_id, "Aborted").get_json()

    assert answer["state"] == "Aborted"
    assert bulk2.text(job_id, "unprocessedrecords") == "LastName\nA\n"
    assert error(bulk2.set_state(job_id, "UploadComplete"))[1] == "INVALIDJOBSTATE"
    assert error(bulk2.upload(job_id, "LastName\nA\n"))[1] == "INVALIDJOBSTATE"
    assert find("SELECT Id FROM Contact") == []


def test_a_completed_job_cannot_be_aborted(bulk2: Any) -> None:
    job_id = bulk2.run("insert", "Contact", "LastName\nA\n")

    assert error(bulk2.set_state(job_id, "Aborted")) == (
        400,
        "INVALIDJOBSTATE",
        "Aborting already Completed Job not allowed",
    )


def test_only_jobs_that_are_done_can_be_deleted(bulk2: Any) -> None:
    job_id = bulk2.job("insert", "Contact")
    open_answer = bulk2.client.delete(f"{DATA}/jobs/ingest/{job_id}")
    bulk2.set_state(job_id, "Aborted")

    deleted = bulk2.client.delete(f"{DATA}/jobs/ingest/{job_id}")

    assert open_answer.status_code == 400
    assert deleted.status_code == 204
    assert error(bulk2.get(f"ingest/{job_id}"))[1] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("operation", "sobject", "fields", "code", "message"),
    [
        ("insert", "Nope__c", {}, "INVALIDJOB", "Unable to find object: Nope__c"),
        ("merge", "Contact", {}, "INVALIDJOB", "Unknown operation: merge"),
        ("upsert", "Contact", {}, "INVALIDJOB", NO_KEY),
        ("insert", "Contact", {"columnDelimiter": "DOT"}, "INVALIDJOB", "Unknown column delimiter: DOT"),
        ("insert", "Contact", {"lineEnding": "CR"}, "INVALIDJOB", "Unknown line ending: CR"),
        ("insert", "Contact", {"contentType": "JSON"}, "INVALIDJOB", "Unsupported content type: JSON"),
        ("insert", "Contact", {"lineEnding": 1}, "JSON_PARSER_ERROR", "Value of lineEnding must be a string"),
        ("hardDelete", "Contact", {}, "FEATURENOTENABLED", NO_HARD_DELETE),
    ],
)
def test_a_job_that_makes_no_sense_is_refused(
    bulk2: Any, operation: str, sobject: str, fields: dict[str, Any], code: str, message: str
) -> None:
    assert error(bulk2.create(operation, sobject, **fields)) == (400, code, message)


@pytest.mark.parametrize("path", ["ingest/750000000000000AAA", "query/750000000000000AAA", "query/x/results"])
def test_an_unknown_job_is_not_found(bulk2: Any, path: str) -> None:
    assert error(bulk2.get(path)) == (404, "NOT_FOUND", "The requested resource does not exist")


def test_a_query_job_is_no_ingest_job(bulk2: Any) -> None:
    job_id = bulk2.ask("SELECT Id FROM Contact").get_json()["id"]

    assert error(bulk2.get(f"ingest/{job_id}"))[1] == "NOT_FOUND"


def test_short_ids_find_their_jobs(bulk2: Any) -> None:
    job_id = bulk2.job("insert", "Contact")

    assert bulk2.info(job_id[:15])["id"] == job_id


def test_a_large_upload_leaves_memory_flat_and_no_file_behind(
    bulk2: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    rows = "LastName,Description\n" + "".join(f"P{i},{'x' * 900}\n" for i in range(3000))
    job_id = bulk2.job("insert", "Lead")
    bulk2.upload(job_id, "LastName,Company,Description\n" + rows.split("\n", 1)[1].replace(",x", ",Co,x"))
    tracemalloc.start()

    bulk2.set_state(job_id, "UploadComplete")

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert bulk2.info(job_id)["numberRecordsFailed"] == 0
    assert peak < len(rows) / 2
    assert list(tmp_path.iterdir()) == []
