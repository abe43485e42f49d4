"""In place of the flow Send_Gift: asks the gifting connector for one gift, through the external service."""

from collections.abc import Mapping
from typing import Any

from emulators.salesforce.callouts.callout import CalloutFailed
from emulators.salesforce.callouts.services import find_operation
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.standins.standin import OnCall

SERVICE, OPERATION = "GiftConnector", "requestGift"
ERROR_MESSAGE = "Error_Message"
_ERROR_CHARACTERS = 255
# What the connector calls the flow's inputs.
BODY = {
    "Request_Key": "requestKey",
    "Recipient_Id": "recordId",
    "Campaign_Id": "campaignId",
    "Campaign_Member_Id": "campaignMemberId",
    "Gift_Campaign_Id": "giftCampaignId",
    "Gift_Value": "giftValue",
    "Gift_Currency": "giftCurrency",
    "Sender_Id": "senderId",
    "Message": "giftMessage",
}


def send_gift(org: Org, user_id: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Call the connector. Without the org's lock, because the connector may ask the org meanwhile.

    user_id: who must have the right to use the credential.

    Raises SalesforceError for an input that the flow does not have.
    """
    unknown = sorted(inputs.keys() - BODY.keys())
    if unknown:
        raise SalesforceError("INVALID_API_INPUT", f"The flow has no input {', '.join(unknown)}")
    with org.lock:
        org_id = org.org_id
    body = {BODY[name]: value for name, value in inputs.items() if value is not None}
    return {ERROR_MESSAGE: _call(org, user_id, {"orgId": org_id, **body})}


def _call(org: Org, user_id: str, body: Mapping[str, Any]) -> str | None:
    try:
        with org.lock:
            callout = find_operation(org, user_id, SERVICE, OPERATION)
        callout.send(body)
    except CalloutFailed as error:
        return str(error)[:_ERROR_CHARACTERS]
    return None


STAND_IN = OnCall(
    flow="Send_Gift",
    does="asks the gifting connector for a gift when it is called (over the loopback interface only)",
    run=send_gift,
)
