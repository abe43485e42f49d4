"""What a gift looks like in Salesforce: from the ledger to the fields of each record. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connector.domain.gift import Gift
from connector.domain.money import Money
from connector.domain.vocabulary import STAGE_EFFECTS, GiftStage
from connector.ports import RecordWrite, WriteKind
from connector.services.storage.hearing import TimelineEntry
from connector.services.writing.person_totals import CampaignTotals

# Lengths of the package's text fields; Salesforce refuses longer text.
_SYNC_ERROR_LENGTH = 255
_URL_LENGTH = 255
_TEXT_LENGTH = 255


def gift_record(gift: Gift, provider: str, *, now: datetime) -> RecordWrite:
    """Gift__c, upserted by our key. A blank is written as null, so that what is gone here goes there."""
    request, progress = gift.request, gift.progress
    fields: dict[str, Any] = {
        "External_Id__c": request.key,
        "Contact__c": request.person.contact_id or None,
        "Lead__c": request.person.lead_id or None,
        "Campaign__c": request.campaign_id or None,
        "Campaign_Member_Id__c": request.campaign_member_id or None,
        "Provider__c": provider,
        "Provider_Gift_Id__c": gift.provider_gift_id or None,
        "Gift_Campaign__c": request.gift_campaign_id,
        "Gift_Name__c": progress.details.gift_name or None,
        "Send_Status__c": progress.send_status,
        "Order_Status__c": progress.order_status,
        "Gift_Value__c": number(request.value),
        "Gift_Cost__c": number(gift.cost),
        "Gift_Link__c": progress.details.redemption_url[:_URL_LENGTH] or None,
        "Tracking_Number__c": progress.details.tracking_number or None,
        "Tracking_URL__c": progress.details.tracking_url[:_URL_LENGTH] or None,
        "Carrier__c": progress.details.carrier or None,
        "Message__c": request.message or None,
        "Source__c": request.source.value,
        "Approval_Status__c": gift.approval.status.value,
        "Approver__c": gift.approval.approver_user_id or None,
        "Approval_Note__c": gift.approval.shown_note[:_TEXT_LENGTH] or None,
        "Last_Synced__c": moment(now),
        "Sync_Error__c": gift.sync_error[:_SYNC_ERROR_LENGTH] or None,
        **_dates(gift),
    }
    if request.sender_user_id:
        fields["Sender__c"] = request.sender_user_id
    return RecordWrite(WriteKind.UPSERT, "Gift__c", fields, "External_Id__c")


def _dates(gift: Gift) -> dict[str, Any]:
    reached: Mapping[GiftStage, datetime] = {GiftStage.REQUESTED: gift.planned_at, **gift.progress.moments}
    fields = ((STAGE_EFFECTS[stage].gift_date_field, at) for stage, at in reached.items())
    return {field: moment(at) for field, at in fields if field is not None}


def member_record(gift: Gift) -> RecordWrite:
    """CampaignMember: the status of the stage, our key, and what went wrong."""
    fields: dict[str, Any] = {
        "Id": gift.request.campaign_member_id,
        "Gift_Request_Id__c": gift.key,
        "Gift_Sync_Error__c": gift.sync_error[:_SYNC_ERROR_LENGTH] or None,
    }
    if gift.progress.member_status is not None:
        fields["Status"] = gift.progress.member_status
    return RecordWrite(WriteKind.UPDATE, "CampaignMember", fields)


def person_record(latest: Gift, lifetime_cost: float) -> RecordWrite:
    """Contact or Lead: the state of the last gift, and the sum over all of them as Salesforce counts it."""
    moments, person = latest.progress.moments, latest.request.person
    fields: dict[str, Any] = {
        "Id": person.record_id,
        "Gift_Status__c": latest.progress.order_status,
        "Gift_Value__c": number(latest.request.value),
        "Lifetime_Gifting_Cost__c": lifetime_cost,
        "Gift_Sent_Date__c": moment(moments.get(GiftStage.SENT)),
        "Gift_Redeemed_Date__c": moment(moments.get(GiftStage.CLAIMED)),
        "Gift_Delivery_Date__c": moment(moments.get(GiftStage.DELIVERED)),
    }
    return RecordWrite(WriteKind.UPDATE, person.sobject, fields)


def campaign_record(campaign_id: str, totals: CampaignTotals) -> RecordWrite:
    """Campaign: what its gifts come to."""
    fields = {
        "Id": campaign_id,
        "Gifts_Sent__c": totals.sent,
        "Gifts_Redeemed__c": totals.redeemed,
        "Gifting_Cost__c": totals.cost,
    }
    return RecordWrite(WriteKind.UPDATE, "Campaign", fields)


def task_record(entry: TimelineEntry, gift: Gift) -> RecordWrite:
    """A closed Task on the person's timeline.

    The timeline filters by TaskSubtype, which can be set on create only. A Task whose WhoId is a Lead takes
    no WhatId, so the gift's key stands in the description. Source: Object Reference for the Salesforce
    Platform, Task.
    """
    person = gift.request.person
    fields: dict[str, Any] = {
        "Subject": entry.milestone.value,
        "Status": "Completed",
        "Priority": "Normal",
        "TaskSubtype": "Task",
        "ActivityDate": entry.happened_at.astimezone(UTC).date().isoformat(),
        "WhoId": person.record_id,
        "Gift_Event_Key__c": entry.key,
        "Description": f"Gift {gift.key}",
    }
    if person.sobject == "Contact":
        fields["WhatId"] = gift.salesforce_id
    return RecordWrite(WriteKind.INSERT, "Task", fields)


def moment(at: datetime | None) -> str | None:
    """A date-time as Salesforce takes it: ISO 8601 with milliseconds and zone."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def number(money: Money) -> float:
    """The amount as a JSON number, which is all that Salesforce takes; no arithmetic is done on it here."""
    return float(money.amount)
