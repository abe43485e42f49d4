"""Rules that stand in for flows: only while the flow is active, and never without saying so."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from emulators.salesforce.dml.conversion import Conversion, convert_lead
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.metadata.deploy import Options, Outcome, deploy
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, FieldType
from emulators.salesforce.standins import STAND_INS
from emulators.salesforce.standins.provision_member_statuses import DEFAULT, LABELS, RESPONDED

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
FLOWS = Path(__file__).parents[3] / "force-app" / "main" / "generated" / "flows"
VOCABULARY = Path(__file__).parents[3] / "spec" / "vocabulary.yml"
PROVISION, REPARENT = "Gift_Provision_Member_Statuses", "Gift_Reparent_On_Lead_Conversion"

DeployFlow = Callable[..., Outcome]


@pytest.fixture
def deploy_flow(gifts: Org) -> DeployFlow:
    def run(name: str, status: str = "Active") -> Outcome:
        flow = f"<Flow xmlns='{NAMESPACE}'><label>{name}</label><processType>AutoLaunchedFlow</processType>"
        package = f"<Package xmlns='{NAMESPACE}'><types><members>{name}</members><name>Flow</name></types>"
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("package.xml", f"{package}<version>66.0</version></Package>")
            archive.writestr(f"flows/{name}.flow", f"{flow}<status>{status}</status></Flow>")
        return deploy(gifts, content.getvalue(), Options())

    return run


@pytest.fixture
def campaigns(gifts: Org) -> Org:
    """The org with gifting to be switched on for its campaigns."""
    switch = Field(
        name="Gift_Sync_Enabled__c", label="Gift Sync", type=FieldType.BOOLEAN, nillable=False, custom=True
    )
    with gifts.transaction():
        campaign = gifts.schema.objects["Campaign"]
        gifts.replace_schema(
            gifts.schema.with_object(campaign.with_field(replace(switch, default_value=False)))
        )
    return gifts


def labels(org: Org, campaign: str) -> list[str]:
    sql = 'SELECT "Label" FROM "CampaignMemberStatus" WHERE "CampaignId" = ? ORDER BY "SortOrder"'
    return [row["Label"] for row in org.db.all(sql, (campaign,))]


def test_a_campaign_gets_its_statuses_when_gifting_is_switched_on(
    campaigns: Org, dml: Dml, deploy_flow: DeployFlow
) -> None:
    deploy_flow(PROVISION)
    campaign = dml.insert("Campaign", {"Name": "Spring"})
    before = labels(campaigns, campaign)

    dml.update("Campaign", campaign, {"Gift_Sync_Enabled__c": True})

    assert before == ["Sent", "Responded"]
    assert labels(campaigns, campaign) == ["Sent", "Responded", *LABELS]
    default = campaigns.db.all('SELECT "Label" FROM "CampaignMemberStatus" WHERE "IsDefault" = 1')
    assert [row["Label"] for row in default] == [DEFAULT]


@pytest.mark.parametrize("status", ["Draft", "Obsolete"])
def test_nothing_stands_in_for_a_flow_that_is_not_active(
    campaigns: Org, dml: Dml, deploy_flow: DeployFlow, status: str
) -> None:
    deploy_flow(PROVISION, status)

    campaign = dml.insert("Campaign", {"Name": "Spring", "Gift_Sync_Enabled__c": True})

    assert labels(campaigns, campaign) == ["Sent", "Responded"]


def test_gifts_of_a_converted_lead_go_to_its_contact(gifts: Org, dml: Dml, deploy_flow: DeployFlow) -> None:
    deploy_flow(REPARENT)
    lead = dml.insert("Lead", {"LastName": "Berg", "Company": "Acme"})
    gift = dml.insert("Gift__c", {"Lead__c": lead})

    done = convert_lead(dml, Conversion(lead_id=lead, status="Closed - Converted"))

    row = gifts.db.all('SELECT * FROM "Gift__c" WHERE "Id" = ?', (gift,))[0]
    assert (row["Lead__c"], row["Contact__c"]) == (lead, done.contact_id)


@pytest.mark.parametrize(
    ("flow", "told"),
    [(PROVISION, "a stand-in of the local org gives a Campaign"), ("Other", "does not evaluate")],
)
def test_the_deploy_says_what_is_not_run(deploy_flow: DeployFlow, flow: str, told: str) -> None:
    outcome = deploy_flow(flow)

    assert [told in success.warning for success in outcome.successes] == [True]


def test_the_statuses_are_those_of_the_package() -> None:
    described = yaml.safe_load(VOCABULARY.read_text("utf-8"))["member_statuses"]

    assert [status["value"] for status in described] == list(LABELS)
    assert [s["value"] for s in described if s.get("default")] == [DEFAULT]
    assert [s["value"] for s in described if s.get("responded")] == [RESPONDED]


def test_the_package_ships_the_flows_that_something_stands_in_for() -> None:
    shipped = {path.name.partition(".")[0] for path in FLOWS.glob("*.flow-meta.xml")}

    assert {stand_in.flow for stand_in in STAND_INS} <= shipped
