"""What follows a converted lead, what stays behind, and who may still write to it."""

from contextlib import nullcontext
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree

from emulators.salesforce.dml.conversion import Conversion, convert_lead
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM

CONVERTED = "Closed - Converted"
ENVELOPE = """<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns="urn:partner.soap.sforce.com"><soapenv:Header><SessionHeader><sessionId>{token}</sessionId>
</SessionHeader></soapenv:Header><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"""


def values_of(org: Org, name: str, record_id: str) -> dict[str, Any]:
    return dict(org.db.all(f'SELECT * FROM "{name}" WHERE "Id" = ?', (record_id,))[0])  # noqa: S608 -- names of ours


@pytest.fixture
def lead(dml: Dml) -> str:
    values = {"FirstName": "Ida", "LastName": "Berg", "Company": "Acme", "City": "Oslo"}
    return dml.insert("Lead", {**values, "Email": "ida@example.com", "HasOptedOutOfEmail": True})


def convert(dml: Dml, lead: str, **wanted: Any) -> Any:
    return convert_lead(dml, Conversion(lead_id=lead, status=CONVERTED, **wanted))


def test_a_lead_becomes_a_contact_of_an_account_with_an_opportunity(dml: Dml, org: Org, lead: str) -> None:
    done = convert(dml, lead)

    contact, old = values_of(org, "Contact", done.contact_id), values_of(org, "Lead", lead)
    opportunity = values_of(org, "Opportunity", done.opportunity_id)
    assert (contact["LastName"], contact["MailingCity"], contact["HasOptedOutOfEmail"]) == ("Berg", "Oslo", 1)
    assert (contact["AccountId"], opportunity["CloseDate"]) == (done.account_id, "2026-12-31")
    assert values_of(org, "Account", done.account_id)["Name"] == "Acme"
    assert (old["IsConverted"], old["Status"], old["ConvertedContactId"]) == (1, CONVERTED, done.contact_id)


def test_a_membership_shows_the_contact_that_the_lead_became(dml: Dml, org: Org, lead: str) -> None:
    account = dml.insert("Account", {"Name": "Bolt"})
    contact = dml.insert("Contact", {"LastName": "Berg-Holm", "AccountId": account})
    campaign = dml.insert("Campaign", {"Name": "Spring"})
    member = dml.insert("CampaignMember", {"CampaignId": campaign, "LeadId": lead})

    convert(dml, lead, account_id=account, contact_id=contact, without_opportunity=True)

    shown = values_of(org, "CampaignMember", member)
    assert (shown["LastName"], shown["CompanyOrAccount"]) == ("Berg-Holm", "Bolt")
    assert (shown["Type"], shown["LeadOrContactId"]) == ("Contact", contact)


def test_memberships_and_activities_follow_and_custom_look_ups_stay(dml: Dml, gifts: Org, lead: str) -> None:
    campaign = dml.insert("Campaign", {"Name": "Spring"})
    member = dml.insert("CampaignMember", {"CampaignId": campaign, "LeadId": lead, "Status": "Responded"})
    task = dml.insert("Task", {"WhoId": lead, "Subject": "Call"})
    gift = dml.insert("Gift__c", {"Lead__c": lead})

    done = convert(dml, lead, without_opportunity=True)

    moved = values_of(gifts, "CampaignMember", member)
    assert (moved["LeadId"], moved["ContactId"], moved["Status"]) == (lead, done.contact_id, "Responded")
    assert values_of(gifts, "Task", task)["WhoId"] == done.contact_id
    assert values_of(gifts, "Gift__c", gift)["Lead__c"] == lead
    assert values_of(gifts, "Gift__c", gift)["Contact__c"] is None
    counts = values_of(gifts, "Campaign", campaign)
    assert (counts["NumberOfLeads"], counts["NumberOfContacts"]) == (0, 1)


def test_an_existing_contact_keeps_what_it_has(dml: Dml, org: Org, lead: str) -> None:
    account = dml.insert("Account", {"Name": "Known"})
    contact = dml.insert("Contact", {"LastName": "Berg-Dahl", "AccountId": account})

    convert(dml, lead, account_id=account, contact_id=contact, without_opportunity=True)

    kept = values_of(org, "Contact", contact)
    assert (kept["LastName"], kept["Email"]) == ("Berg-Dahl", "ida@example.com")


def test_a_lead_is_converted_once_and_into_a_converted_status(dml: Dml, lead: str) -> None:
    with pytest.raises(SalesforceError, match="INVALID_STATUS"):
        convert_lead(dml, Conversion(lead_id=lead, status="Open - Not Contacted"))
    convert(dml, lead)

    with pytest.raises(SalesforceError, match="CANNOT_UPDATE_CONVERTED_LEAD"):
        convert(dml, lead)


