"""Queries over HTTP: pages, locators, refusals, and the Tooling API."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.dml.operations import Operation, OperationKind
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM

DATA = "/services/data/v66.0"
PAGE_SECONDS = 0.06


def fill(org: Org, count: int) -> list[str]:
    """Contacts named by their number, and their Ids."""
    account = Dml(org, SYSTEM).insert("Account", {"Name": "Acme"})
    operations = [
        Operation(OperationKind.INSERT, "Contact", {"LastName": f"N{i:05}", "AccountId": account})
        for i in range(count)
    ]
    return [result.record_id for result in Dml(org, SYSTEM).run(operations)]


def get(client: FlaskClient, path: str, **options: Any) -> dict[str, Any]:
    response = client.get(path, **options)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.get_json()
    return body


def query(client: FlaskClient, text: str, resource: str = "query", **options: Any) -> dict[str, Any]:
    return get(client, f"{DATA}/{resource}", query_string={"q": text}, **options)


def test_pages_of_two_thousand_join_without_gap_or_repeat(client: FlaskClient, org: Org) -> None:
    fill(org, 4500)

    page = query(client, "SELECT LastName FROM Contact ORDER BY LastName DESC")
    pages = [page]
    while not page["done"]:
        page = get(client, page["nextRecordsUrl"])
        pages.append(page)

    names = [record["LastName"] for page in pages for record in page["records"]]
    assert [len(page["records"]) for page in pages] == [2000, 2000, 500]
    assert {page["totalSize"] for page in pages} == {4500}
    assert names == [f"N{i:05}" for i in reversed(range(4500))]
    assert pages[0]["nextRecordsUrl"].startswith(f"{DATA}/query/0r8")
    assert pages[0]["nextRecordsUrl"].endswith("-2000")
    assert "nextRecordsUrl" not in pages[-1]


@pytest.mark.parametrize(("asked", "given"), [("300", 300), ("1", 200), ("999999", 2000)])
def test_the_batch_size_is_taken_within_bounds(client: FlaskClient, org: Org, asked: str, given: int) -> None:
    fill(org, 2100)

    page = query(client, "SELECT Id FROM Contact", headers={"Sforce-Query-Options": f"batchSize={asked}"})

    assert len(page["records"]) == given


def test_records_deleted_between_pages_do_no_harm(client: FlaskClient, org: Org) -> None:
    ids = fill(org, 500)
    first = query(client, "SELECT Id FROM Contact", headers={"Sforce-Query-Options": "batchSize=200"})
    for record_id in ids[190:210]:
        Dml(org, SYSTEM).delete("Contact", record_id)

    second = get(client, first["nextRecordsUrl"])
    third = get(client, second["nextRecordsUrl"])

    assert [record["Id"] for record in second["records"] + third["records"]] == ids[210:]
    assert third["done"] is True


def test_query_all_keeps_its_resource_in_the_next_page(client: FlaskClient, org: Org) -> None:
    ids = fill(org, 201)
    Dml(org, SYSTEM).delete("Contact", ids[0])

    page = query(
        client, "SELECT Id FROM Contact", "queryAll", headers={"Sforce-Query-Options": "batchSize=200"}
    )

    assert page["totalSize"] == 201
    assert page["nextRecordsUrl"].startswith(f"{DATA}/queryAll/0r8")
    assert len(get(client, page["nextRecordsUrl"])["records"]) == 1


@pytest.mark.parametrize("locator", ["nonsense", "0r8000000000000AAA-2000", "0r8000000000001AAA-7"])
def test_an_unknown_locator_is_refused(client: FlaskClient, locator: str) -> None:
    response = client.get(f"{DATA}/query/{locator}")

    assert response.status_code == 400
    assert response.get_json() == [{"errorCode": "INVALID_QUERY_LOCATOR", "message": "invalid query locator"}]


def test_a_locator_serves_only_the_user_who_got_it(
    client: FlaskClient, client_of: Callable[[str], FlaskClient], org: Org
) -> None:
    fill(org, 2001)
    page = query(client, "SELECT Id FROM Contact")

    response = client_of("rep@local.example").get(page["nextRecordsUrl"])

    assert response.get_json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_a_query_that_cannot_be_read_is_a_bad_request(client: FlaskClient) -> None:
    response = client.get(f"{DATA}/query", query_string={"q": "SELECT FROM Contact"})

    assert response.status_code == 400
    assert response.get_json()[0]["errorCode"] == "MALFORMED_QUERY"


@pytest.mark.parametrize("parameters", [{}, {"q": " "}])
def test_a_query_needs_a_text(client: FlaskClient, parameters: dict[str, str]) -> None:
    response = client.get(f"{DATA}/query/", query_string=parameters)

    assert response.get_json()[0]["message"] == "A query string has to be specified"


def test_groups_do_not_page(client: FlaskClient, org: Org) -> None:
    fill(org, 2001)

    response = client.get(
        f"{DATA}/query", query_string={"q": "SELECT LastName, COUNT(Id) FROM Contact GROUP BY LastName"}
    )

    assert response.get_json()[0]["errorCode"] == "EXCEEDED_ID_LIMIT"


def test_urls_of_records_carry_the_version_that_was_asked(client: FlaskClient) -> None:
    page = get(client, "/services/data/v59.0/query", query_string={"q": "SELECT Id FROM User LIMIT 1"})

    assert page["records"][0]["attributes"]["url"].startswith("/services/data/v59.0/sobjects/User/005")


def test_columns_are_named_without_running_the_query(client: FlaskClient) -> None:
    text = "SELECT Id, Account.Owner.Name, (SELECT Subject FROM Tasks) FROM Contact"

    answer = get(client, f"{DATA}/query", query_string={"q": text, "columns": "true"})

    record_id, account, tasks = answer["columnMetadata"]
    assert (answer["entityName"], answer["idSelected"]) == ("Contact", True)
    assert (record_id["columnName"], record_id["joinColumns"]) == ("Id", [])
    assert account["joinColumns"][0]["joinColumns"][0]["columnName"] == "Name"
    assert (tasks["columnName"], tasks["aggregate"]) == ("Tasks", True)


def test_columns_of_groups_show_what_computes_them(client: FlaskClient) -> None:
    text = "SELECT Title, COUNT(Id), MAX(LastName) z FROM Contact GROUP BY Title"

    answer = get(client, f"{DATA}/query", query_string={"q": text, "columns": "true"})

    columns = [(c["columnName"], c["displayName"], c["aggregate"]) for c in answer["columnMetadata"]]
    assert columns == [
        ("Title", "Title", False),
        ("expr0", "count(Id)", True),
        ("z", "max(LastName)", True),
    ]


def test_a_full_page_is_served_fast(client: FlaskClient, org: Org) -> None:
    fill(org, 6000)
    text = "SELECT Id, LastName, Email, Owner.Name, CreatedDate, Account.Name, Title, Birthdate FROM Contact"

    seconds = min(_seconds(lambda: query(client, text)) for _ in range(5))

    assert seconds < PAGE_SECONDS * 3, "three times the aim, for machines that are busy with other tests"


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize(
    "text",
    [
        "SELECT DeveloperName, NamespacePrefix FROM CustomObject WHERE ManageableState != 'unmanaged'",
        "SELECT SubscriberPackage.Id, SubscriberPackageVersionId FROM InstalledSubscriberPackage",
        "SELECT Id, Name FROM ApexClass WHERE NamespacePrefix = null AND (Name LIKE '%_TEST%')",
    ],
)
def test_installers_learn_that_there_are_no_packages_and_no_apex(client: FlaskClient, text: str) -> None:
    answer = query(client, text, "tooling/query/")

    assert (answer["totalSize"], answer["size"], answer["records"]) == (0, 0, [])


def test_entity_definitions_come_from_the_schema(client: FlaskClient) -> None:
    text = "SELECT QualifiedApiName, KeyPrefix FROM EntityDefinition WHERE QualifiedApiName = 'Contact'"

    assert query(client, text, "tooling/query")["records"][0]["KeyPrefix"] == "003"


@pytest.mark.parametrize("sobject", ["SourceMember", "SandboxProcess", "ScratchOrgInfo"])
def test_objects_that_would_promise_more_than_there_is_are_unknown(client: FlaskClient, sobject: str) -> None:
    response = client.get(f"{DATA}/tooling/query", query_string={"q": f"SELECT Id FROM {sobject}"})  # noqa: S608 -- SOQL, no SQL

    assert (response.status_code, response.get_json()[0]["errorCode"]) == (400, "INVALID_TYPE")
    assert client.get(f"{DATA}/tooling/sobjects/{sobject}/describe").status_code == 404


def test_tooling_objects_are_listed_and_described(client: FlaskClient) -> None:
    listed = {sobject["name"] for sobject in get(client, f"{DATA}/tooling/sobjects")["sobjects"]}
    described = get(client, f"{DATA}/tooling/sobjects/ApexClass/describe")

    assert {"CustomObject", "ApexClass", "InstalledSubscriberPackage"} <= listed
    assert {"Id", "Name", "NamespacePrefix"} <= {field["name"] for field in described["fields"]}


def test_aborting_all_scheduled_jobs_has_nothing_to_do(client: FlaskClient) -> None:
    script = "\nfor (CronTrigger t : [SELECT Id FROM CronTrigger]) { System.abortJob(t.Id); }"

    answer = get(client, f"{DATA}/tooling/executeAnonymous", query_string={"anonymousBody": script})

    assert (answer["compiled"], answer["success"]) == (True, True)


@pytest.mark.parametrize(
    "path",
    [
        "executeAnonymous?anonymousBody=System.debug(1);",
        "runTestsAsynchronous?classids=01p",
        "runTestsSynchronous",
    ],
)
def test_apex_is_refused_by_name(client: FlaskClient, path: str) -> None:
    response = client.get(f"{DATA}/tooling/{path}")

    assert response.status_code == 501
    assert "Apex" in response.get_json()[0]["message"]
