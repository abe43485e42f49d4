"""In place of the flow Gift_On_Opportunity_Stage: its primary contact becomes a member of its campaign."""

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.standins.standin import AfterSave, note

_STATUS = "Pending"
_PRIMARY_CONTACT = (
    'SELECT "ContactId" FROM "OpportunityContactRole" '
    'WHERE "OpportunityId" = ? AND "IsPrimary" = 1 AND "IsDeleted" = 0'
)
_MEMBER = 'SELECT 1 FROM "CampaignMember" WHERE "CampaignId" = ? AND "ContactId" = ? AND "IsDeleted" = 0'


def _add_member(own: Writing, row: Row, old: Row | None) -> None:
    if not _reached(own, row, old):
        return
    primary = own.org.db.one(_PRIMARY_CONTACT, (row["Id"],))
    if primary is None:
        return
    person = {"CampaignId": row["CampaignId"], "ContactId": primary["ContactId"]}
    if own.org.db.one(_MEMBER, tuple(person.values())) is None:
        own.insert("CampaignMember", {**person, "Status": _STATUS})


def _reached(own: Writing, row: Row, old: Row | None) -> bool:
    """Whether the stage is new, and the one at which the campaign sends gifts."""
    if row["CampaignId"] is None or (old is not None and old["StageName"] == row["StageName"]):
        return False
    campaign = own.read("Campaign", row["CampaignId"]) or {}
    wanted = campaign.get("Gift_Opportunity_Stage__c")
    return bool(campaign.get("Gift_Sync_Enabled__c")) and wanted == row["StageName"]


def _note(own: Writing, row: Row, error: str) -> None:
    text = f"An Opportunity could not add its contact - {error}"
    note(own, "Campaign", row["CampaignId"], ("Gift_Sync_Error__c", text))


STAND_IN = AfterSave(
    flow="Gift_On_Opportunity_Stage",
    sobject="Opportunity",
    does="makes an Opportunity's primary contact a member of its Campaign at the stage the Campaign names",
    run=_add_member,
    fault=_note,
)