def test_a_converted_lead_is_read_only_without_the_permission(dml: Dml, org: Org, lead: str) -> None:
    convert(dml, lead)
    rep = org.user("rep@local.example")
    assert rep is not None
    permission_set = dml.insert("PermissionSet", {"Name": "Leads", "Label": "Leads"})
    rights = {"SobjectType": "Lead", "PermissionsRead": True, "PermissionsEdit": True}
    dml.insert("ObjectPermissions", {"ParentId": permission_set, **rights})
    dml.insert("PermissionSetAssignment", {"PermissionSetId": permission_set, "AssigneeId": rep.id})

    with pytest.raises(SalesforceError, match="CANNOT_UPDATE_CONVERTED_LEAD"):
        Dml(org, rep).update("Lead", lead, {"LastName": "Dahl"})
    dml.update("PermissionSet", permission_set, {"PermissionsAllowViewEditConvertedLeads": True})
    Dml(org, rep).update("Lead", lead, {"LastName": "Dahl"})

    assert values_of(org, "Lead", lead)["LastName"] == "Dahl"


def soap(client: FlaskClient, body: str) -> etree._Element:
    token = client.environ_base["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    answer = client.post("/services/Soap/u/66.0", data=ENVELOPE.format(token=token, body=body))
    return etree.fromstring(answer.data)


def texts(root: etree._Element, name: str) -> list[str | None]:
    return [e.text for e in root.iter(f"{{urn:partner.soap.sforce.com}}{name}")]


def test_soap_converts_leads_one_by_one(client: FlaskClient, lead: str) -> None:
    wanted = (
        f"<leadConverts><convertedStatus>{CONVERTED}</convertedStatus><leadId>{lead}</leadId></leadConverts>"
    )

    root = soap(client, f"<convertLead>{wanted}{wanted}</convertLead>")

    assert texts(root, "success") == ["true", "false"]
    assert texts(root, "statusCode") == ["CANNOT_UPDATE_CONVERTED_LEAD"]
    assert str(texts(root, "contactId")[0]).startswith("003")


def test_soap_brings_records_back_with_what_was_deleted_with_them(
    client: FlaskClient, dml: Dml, org: Org
) -> None:
    account = dml.insert("Account", {"Name": "Acme"})
    contact = dml.insert("Contact", {"LastName": "Berg", "AccountId": account})
    dml.delete("Account", account)

    root = soap(client, f"<undelete><ids>{account}</ids><ids>{account}</ids></undelete>")

    assert texts(root, "success") == ["true", "false"]
    assert texts(root, "statusCode") == ["UNDELETE_FAILED"]
    assert values_of(org, "Contact", contact)["IsDeleted"] == 0


def test_soap_names_what_it_does_not_do(client: FlaskClient) -> None:
    root = soap(client, "<emptyRecycleBin/>")

    assert "Partner SOAP API emptyRecycleBin" in str(root.findtext(".//faultstring"))


def test_a_test_converts_a_lead_through_the_control_resource(client: FlaskClient, lead: str) -> None:
    answer = client.post("/_control/convert-lead", json={"lead_id": lead, "opportunity": True})

    assert answer.status_code == 201
    assert answer.json["opportunity_id"].startswith("006")


def test_an_account_that_is_named_is_filled_in_where_it_is_empty(dml: Dml, org: Org, lead: str) -> None:
    dml.update("Lead", lead, {"Industry": "Energy", "Phone": "1"})
    account = dml.insert("Account", {"Name": "Bolt", "Phone": "2"})

    done = convert(dml, lead, account_id=account)

    kept = values_of(org, "Account", account)
    assert (kept["Name"], kept["Phone"], kept["Industry"]) == ("Bolt", "2", "Energy")
    assert kept["BillingCity"] == "Oslo"
    assert values_of(org, "Opportunity", done.opportunity_id)["Name"] == "Acme"


def test_a_contact_of_another_account_is_refused(dml: Dml, org: Org, lead: str) -> None:
    ours, theirs = (dml.insert("Account", {"Name": name}) for name in ("Ours", "Theirs"))
    contact = dml.insert("Contact", {"LastName": "Holm", "AccountId": theirs})

    with pytest.raises(SalesforceError, match="not associated with the account"):
        convert(dml, lead, account_id=ours, contact_id=contact)

    assert values_of(org, "Lead", lead)["IsConverted"] == 0


@pytest.mark.parametrize(
    ("objects", "without_opportunity", "allowed"),
    [
        (("Lead", "Account", "Contact", "Opportunity"), False, True),
        (("Lead", "Account", "Contact"), True, True),
        (("Lead", "Account", "Contact"), False, False),
        (("Lead", "Contact"), True, False),
        (("Account", "Contact"), True, False),
    ],
)
def test_who_converts_may_make_what_comes_of_it(
    org: Org, lead: str, objects: tuple[str, ...], without_opportunity: bool, allowed: bool
) -> None:
    own, user = Dml(org, SYSTEM), org.user("integration@local.example")
    assert user is not None
    converts = {"Name": "C", "Label": "C", "PermissionsConvertLeads": True}
    permission_set = own.insert("PermissionSet", converts)
    rights = dict.fromkeys(("PermissionsRead", "PermissionsCreate", "PermissionsEdit"), True)
    for name in objects:
        own.insert("ObjectPermissions", {"ParentId": permission_set, "SobjectType": name, **rights})
    own.insert("PermissionSetAssignment", {"AssigneeId": user.id, "PermissionSetId": permission_set})

    with nullcontext() if allowed else pytest.raises(SalesforceError, match="INSUFFICIENT_ACCESS"):
        convert(Dml(org, user), lead, without_opportunity=without_opportunity)

    assert values_of(org, "Lead", lead)["IsConverted"] == allowed
