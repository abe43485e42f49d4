"""What the package promises to the people who install it, read from the rendered files."""

from pathlib import Path

import pytest
from lxml import etree

GENERATED = Path(__file__).parents[2] / "force-app/main/generated"
PROMISED = {
    "Gift__c": """External_Id__c Contact__c Lead__c Campaign__c Opportunity__c Account__c Sender__c
        Sent_By_Me__c Campaign_Member_Id__c Provider__c Provider_Gift_Id__c Gift_Campaign__c Gift_Name__c
        Send_Status__c Order_Status__c Gift_Value__c Gift_Cost__c Created_Date__c Sent_Date__c Clicked_Date__c
        Claimed_Date__c Shipped_Date__c Delivered_Date__c Canceled_Date__c Expired_Date__c Gift_Link__c
        Tracking_Number__c Tracking_URL__c Carrier__c Message__c Source__c Last_Synced__c Sync_Error__c
        Approval_Status__c Approver__c Approval_Note__c""",
    "Gift_Event__c": "External_Id__c Gift__c Stage__c Occurred_At__c Applied__c Note__c",
    "Gift_Budget__c": """External_Id__c Budget_Name__c User__c Team__c Campaign__c Period_Start__c
        Period_End__c Limit__c Spent__c Remaining__c Closed__c Currency_Code__c Last_Synced__c""",
    "Gift_Field_Mapping__mdt": "Object__c Field__c Attribute__c Required__c",
    "Contact": """Gift_Sent_Date__c Gift_Redeemed_Date__c Gift_Delivery_Date__c Gift_Value__c
        Lifetime_Gifting_Cost__c Gift_Status__c Gift_Opt_Out__c Send_a_Gift_Link__c""",
    "Lead": """Gift_Sent_Date__c Gift_Redeemed_Date__c Gift_Delivery_Date__c Gift_Value__c
        Lifetime_Gifting_Cost__c Gift_Status__c Gift_Opt_Out__c Send_a_Gift_Link__c""",
    "Campaign": """Gift_Sync_Enabled__c Gift_Campaign__c Gift_Last_Synced__c Gift_Sync_Error__c
        Gift_Opportunity_Stage__c Gifts_Sent__c Gifts_Redeemed__c Gifting_Cost__c""",
    "CampaignMember": "Gift_Request_Id__c Gift_Sync_Error__c",
    "Activity": "Gift_Event_Key__c",
    "Gifting_Settings__c": "Connector_URL__c Objects_Enabled__c Package_Version__c",
}


def root(path: str) -> etree._Element:
    return etree.parse(GENERATED / path).getroot()


def values(element: etree._Element, path: str) -> list[str]:
    steps = "/".join(f"{{*}}{step}" for step in path.split("/"))
    return [found.text or "" for found in element.findall(steps)]


@pytest.mark.parametrize("sobject", PROMISED)
def test_an_object_has_exactly_the_promised_fields(sobject: str) -> None:
    files = (GENERATED / "objects" / sobject / "fields").glob("*.field-meta.xml")

    assert {path.name.split(".")[0] for path in files} == set(PROMISED[sobject].split())


def test_every_field_explains_itself_to_admins_and_to_people() -> None:
    for path in GENERATED.rglob("*.field-meta.xml"):
        field = etree.parse(path).getroot()
        assert all(values(field, "description")), path
        assert all(values(field, "inlineHelpText")), path


def test_the_external_id_is_a_case_sensitive_unique_key() -> None:
    field = root("objects/Gift__c/fields/External_Id__c.field-meta.xml")

    for attribute in ("externalId", "unique", "caseSensitive"):
        assert values(field, attribute) == ["true"]


@pytest.mark.parametrize("sobject", ["Contact", "Lead", "Campaign"])
def test_gifts_are_a_related_list_of_people_and_campaigns(sobject: str) -> None:
    field = root(f"objects/Gift__c/fields/{sobject}__c.field-meta.xml")

    assert (values(field, "relationshipName"), values(field, "relationshipLabel")) == (["Gifts"], ["Gifts"])


def test_the_statuses_are_restricted_to_the_vocabulary() -> None:
    for name, first, last in (("Send", "Sent", "Canceled"), ("Order", "Pending", "Canceled")):
        field = root(f"objects/Gift__c/fields/{name}_Status__c.field-meta.xml")
        value_set = root(f"globalValueSets/Gift_{name}_Status.globalValueSet-meta.xml")

        assert values(field, "valueSet/restricted") == ["true"]
        assert values(field, "valueSet/valueSetName") == [f"Gift_{name}_Status"]
        words = values(value_set, "customValue/fullName")
        assert (words[0], words[-1]) == (first, last)


