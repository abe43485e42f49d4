"""What a deploy would refuse because a reference leads nowhere, found in the description at its line."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from metagen.errors import SpecInvalid
from metagen.load import load_spec

ROOT = Path(__file__).parents[2]
PROVISION = "flows/Gift_Provision_Member_Statuses.yml"
SEND = "flows/Send_Gift.yml"
MEMBER = "flows/Gift_Request_On_Campaign_Member.yml"
STAGE = "flows/Gift_On_Opportunity_Stage.yml"
CONVERT = "flows/Gift_Reparent_On_Lead_Conversion.yml"
MAPPING = "records/Gift_Field_Mapping__mdt.yml"
RATE = "reports/Redemption_Rate_by_Campaign.yml"
PRINCIPAL = "Gift_Connector-Gift_Connector_Key"
STUCK = "reports/Stuck_Gifts.yml"

# name: (file, text to replace, its replacement on as many lines, message). All are planted at once: none
# hides another, and one load tells them all.
MISTAKES = {
    "trigger on an unknown object": (
        MEMBER, "object: CampaignMember\n  on", "object: CampaignMembre\n  on",
        "there is no object CampaignMembre; did you mean CampaignMember?",
    ),
    "entry condition on an unknown field": (
        PROVISION, "left: Gift_Sync_Enabled__c", "left: Gift_Sync_Enable__c",
        "Campaign has no field Gift_Sync_Enable__c; did you mean Gift_Sync_Enabled__c?",
    ),
    "value that is no member status": (
        PROVISION, "{left: Label, right: Completed}", "{left: Label, right: Complete}",
        "CampaignMemberStatus.Label has no value Complete; did you mean Completed?",
    ),
    "query of an unknown field": (
        STAGE, "left: ContactId", "left: ContactID",
        "CampaignMember has no field ContactID; did you mean ContactId?",
    ),
    "query of an unknown object": (
        STAGE, "object: OpportunityContactRole", "object: OpportunityContactRol",
        "there is no object OpportunityContactRol; did you mean OpportunityContactRole?",
    ),
    "written field that is unknown": (
        CONVERT, 'Account__c: "{!$Record', 'Acount__c: "{!$Record',
        "Gift__c has no field Acount__c; did you mean Account__c?",
    ),
    "field of the record that is unknown": (
        CONVERT, "{!$Record.ConvertedAccountId}", "{!$Record.ConvertedAcountId}",
        "Lead has no field ConvertedAcountId; did you mean ConvertedAccountId?",
    ),
    "field that was not read": (
        STAGE, 'right: "{!Get_the_Primary_Contact.ContactId}"', 'right: "{!Get_the_Primary_Contact.Role}"',
        "Get_the_Primary_Contact has no Role",
    ),
    "unknown variable": (
        SEND, 'value: "{!Sender_Id}"', 'value: "{!Sender}"',
        "Send_Gift has no Sender; did you mean Sender_Id?",
    ),
    "unknown field of the request": (
        SEND, "to: Gift_Request.recordId", "to: Gift_Request.recordID",
        "GiftConnector.GiftRequest has no recordID; did you mean recordId?",
    ),
    "unknown operation": (
        SEND, "operation: GiftConnector.requestGift", "operation: GiftConnector.requestGifts",
        "there is no operation GiftConnector.requestGifts; did you mean GiftConnector.requestGift?",
    ),
    "unknown input of a subflow": (
        MEMBER, "      Campaign_Id:", "      CampaignId:",
        "Request_the_Gift: Send_Gift takes no CampaignId; did you mean Campaign_Id?",
    ),
    "unknown output of a subflow": (
        MEMBER, "left: Request_the_Gift.Error_Message", "left: Request_the_Gift.Error",
        "Send_Gift has no Error",
    ),
    "connector to nothing": (
        STAGE, "next: Add_the_Member", "next: Add_a_Member",
        "Gift_On_Opportunity_Stage has no element Add_a_Member; did you mean Add_the_Member?",
    ),
    "element that nothing leads to": (
        STAGE, "  Add_the_Member:\n", "  Add_the_Member:\n", "nothing leads to Add_the_Member",
    ),
    "failure that nobody hears of": (
        CONVERT, "    fault: Note_the_Error", "    next: Note_the_Error",
        "Give_the_Gifts_to_the_Contact can fail, so it needs a fault",
    ),
    "query in a loop": (
        PROVISION, "each: Remember_the_Label", "each: Create_the_Missing_Statuses",
        "Create_the_Missing_Statuses is in the loop For_Each_Existing_Status; do it once, for all records",
    ),
    "unknown field of a mapping": (
        MAPPING, "Field__c: MailingCity", "Field__c: MailCity", "Contact has no field MailCity",
    ),
    "unknown picklist value in a record": (
        MAPPING, "PostalCode, Attribute__c: Postal Code", "PostalCode, Attribute__c: Post Code",
        "Attribute__c has no value Post Code; did you mean Postal Code?",
    ),
    "report on an unknown column": (
        RATE, "{field: Gift__c.Claimed_Date__c}", "{field: Gift__c.Claim_Date__c}",
        "Gifts_with_Campaigns has no column Gift__c.Claim_Date__c; did you mean Gift__c.Claimed_Date__c?",
    ),
    "formula over an unknown column": (
        RATE, "IF(Campaign.Gifts_Sent__c:MAX", "IF(Campaign.Gifts_Send__c:MAX",
        "Gifts_with_Campaigns has no column Campaign.Gifts_Send__c; did you mean Campaign.Gifts_Sent__c?",
    ),
    "filter by an unknown status": (
        STUCK, "Out For Delivery", "Out for Delivery",
        "Gift__c.Order_Status__c has no value Out for Delivery; did you mean Out For Delivery?",
    ),
    "report of an unknown type": (
        "reports/Spend_by_Sender.yml", "type: Gifts", "type: Gift",
        "there is no report type Gift; did you mean Gifts?",
    ),
    "report type with an unknown field": (
        "report_types/Gifts_with_Leads.yml", "Lead.Company", "Lead.Compny",
        "Lead has no field Compny; did you mean Company?",
    ),
    "report type with an unknown relationship": (
        "report_types/Gifts_with_Contacts.yml", "join: Gifts__r", "join: Gift__r",
        "Contact has no relationship Gift__r",
    ),
    "dashboard with an unknown report": (
        "dashboards/Gifting_Overview.yml", "report: Gifts_by_Status", "report: Gifts_by_State",
        "there is no report Gifts_by_State; did you mean Gifts_by_Status?",
    ),
    "dashboard grouped by what the report is not": (
        "dashboards/Gifting_Overview.yml", "group: Gift__c.Campaign__c", "group: Gift__c.Contact__c",
        "Spend_by_Campaign is not grouped by Gift__c.Contact__c",
    ),
    "page with an unknown component": (
        "pages/Gift_Record_Page.yml", "component: force:detailPanel", "component: force:detailPane",
        "there is no component force:detailPane; did you mean force:detailPanel?",
    ),
    "page with an unknown region": (
        "pages/Gift_Record_Page.yml", "  sidebar:", "  sidebars:",
        "flexipage:recordHomeTemplateDesktop has no region sidebars",
    ),
    "application with an unknown tab": (
        "applications/Gifting.yml", "  - Gift_Budget__c", "  - Gift_Budgets__c",
        "there is no tab Gift_Budgets__c; did you mean Gift_Budget__c?",
    ),
    "application with an unknown page": (
        "applications/Gifting.yml", "Gift__c: Gift_Record_Page", "Gift__c: Gift_Page",
        "there is no page Gift_Page; did you mean Gift_Record_Page?",
    ),
    "label without a translation": (
        "languages/fr.yml", "  Tracking Page: Page de suivi", "  Tracking Pages: Page de suivi",
        "the package says Tracking Pages nowhere; did you mean Tracking Page?",
    ),
    "label of another group": (
        "labels/Gift_Panel.yml", "  Gift_Panel_Cancel:", "  Gift_Cancel:",
        "Gift_Cancel is in the group Gift_Panel; it should be called so first",
    ),
    "translation that lost a placeholder": (
        "languages/de.yml", '"Verfolgen mit {0}"', '"Verfolgen mit {1}"',
        "Gift_Panel_Track_With in de must hold {0}",
    ),
    "label of a component without a translation": (
        "labels/Gift_Panel.yml", "value: Loading", "value: Reading",
        "Reading is missing in spec/languages/fr.yml",
    ),
    "object without a name in a language": (
        "languages/de.yml", "  Gift_Budget__c: {gender", "  Gift_Budgets__c: {gender",
        "Gift_Budgets__c is no object of ours; did you mean Gift_Budget__c?",
    ),
    "unknown custom permission": (
        "access/Gift_User.yml", "custom_permissions: [Send_Gifts]", "custom_permissions: [Send_Gift]",
        "there is no custom permission Send_Gift; did you mean Send_Gifts?",
    ),
    "unknown application": (
        "access/Gift_Admin.yml", "applications: [Gifting]", "applications: [Giftings]",
        "there is no application Giftings; did you mean Gifting?",
    ),
    "unknown credential principal": (
        "access/Gift_Callout.yml", "[Gift_Connector-Gift_Connector_Key]", "[Gift_Connector-Key]",
        f"there is no credential principal Gift_Connector-Key; did you mean {PRINCIPAL}?",
    ),
    "credential access within the package": (
        "access/Gift_Callout.yml", "packaged: false", "packaged: true ",
        "a package version that grants a credential is refused: say packaged: false",
    ),
    "figure without a value": (
        "dashboards/Gifting_Overview.yml",
        "kind: Metric\n    value: RowCount", "kind: Metric\n    summary: Sum",
        "Gifts with a Sync Error needs a value",
    ),
    "record made of no object": (
        STAGE, "object: CampaignMember\n    set:", "records: Get_the_Member\n    set:",
        "Add_the_Member (create) with set needs object",
    ),
    "unknown variable within a text": (
        CONVERT, 'set: {Sync_Error__c: "{!Error_Text}"}', 'set: {Sync_Error__c: "No way - {!Eror_Text}"}',
        "Gift_Reparent_On_Lead_Conversion has no Eror_Text; did you mean Error_Text?",
    ),
    "two parts of a flow with one name": (
        PROVISION, "      Some_Are_Missing:", "      status:",
        "status and Status are the same name to Salesforce",
    ),
    "part of a flow with a name that is none": (
        MEMBER, "      Refused:", "      Was it:",
        "Was it may hold letters, digits and single underscores, beginning with a letter",
    ),
    "record with a name that is none": (
        MAPPING, "  Lead_Phone:", "  Lead-Phone:",
        "Lead-Phone may hold letters, digits and single underscores, beginning with a letter",
    ),
    "label with a name that is none": (
        "labels/Gift_Panel.yml", "  Gift_Panel_Refresh:", "  Gift_Panel_Re-fresh:",
        "Gift_Panel_Re-fresh may hold letters, digits and single underscores, beginning with a letter",
    ),
    "right to edit a formula": (
        "access/Gift_User.yml", "Contact: {all: read, edit: [Gift_Opt_Out__c]}",
        "Contact: {all: read, edit: [Gift_Opt_Out__c, Send_a_Gift_Link__c]}",
        "Contact.Send_a_Gift_Link__c is a formula, which can only be read",
    ),
    "sections of an unknown report type": (
        "report_types/Gifts_with_Contacts.yml", "sections_of: Gifts", "sections_of: Gift_",
        "there is no report type Gift_; did you mean Gifts?",
    ),
    "sections of a report type that has them from another": (
        "report_types/Gifts_with_Leads.yml", "sections_of: Gifts", "sections_of: Gifts_with_Contacts",
        "Gifts_with_Contacts has sections of another type itself; name that",
    ),
    "scopes without the one that tokens need": (
        "package.yml", "scopes: [Api, OpenID, RefreshToken]", "scopes: [Api, OpenID]",
        "Gift_Connector needs the scope RefreshToken for its signed tokens",
    ),
    "second relationship of one name": (
        "objects/Gift__c.yml", "relationship: Gifts_Approved", "relationship: gifts_sent",
        "User has a relationship gifts_sent already: Gift__c.Sender__c",
    ),
    "auto number without a counter": (
        "objects/Gift_Event__c.yml", 'auto_number: "GE-{00000000}"', 'auto_number: "GE-"',
        "an auto number has its counter in braces, such as G-{00000}",
    ),
    "tab without a motif": (
        "objects/Gift_Budget__c.yml", 'tab: "Custom17: Sack"', "tab: Sack",
        "Sack is no motif; such as Custom1: Heart is",
    ),
    "list view without columns": (
        "objects/Gift__c.yml",
        "columns: [Name, Contact__c, Lead__c, Provider__c, Sync_Error__c, Last_Synced__c]", "columns: []",
        "Sync_Problems needs a column",
    ),
    "chart beside the dashboard": (
        "dashboards/Gifting_Overview.yml", "column: 4\n    row: 0", "column: -4\n    row: 0",
        "Gift Activity by Month lies outside of the dashboard, or has no size",
    ),
    "master-detail that shares by itself": (
        "objects/Gift_Event__c.yml", "sharing: ControlledByParent", "sharing: Read",
        "Gift_Event__c: sharing is ControlledByParent where there is a MasterDetail",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[int]]:
    """Every message, with the lines that it was told for."""
    spec = tmp_path_factory.mktemp("project") / "spec"
    shutil.copytree(ROOT / "spec", spec)
    for path, old, new, _ in MISTAKES.values():
        before = (spec / path).read_text()
        assert old in before, f"{old!r} is not in {path}"
        (spec / path).write_text(before.replace(old, new, 1))
    with pytest.raises(SpecInvalid) as caught:
        load_spec(spec)
    messages: dict[str, list[int]] = {}
    for problem in caught.value.problems:
        messages.setdefault(problem.message, []).append(problem.where.line)
    return messages


@pytest.mark.parametrize("name", MISTAKES)
def test_a_reference_that_leads_nowhere_is_told(name: str, told: Mapping[str, list[int]]) -> None:
    assert MISTAKES[name][3] in told


def test_a_list_without_words_and_a_comparison_that_there_is_not_are_told(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    vocabulary, report = tmp_path / "spec/vocabulary.yml", tmp_path / "spec/reports/Gift_Sync_Errors.yml"

    vocabulary.write_text(re.sub("(?m)^sources: .*$", "sources: []", vocabulary.read_text()))
    with pytest.raises(SpecInvalid, match=r"vocabulary\.yml:4: sources needs a word"):
        load_spec(tmp_path / "spec")
    report.write_text(report.read_text().replace("operation: notEqual", "operation: notEquals"))
    with pytest.raises(SpecInvalid, match=r"notEquals is not known here; did you mean notEqual\?"):
        load_spec(tmp_path / "spec")


def test_a_missing_translation_is_told_where_the_label_stands(told: Mapping[str, list[int]]) -> None:
    lines = (ROOT / "spec/objects/Gift__c.yml").read_text().splitlines()

    (line,) = told["Tracking Page is missing in spec/languages/fr.yml"]

    assert lines[line - 1].strip() == "label: Tracking Page"
