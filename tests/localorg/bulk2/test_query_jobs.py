"""Query jobs and their pages."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

DATA = "/services/data/v66.0"


@pytest.fixture
def people(bulk2: Any) -> None:
    bulk2.run("insert", "Contact", "LastName,Title\n" + "".join(f"P{i:02d},\n" for i in range(5)))


def job_of(bulk2: Any, text: str, **fields: str) -> str:
    response = bulk2.ask(text, **fields)
    assert response.status_code == 200, response.text
    return str(response.get_json()["id"])


@pytest.mark.usefixtures("people")
def test_a_query_is_answered_before_it_is_done(bulk2: Any) -> None:
    info = bulk2.ask("SELECT LastName FROM Contact").get_json()

    assert (info["state"], info["object"], info["operation"]) == ("UploadComplete", "Contact", "query")
    done = bulk2.info(info["id"], "query")
    assert (done["state"], done["numberRecordsProcessed"], done["jobType"]) == ("JobComplete", 5, "V2Query")


@pytest.mark.usefixtures("people")
def test_records_come_as_csv_with_nulls_empty(bulk2: Any) -> None:
    job_id = job_of(bulk2, "SELECT LastName, Title, Owner.Name FROM Contact ORDER BY LastName LIMIT 1")

    response = bulk2.get(f"query/{job_id}/results")

    assert response.text == '"LastName","Title","Owner.Name"\n"P00","","Ada Admin"\n'
    assert response.headers["Sforce-Locator"] == "null"
    assert response.headers["Sforce-NumberOfRecords"] == "1"


@pytest.mark.usefixtures("people")
def test_pages_follow_their_locators_to_the_end(bulk2: Any) -> None:
    job_id = job_of(bulk2, "SELECT LastName FROM Contact ORDER BY LastName")
    seen, locator, sizes = [], "", []

    while locator != "null":
        page = bulk2.get(f"query/{job_id}/results?maxRecords=2&locator={locator}")
        seen += page.text.splitlines()[1:]
        sizes.append(page.headers["Sforce-NumberOfRecords"])
        locator = page.headers["Sforce-Locator"]

    assert seen == [f'"P{i:02d}"' for i in range(5)]
    assert sizes == ["2", "2", "1"]


@pytest.mark.usefixtures("people")
def test_results_are_written_as_the_job_says(bulk2: Any) -> None:
    text = "SELECT LastName, Title FROM Contact ORDER BY LastName LIMIT 1"
    job_id = job_of(bulk2, text, columnDelimiter="PIPE", lineEnding="CRLF")

    assert bulk2.get(f"query/{job_id}/results").data == b'"LastName"|"Title"\r\n"P00"|""\r\n'


def test_nothing_found_is_a_header(bulk2: Any) -> None:
    job_id = job_of(bulk2, "SELECT Id FROM Lead")

    response = bulk2.get(f"query/{job_id}/results")

    assert (response.text, response.headers["Sforce-NumberOfRecords"]) == ('"Id"\n', "0")


def test_deleted_records_are_found_by_query_all(bulk2: Any) -> None:
    made = bulk2.rows(bulk2.run("insert", "Contact", "LastName\nA\n"), "successfulResults")
    bulk2.run("delete", "Contact", f"Id\n{made[0]['sf__Id']}\n")

    plain = job_of(bulk2, "SELECT LastName FROM Contact")
    everything = job_of(bulk2, "SELECT LastName FROM Contact", operation="queryAll")

    assert bulk2.info(plain, "query")["numberRecordsProcessed"] == 0
    assert bulk2.info(everything, "query")["numberRecordsProcessed"] == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT Nope__c FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Nope__c", "INVALIDJOB"),
        ("SELECT Id", "MALFORMED_QUERY"),
        ("", "MALFORMED_QUERY"),
        ("SELECT COUNT(Id) FROM Contact", "FUNCTIONALITY_NOT_ENABLED"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "FUNCTIONALITY_NOT_ENABLED"),
        ("SELECT MailingAddress FROM Contact", "FUNCTIONALITY_NOT_ENABLED"),
        ("SELECT Id FROM Contact LIMIT 1 OFFSET 1", "FUNCTIONALITY_NOT_ENABLED"),
    ],
)
def test_a_query_that_cannot_run_in_bulk_is_refused_at_once(bulk2: Any, text: str, code: str) -> None:
    response = bulk2.ask(text)

    assert response.status_code == 400
    assert response.get_json()[0]["errorCode"] == code
    assert bulk2.get("query").get_json()["records"] == []


@pytest.mark.parametrize("locator", ["x", "MA", "OTk", "!!", "LTE"])
def test_a_locator_that_is_none_is_refused(bulk2: Any, locator: str) -> None:
    job_id = job_of(bulk2, "SELECT Id FROM Contact")

    response = bulk2.get(f"query/{job_id}/results?locator={locator}")

    assert response.get_json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


@pytest.mark.parametrize("asked", ["0", "-1", "x", "\u00b2", "9" * 10])
def test_a_page_size_that_is_none_is_refused(bulk2: Any, asked: str) -> None:
    job_id = job_of(bulk2, "SELECT Id FROM Contact")

    assert bulk2.get(f"query/{job_id}/results?maxRecords={asked}").status_code == 400


def test_results_are_for_the_user_who_asked(bulk2: Any, client_of: Callable[[str], FlaskClient]) -> None:
    job_id = job_of(bulk2, "SELECT Id FROM Contact")

    response = client_of("rep@local.example").get(f"{DATA}/jobs/query/{job_id}/results")

    assert response.get_json()[0]["errorCode"] == "INVALIDJOBSTATE"


def test_a_query_job_can_be_deleted_but_not_aborted_once_done(bulk2: Any) -> None:
    job_id = job_of(bulk2, "SELECT Id FROM Contact")

    aborted = bulk2.set_state(job_id, "Aborted", "query")
    deleted = bulk2.client.delete(f"{DATA}/jobs/query/{job_id}")

    assert aborted.get_json()[0]["message"] == "Aborting already Completed Job not allowed"
    assert deleted.status_code == 204
    assert bulk2.get(f"query/{job_id}").status_code == 404


def test_lists_show_jobs_of_both_apis_by_filter(bulk2: Any) -> None:
    job_id = bulk2.job("insert", "Contact")
    query_id = job_of(bulk2, "SELECT Id FROM Contact")
    classic = bulk2.client.post(
        "/services/async/66.0/job",
        json={"operation": "insert", "object": "Contact", "contentType": "CSV"},
    ).get_json()["id"]

    def listed(path: str) -> list[str]:
        answer = bulk2.get(path).get_json()
        assert answer["done"] is True
        return [job["id"] for job in answer["records"]]

    assert listed("ingest") == sorted([job_id, classic])
    assert listed("ingest?jobType=V2Ingest") == [job_id]
    assert listed("ingest?jobType=Classic&isPkChunkingEnabled=false") == [classic]
    assert listed("ingest?concurrencyMode=Serial") == []
    assert listed("query") == [query_id]


def test_long_lists_come_by_page(bulk2: Any) -> None:
    for _ in range(1001):
        bulk2.job("insert", "Contact")

    first = bulk2.get("ingest").get_json()
    second = bulk2.client.get(first["nextRecordsUrl"]).get_json()

    assert (len(first["records"]), first["done"]) == (1000, False)
    assert (len(second["records"]), second["done"]) == (1, True)


def test_a_list_locator_that_is_none_is_refused(bulk2: Any) -> None:
    for locator in ("x", "\u00b2"):
        answer = bulk2.get(f"ingest?queryLocator={locator}").get_json()
        assert answer[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_a_reset_forgets_the_jobs(bulk2: Any) -> None:
    bulk2.job("insert", "Contact")

    with bulk2.client.application.test_request_context():
        from emulators.salesforce.host import host

        host().reset()
        assert "bulk2.jobs" not in host().memory
