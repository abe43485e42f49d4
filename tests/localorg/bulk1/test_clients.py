"""The clients that people use, unmodified, over TLS."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest

from emulators.salesforce.testing import LocalOrg, start_local_org

CUMULUSCI_PYTHON = Path(__file__).parents[3] / ".venv-cci" / "bin" / "python"

# CumulusCI's own steps, as load_dataset and extract_dataset use them with `api: bulk`.
CUMULUSCI_STEPS = """
import json, logging, sys, types
import salesforce_bulk
from cumulusci.tasks.bulkdata.step import BulkApiDmlOperation, BulkApiQueryOperation, DataOperationType

url, token = sys.argv[1:]
bulk = salesforce_bulk.SalesforceBulk(sessionId=token, host="localhost", API_version="62.0")
bulk.endpoint = f"{url}/services/async/62.0"
context = types.SimpleNamespace(bulk=bulk, sf=None, logger=logging.getLogger())

def load(operation, fields, rows, **options):
    step = BulkApiDmlOperation(
        sobject="Contact", operation=operation, api_options=options, context=context, fields=fields
    )
    with step:
        step.load_records(iter(rows))
    return step.job_result.status.value, [result._asdict() for result in step.get_results()]

people = [[f"N{i}", f"n{i}@x.example"] for i in range(25)] + [["", "nameless@x.example"]]
inserted = load(DataOperationType.INSERT, ["LastName", "Email"], people, batch_size=10)
ids = [result["id"] for result in inserted[1] if result["success"]]
zero = [["n0@x.example", "Zero"]]
upserted = load(DataOperationType.UPSERT, ["Email", "LastName"], zero, update_key="Email")
deleted = load(DataOperationType.DELETE, ["Id"], [[ids[-1]]])
soql = "SELECT LastName, Id FROM Contact ORDER BY Email"
query = BulkApiQueryOperation(sobject="Contact", api_options={}, context=context, query=soql)
with query:
    records = list(query.get_results())
print(json.dumps({"inserted": inserted, "upserted": upserted, "deleted": deleted, "records": records}))
"""


@pytest.fixture(scope="module")
def local_org() -> Iterator[LocalOrg]:
    with start_local_org() as local:
        yield local


@pytest.fixture
def salesforce(local_org: LocalOrg) -> Iterator[Any]:
    with requests.Session() as session:
        session.trust_env = False
        session.verify = local_org.ca_bundle
        yield Salesforce(instance_url=local_org.base_url, session_id=local_org.access_token, session=session)


def test_simple_salesforce_pages_through_a_query(salesforce: Any) -> None:
    accounts = [{"Name": f"A{i:04}"} for i in range(2300)]
    assert all(row["success"] for row in salesforce.bulk.Account.insert(accounts, batch_size=1000))

    found = salesforce.query_all("SELECT Name FROM Account ORDER BY Name")

    assert found["totalSize"] == 2300
    assert [record["Name"] for record in found["records"]] == [account["Name"] for account in accounts]


def test_simple_salesforce_writes_and_reads_in_bulk(salesforce: Any) -> None:
    first, second = salesforce.bulk.Lead.insert(
        [{"LastName": "Lee", "Company": "Lone"}, {"LastName": "Companyless"}]
    )
    record_id = first["id"]

    updated = salesforce.bulk.Lead.update([{"Id": record_id, "Title": "Boss"}])
    found = salesforce.bulk.Lead.query("SELECT LastName, Title FROM Lead")
    detailed = salesforce.bulk.Lead.upsert(
        [{"Id": record_id, "Title": "Chief"}], "Id", include_detailed_results=True
    )
    deleted = salesforce.bulk.Lead.delete([{"Id": record_id}])

    assert first["success"]
    assert second["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert updated == [{"success": True, "created": False, "id": record_id, "errors": []}]
    assert [(lead["LastName"], lead["Title"]) for lead in found] == [("Lee", "Boss")]
    assert detailed[0]["Title"] == "Chief"
    assert deleted[0]["success"]


def test_simple_salesforce_hears_of_an_unknown_object(salesforce: Any) -> None:
    with pytest.raises(SalesforceMalformedRequest) as caught:
        salesforce.bulk.Nope.insert([{"Name": "x"}])

    assert caught.value.content["exceptionCode"] == "InvalidJob"


@pytest.mark.skipif(not CUMULUSCI_PYTHON.exists(), reason="CumulusCI's environment is not set up")
def test_cumulusci_loads_and_extracts_in_bulk(local_org: LocalOrg) -> None:
    run = subprocess.run(
        [CUMULUSCI_PYTHON, "-W", "ignore", "-c", CUMULUSCI_STEPS, local_org.base_url, local_org.access_token],
        env={"REQUESTS_CA_BUNDLE": local_org.ca_bundle, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    outcome = json.loads(run.stdout)

    status, results = outcome["inserted"]
    assert status == "Row failure"
    assert [result["success"] for result in results] == [True] * 25 + [False]
    assert results[-1]["error"].startswith("REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]")
    assert outcome["upserted"][0] == "Success"
    assert outcome["upserted"][1][0]["created"] is False
    assert outcome["deleted"][0] == "Success"
    assert len(outcome["records"]) == 24
    assert outcome["records"][0][0] == "Zero"
