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
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.locks import RowLock
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


STAGE = "Gift_On_Opportunity_Stage"


def text_field(name: str) -> Field:
    return Field(name=name, label=name, type=FieldType.STRING, length=255, custom=True)


@pytest.fixture
def staged(campaigns: Org) -> Org:
    """The org whose campaigns name a stage and take notes of errors."""
    with campaigns.transaction():
        campaign = campaigns.schema.objects["Campaign"]
        for name in ("Gift_Opportunity_Stage__c", "Gift_Sync_Error__c"):
            campaign = campaign.with_field(text_field(name))
        campaigns.replace_schema(campaigns.schema.with_object(campaign))
    return campaigns


def won_opportunity(dml: Dml, *, primary: bool = True, **campaign: object) -> tuple[str, str, str]:
    """(campaign, contact, opportunity) that has reached the stage that the campaign names."""
    wanted = {"Gift_Sync_Enabled__c": True, "Gift_Opportunity_Stage__c": "Closed Won", **campaign}
    campaign_id = dml.insert("Campaign", {"Name": "Spring", **wanted})
    contact = dml.insert("Contact", {"LastName": "Berg"})
    values = {
        "Name": "Deal",
        "StageName": "Prospecting",
        "CloseDate": "2026-12-01",
        "CampaignId": campaign_id,
    }
    opportunity = dml.insert("Opportunity", values)
    role = {"OpportunityId": opportunity, "ContactId": contact, "IsPrimary": primary}
    dml.insert("OpportunityContactRole", role)
    dml.update("Opportunity", opportunity, {"StageName": "Closed Won"})
    return campaign_id, contact, opportunity


def members(org: Org, campaign: str) -> list[str]:
    return [
        row["ContactId"]
        for row in org.db.all('SELECT "ContactId" FROM "CampaignMember" WHERE "CampaignId" = ?', (campaign,))
    ]


def test_the_primary_contact_becomes_a_member_once_at_the_stage(
    staged: Org, dml: Dml, deploy_flow: DeployFlow
) -> None:
    deploy_flow(STAGE)
    campaign, contact, opportunity = won_opportunity(dml)

    dml.update("Opportunity", opportunity, {"StageName": "Prospecting"})
    dml.update("Opportunity", opportunity, {"StageName": "Closed Won"})

    assert members(staged, campaign) == [contact]


@pytest.mark.parametrize(
    ("primary", "campaign"),
    [
        (False, {}),
        (True, {"Gift_Sync_Enabled__c": False}),
        (True, {"Gift_Opportunity_Stage__c": None}),
        (True, {"Gift_Opportunity_Stage__c": "Qualification"}),
    ],
    ids=["no primary contact", "gifting off", "no stage named", "another stage"],
)
def test_nobody_becomes_a_member_otherwise(
    staged: Org, dml: Dml, deploy_flow: DeployFlow, primary: bool, campaign: dict[str, object]
) -> None:
    deploy_flow(STAGE)

    campaign_id, _, _ = won_opportunity(dml, primary=primary, **campaign)

    assert members(staged, campaign_id) == []


def test_a_failure_is_noted_and_the_write_stands(staged: Org, dml: Dml, deploy_flow: DeployFlow) -> None:
    deploy_flow(STAGE)
    staged.row_locks.order(RowLock(sobject="CampaignMember", times=1))

    campaign, _, opportunity = won_opportunity(dml)

    assert members(staged, campaign) == []
    row = staged.db.all('SELECT "Gift_Sync_Error__c" FROM "Campaign" WHERE "Id" = ?', (campaign,))[0]
    assert "could not add its contact - UNABLE_TO_LOCK_ROW" in row["Gift_Sync_Error__c"]
    stage = staged.db.all('SELECT "StageName" FROM "Opportunity" WHERE "Id" = ?', (opportunity,))[0]
    assert stage["StageName"] == "Closed Won"


def test_a_failure_that_cannot_be_noted_refuses_the_write(
    staged: Org, dml: Dml, deploy_flow: DeployFlow
) -> None:
    deploy_flow(STAGE)
    values = {"Gift_Sync_Enabled__c": True, "Gift_Opportunity_Stage__c": "Closed Won"}
    campaign = dml.insert("Campaign", {"Name": "Spring", **values})
    contact = dml.insert("Contact", {"LastName": "Berg"})
    deal = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-01", "CampaignId": campaign}
    opportunity = dml.insert("Opportunity", deal)
    role = {"OpportunityId": opportunity, "ContactId": contact, "IsPrimary": True}
    dml.insert("OpportunityContactRole", role)
    for sobject in ("CampaignMember", "Campaign"):
        staged.row_locks.order(RowLock(sobject=sobject, times=1))

    with pytest.raises(SalesforceError, match="process failed") as refused:
        dml.update("Opportunity", opportunity, {"StageName": "Closed Won"})

    assert refused.value.code == "CANNOT_EXECUTE_FLOW_TRIGGER"
    stage = staged.db.all('SELECT "StageName" FROM "Opportunity" WHERE "Id" = ?', (opportunity,))[0]
    assert stage["StageName"] == "Prospecting"


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


def test_something_stands_in_for_each_flow_of_the_package() -> None:
    shipped = {path.name.partition(".")[0] for path in FLOWS.glob("*.flow-meta.xml")}

    assert {stand_in.flow for stand_in in STAND_INS} == shipped
