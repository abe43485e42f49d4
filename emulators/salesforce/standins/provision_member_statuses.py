"""In place of the flow Gift_Provision_Member_Statuses: a gifting campaign gets its member statuses."""

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.rules.campaigns import statuses_of
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.standins.standin import AfterSave, note

_SWITCH = "Gift_Sync_Enabled__c"
LABELS = ("Pending", "Invited", "Gift fulfilment", "In transit", "Completed", "Expired")
DEFAULT, RESPONDED = "Pending", "Completed"
_FIRST_PLACE = 101


def _provision(own: Writing, row: Row, old: Row | None) -> None:
    if not row.get(_SWITCH) or (old is not None and old.get(_SWITCH)):
        return
    there = {status["Label"].casefold(): status for status in statuses_of(own, row["Id"])}
    for place, label in enumerate(LABELS, start=_FIRST_PLACE):
        if label.casefold() in there:
            continue
        marks = {"IsDefault": label == DEFAULT, "HasResponded": label == RESPONDED}
        values = {"CampaignId": row["Id"], "Label": label, "SortOrder": place, **marks}
        own.insert("CampaignMemberStatus", values)
    for label, mark in ((DEFAULT, "IsDefault"), (RESPONDED, "HasResponded")):
        status = there.get(label.casefold())
        if status is not None and not status[mark]:
            own.update("CampaignMemberStatus", status["Id"], {mark: True})


def _note(own: Writing, row: Row, error: str) -> None:
    note(own, "Campaign", row["Id"], ("Gift_Sync_Error__c", f"Member statuses could not be set up - {error}"))


STAND_IN = AfterSave(
    flow="Gift_Provision_Member_Statuses",
    sobject="Campaign",
    does="gives a Campaign the member statuses of gifts when gifting is switched on for it",
    run=_provision,
    fault=_note,
)
