"""The same resources through a client that somebody else wrote."""

from collections.abc import Iterator

import pytest
from requests import Session
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from emulators.salesforce.testing import start_local_org


@pytest.fixture(scope="module")
def salesforce() -> Iterator[Salesforce]:
    with start_local_org() as local, Session() as session:
        session.trust_env = False  # a REQUESTS_CA_BUNDLE would win over the session's own
        session.verify = local.ca_bundle
        host = local.base_url.removeprefix("https://")
        yield Salesforce(instance=host, session_id=local.access_token, version="66.0", session=session)


def test_a_record_lives_from_create_to_delete(salesforce: Salesforce) -> None:
    made = salesforce.Contact.create({"LastName": "Berg", "Email": "ida@example.org"})
    salesforce.Contact.update(made["id"], {"Title": "CEO"})

    read = salesforce.Contact.get(made["id"])
    by_email = salesforce.Contact.get_by_custom_id("Email", "ida@example.org")
    salesforce.Contact.delete(made["id"])

    assert (read["Title"], by_email["Id"]) == ("CEO", made["id"])
    with pytest.raises(SalesforceResourceNotFound):
        salesforce.Contact.get(made["id"])


def test_an_upsert_by_external_id_reports_its_status(salesforce: Salesforce) -> None:
    created = salesforce.Contact.upsert("Email/up@example.org", {"LastName": "Berg"})
    updated = salesforce.Contact.upsert("Email/up@example.org", {"LastName": "Dahl"})

    assert (created, updated) == (201, 200)


def test_a_refusal_arrives_with_code_and_fields(salesforce: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        salesforce.Lead.create({"LastName": "Moe"})

    assert refused.value.content == [
        {
            "message": "Required fields are missing: [Company]",
            "errorCode": "REQUIRED_FIELD_MISSING",
            "fields": ["Company"],
        }
    ]


def test_describes_limits_and_usage_are_understood(salesforce: Salesforce) -> None:
    described = salesforce.Campaign.describe()
    listed = salesforce.describe()

    assert described is not None
    assert listed is not None
    assert described["name"] == "Campaign"
    assert "Campaign" in {o["name"] for o in listed["sobjects"]}
    assert salesforce.limits()["DailyApiRequests"]["Max"] == 100_000
    assert salesforce.api_usage["api-usage"].total == 100_000


def test_collections_and_composites_pass_through(salesforce: Salesforce) -> None:
    record = {"attributes": {"type": "Account"}, "Name": "Acme"}
    collection = salesforce.restful("composite/sobjects", method="POST", json={"records": [record, record]})
    request = {"method": "GET", "url": "/services/data/v66.0/limits", "referenceId": "l"}
    composite = salesforce.restful("composite", method="POST", json={"compositeRequest": [request]})

    assert [r["success"] for r in collection] == [True, True]
    assert composite["compositeResponse"][0]["httpStatusCode"] == 200