@pytest.mark.parametrize(
    ("sobject", "name"), [("Contact", "Send_a_Gift"), ("Lead", "Send_a_Gift"), ("Campaign", "Send_Gifts")]
)
def test_the_button_opens_the_connector_with_org_object_and_record(sobject: str, name: str) -> None:
    link = root(f"objects/{sobject}/webLinks/{name}.webLink-meta.xml")

    assert values(link, "openType") == ["newWindow"]
    host, query = values(link, "url")[0].split("/send?")
    assert host == "{!$Setup.Gifting_Settings__c.Connector_URL__c}"
    assert query == f"org={{!$Organization.Id}}&object={sobject}&record={{!{sobject}.Id}}"


@pytest.mark.parametrize("sobject", ["Contact", "Lead"])
def test_the_button_over_a_list_starts_the_flow_with_what_is_selected(sobject: str) -> None:
    link = root(f"objects/{sobject}/webLinks/Send_Gifts.webLink-meta.xml")

    assert values(link, "displayType") == ["massActionButton"]
    assert values(link, "requireRowSelection") == ["true"]
    assert values(link, "url") == ["/flow/Send_Gifts_to_Selected"]


def test_a_gift_has_a_button_that_opens_its_page_at_the_connector() -> None:
    link = root("objects/Gift__c/webLinks/Cancel_Gift.webLink-meta.xml")
    layout = root("layouts/Gift__c-Gift Layout.layout-meta.xml")

    host, query = values(link, "url")[0].split("/gift?")
    assert host == "{!$Setup.Gifting_Settings__c.Connector_URL__c}"
    assert query == "org={!$Organization.Id}&key={!Gift__c.External_Id__c}"
    assert values(layout, "customButtons") == ["Cancel_Gift"]


def test_the_integration_user_may_do_what_the_connector_does_and_delete_nothing() -> None:
    role = root("permissionsets/Gift_Integration.permissionset-meta.xml")
    rights = {
        values(entry, "object")[0]: {etree.QName(right).localname for right in entry if right.text == "true"}
        for entry in role.findall("{*}objectPermissions")
    }

    assert rights == {
        "Account": {"allowRead"},
        "Campaign": {"allowRead", "allowEdit"},
        "Contact": {"allowRead", "allowEdit"},
        "Lead": {"allowRead", "allowEdit"},
        "Gift__c": {"allowRead", "allowEdit", "allowCreate"},
        "Gift_Event__c": {"allowRead", "allowEdit", "allowCreate"},
        "Gift_Budget__c": {"allowRead", "allowEdit", "allowCreate"},
    }
    assert values(role, "userPermissions/name") == [
        *("ActivitiesAccess", "ApiEnabled", "EditTask", "ViewRoles", "ViewSetup"),
    ]
    fields = values(role, "fieldPermissions/field")
    assert {"Task.Gift_Event_Key__c", "Task.WhoId", "Task.WhatId", "Contact.Email", "Lead.Email"} <= set(
        fields
    )


def test_people_who_send_gifts_change_nothing_but_the_opt_out() -> None:
    role = root("permissionsets/Gift_User.permissionset-meta.xml")

    editable = [
        values(entry, "field")[0]
        for entry in role.findall("{*}fieldPermissions")
        if values(entry, "editable") == ["true"]
    ]
    assert editable == ["Contact.Gift_Opt_Out__c", "Lead.Gift_Opt_Out__c"]


def test_nothing_that_belongs_to_one_org_is_in_the_package() -> None:
    kinds = {path.name.split(".")[1] for path in GENERATED.rglob("*-meta.xml")}

    assert {"eca-meta", "ecaOauth-meta"} <= kinds
    assert not {"ecaGlblOauth-meta", "ecaOauthPlcy-meta", "ecaPlcy-meta"} & kinds
    for path in GENERATED.rglob("*.xml"):
        assert b"consumerKey" not in path.read_bytes()
        assert b"BEGIN" not in path.read_bytes()


def test_my_gifts_are_those_that_the_reader_sends_whoever_owns_them() -> None:
    view = root("objects/Gift__c/listViews/My_Gifts.listView-meta.xml")
    field = root("objects/Gift__c/fields/Sent_By_Me__c.field-meta.xml")

    assert values(view, "filterScope") == ["Everything"]
    filters = [values(view, f"filters/{part}") for part in ("field", "operation", "value")]
    assert filters == [["Sent_By_Me__c"], ["equals"], ["1"]]
    assert values(field, "formula") == ["Sender__c = $User.Id"]
    assert values(field, "defaultValue") == []
