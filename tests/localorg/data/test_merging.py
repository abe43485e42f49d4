"""Merging over SOAP, and the statuses that make a lead a converted one."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.org import Org

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


@pytest.fixture
def call(client: FlaskClient) -> Callable[[str, str, str], Any]:
    """The first result of a SOAP call."""
    token = client.environ_base["HTTP_AUTHORIZATION"].removeprefix("Bearer ")

    def send(path: str, namespace: str, body: str) -> Any:
        envelope = (
            f'<e:Envelope xmlns:e="{ENVELOPE}" xmlns="{namespace}"><e:Header><SessionHeader>'
            f"<sessionId>{token}</sessionId></SessionHeader></e:Header><e:Body>{body}</e:Body></e:Envelope>"
        )
        return etree.fromstring(client.post(path, data=envelope).data).find(".//{*}result")

    return send


def merging(master: str, *merged: str) -> str:
    ids = "".join(f"<recordToMergeIds>{one}</recordToMergeIds>" for one in merged)
    record = f"<masterRecord><type>Lead</type><Id>{master}</Id><Title>Chief</Title></masterRecord>"
    return f"<merge><request>{record}{ids}</request></merge>"


def test_what_pointed_at_a_merged_lead_points_at_the_master(
    call: Callable[[str, str, str], Any], dml: Dml, org: Org
) -> None:
    master, other = (dml.insert("Lead", {"LastName": name, "Company": "C"}) for name in ("One", "Two"))
    task = dml.insert("Task", {"Subject": "Call", "WhoId": other})
    both, one = (dml.insert("Campaign", {"Name": name}) for name in ("Both", "One"))
    for campaign, lead in ((both, master), (both, other), (one, other)):
        dml.insert("CampaignMember", {"CampaignId": campaign, "LeadId": lead})

    result = call("/services/Soap/u/60.0", "urn:partner.soap.sforce.com", merging(master, other))

    assert (result.findtext("{*}success"), result.findtext("{*}mergedRecordIds")) == ("true", other)
    assert task in [found.text for found in result.findall("{*}updatedRelatedIds")]
    gone = org.db.one('SELECT "IsDeleted", "MasterRecordId" FROM "Lead" WHERE "Id" = ?', (other,))
    assert tuple(gone) == (1, master)
    kept = org.db.one('SELECT "Title" FROM "Lead" WHERE "Id" = ?', (master,))
    assert kept["Title"] == "Chief"
    members = org.db.all('SELECT "CampaignId", "LeadId" FROM "CampaignMember" WHERE "IsDeleted" = 0')
    assert sorted(map(tuple, members)) == sorted([(both, master), (one, master)])


def test_a_membership_that_moves_to_the_master_shows_the_master(
    call: Callable[[str, str, str], Any], dml: Dml, org: Org
) -> None:
    master, other = (dml.insert("Lead", {"LastName": name, "Company": "C"}) for name in ("One", "Two"))
    campaign = dml.insert("Campaign", {"Name": "Spring"})
    left = dml.insert("CampaignMember", {"CampaignId": campaign, "LeadId": master})
    dml.delete("CampaignMember", left)
    moved = dml.insert("CampaignMember", {"CampaignId": campaign, "LeadId": other})

    call("/services/Soap/u/60.0", "urn:partner.soap.sforce.com", merging(master, other))

    (member,) = org.db.all('SELECT * FROM "CampaignMember" WHERE "IsDeleted" = 0')
    assert (member["Id"], member["LeadId"], member["LastName"]) == (moved, master, "One")


@pytest.mark.parametrize("others", [0, 3])
def test_one_or_two_records_are_merged(call: Callable[[str, str, str], Any], dml: Dml, others: int) -> None:
    leads = [dml.insert("Lead", {"LastName": "L", "Company": "C"}) for _ in range(others + 1)]

    result = call("/services/Soap/u/60.0", "urn:partner.soap.sforce.com", merging(*leads))

    assert result.findtext("{*}errors/{*}statusCode") == "INVALID_ARGUMENT"


@pytest.mark.parametrize(("version", "converted"), [("37.0", ["Closed - Converted"]), ("60.0", [])])
def test_old_clients_read_which_lead_status_converts(
    call: Callable[[str, str, str], Any], version: str, converted: list[str]
) -> None:
    body = "<readMetadata><type>CustomField</type><fullNames>Lead.Status</fullNames></readMetadata>"

    result = call(f"/services/Soap/m/{version}", "http://soap.sforce.com/2006/04/metadata", body)

    values = result.findall("{*}records/{*}picklist/{*}picklistValues")
    assert result.findtext("{*}records/{*}fullName") == "Lead.Status"
    assert [v.findtext("{*}fullName") for v in values if v.findtext("{*}converted") == "true"] == converted
