"""In place of the flow Gift_Request_On_Campaign_Member: a new member's gift is asked for after the commit."""

from emulators.salesforce.background import Ticket
from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.standins import send_gift
from emulators.salesforce.standins.standin import AfterCommit, note

_ERROR = "Gift_Sync_Error__c"


class SubflowMissing(Exception):
    """The flow that this one calls is not active. On the platform an administrator gets an e-mail."""


def _meets(own: Writing, row: Row, old: Row | None) -> bool:
    if old is not None or row.get("Gift_Request_Id__c") or row["CampaignId"] is None:
        return False
    campaign = own.read("Campaign", row["CampaignId"]) or {}
    return bool(campaign.get("Gift_Sync_Enabled__c") and campaign.get("Gift_Campaign__c"))


def _request(own: Writing, row: Row, ticket: Ticket) -> None:
    with own.org.lock:
        if not ticket.valid:
            return
        if not send_gift.STAND_IN.active(own.org):
            raise SubflowMissing(send_gift.STAND_IN.flow)
    inputs = {"Campaign_Id": row["CampaignId"], "Campaign_Member_Id": row["Id"]}
    error = send_gift.send_gift(own.org, own.actor_id, inputs)[send_gift.ERROR_MESSAGE]
    if error is None:
        return
    with own.org.lock:
        if ticket.valid:
            _note(own.afresh(), row, error)


def _note(own: Writing, row: Row, error: str) -> None:
    """On the member; where that cannot be written, on its campaign."""
    try:
        note(own, "CampaignMember", row["Id"], (_ERROR, error))
    except SalesforceError:
        note(own, "Campaign", row["CampaignId"], (_ERROR, error))


STAND_IN = AfterCommit(
    flow="Gift_Request_On_Campaign_Member",
    sobject="CampaignMember",
    does="asks the gifting connector for a gift once somebody is a member of a Campaign that sends gifts",
    meets=_meets,
    run=_request,
)
