"""What crosses the API: flat objects whose names are valid in Apex.

External Services makes an Apex type of each. It knows no unions, and unknown fields are refused.
"""

from marshmallow import Schema, ValidationError, fields, validate


class Storable(validate.Validator):
    """Text that every database takes: without zero bytes and halves of characters, which JSON can say."""

    def __call__(self, value: str) -> str:
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise ValidationError("Holds characters that cannot be kept.")
        return value


_ID = validate.Regexp(r"^([A-Za-z0-9]{15}([A-Za-z0-9]{3})?)?$", error="Not a Salesforce Id.")
_TEXT = validate.Length(max=200)


def _text(key: str, description: str, validator: validate.Validator = _TEXT) -> fields.String:
    # Flow sends blanks as null, and an empty string means the same here.
    return fields.String(
        data_key=key,
        load_default="",
        allow_none=True,
        validate=[validator, Storable()],
        metadata={"description": description},
    )


class GiftRequestSchema(Schema):
    """One gift to be. Either a campaign member, or a request key with a recipient and what to send."""

    org_id = fields.String(
        data_key="orgId", required=True, validate=_ID, metadata={"description": "Id of the org."}
    )
    request_key = _text(
        "requestKey", "What makes this gift one of its kind: asked for again, it is the same gift."
    )
    record_id = _text("recordId", "Id of the Contact or Lead.", _ID)
    campaign_id = _text("campaignId", "Id of a mapped Campaign, which says what is sent.", _ID)
    campaign_member_id = _text("campaignMemberId", "Id of the campaign member that the gift is for.", _ID)
    gift_campaign_id = _text("giftCampaignId", "Gift campaign, where no mapped Campaign is given.")
    gift_value = _text("giftValue", "What the gift is worth, such as 25.00, where no Campaign is given.")
    gift_currency = _text("giftCurrency", "Currency of the value, such as EUR.")
    sender_id = _text("senderId", "Id of the user in whose name the gift is sent.", _ID)
    gift_message = _text(
        "giftMessage", "What the recipient reads with the invitation.", validate.Length(max=4_000)
    )


class GiftSchema(Schema):
    """A gift as it stands."""

    gift_key = fields.String(data_key="giftKey", metadata={"description": "External_Id__c of the gift."})
    request_state = fields.String(
        data_key="requestState",
        metadata={
            "description": "awaiting_approval, refused, planned, sending, sent, unknown, failed or parked."
        },
    )
    stage = fields.String(metadata={"description": "Furthest stage of the gift's life."})
    send_status = fields.String(data_key="sendStatus", metadata={"description": "As in Send_Status__c."})
    order_status = fields.String(data_key="orderStatus", metadata={"description": "As in Order_Status__c."})
    record_id = fields.String(data_key="recordId", metadata={"description": "Id of the Contact or Lead."})
    salesforce_id = fields.String(
        data_key="salesforceId", metadata={"description": "Id of the Gift__c record, once it is written."}
    )
    error = fields.String(metadata={"description": "Why it does not go on; empty when all is well."})


class PreviewSchema(Schema):
    """What would happen."""

    gift_key = fields.String(data_key="giftKey", metadata={"description": "Key that the gift would have."})
    record_id = fields.String(data_key="recordId", metadata={"description": "Id of the Contact or Lead."})
    would_send = fields.Boolean(
        data_key="wouldSend", metadata={"description": "Whether a request made now is taken."}
    )
    reason = fields.String(metadata={"description": "Why it is not; empty where it is."})
    missing = fields.List(
        fields.String(), metadata={"description": "All that stands in the way at the recipient."}
    )
    cost = fields.String(metadata={"description": "What the gift counts for, such as 25.00 EUR."})
    budgets_left = fields.List(
        fields.String(),
        data_key="budgetsLeft",
        metadata={"description": "Each budget that pays, with what is left before this gift."},
    )
    approval = fields.String(
        metadata={"description": "Why somebody has to agree first; empty where nobody has to."}
    )


class GiftCampaignSchema(Schema):
    """Something that can be sent."""

    gift_campaign_id = fields.String(data_key="giftCampaignId")
    name = fields.String()


class GiftCampaignsSchema(Schema):
    """Everything that can be sent."""

    gift_campaigns = fields.List(fields.Nested(GiftCampaignSchema), data_key="giftCampaigns")
