"""The words of a gift's life and what each stage writes in Salesforce.

Derived from spec/vocabulary.yml, which says why the stages stand in this order: edit that file and run
`metagen render`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class SendStatus(StrEnum):
    """How far the invitation got (Send_Status__c)."""

    SENT = "Sent"
    CLICKED = "Clicked"
    SUBMITTED = "Submitted"
    CANCELED = "Canceled"


class OrderStatus(StrEnum):
    """How far the order got (Order_Status__c)."""

    PENDING = "Pending"
    AWAITING_FULFILLMENT = "Awaiting Fulfillment"
    IN_FULFILLMENT = "In Fulfillment"
    PARTIALLY_SHIPPED = "Partially Shipped"
    OUT_FOR_DELIVERY = "Out For Delivery"
    PARTIALLY_DELIVERED = "Partially Delivered"
    DELIVERED = "Delivered"
    CANCELED = "Canceled"


class MemberStatus(StrEnum):
    """Where a campaign member stands (CampaignMember.Status)."""

    PENDING = "Pending"
    INVITED = "Invited"
    GIFT_FULFILMENT = "Gift fulfilment"
    IN_TRANSIT = "In transit"
    COMPLETED = "Completed"
    EXPIRED = "Expired"


class Milestone(StrEnum):
    """Subjects of the timeline Tasks."""

    CREATED = "Gift Created"
    CLAIMED = "Gift Claimed"
    DELIVERED = "Gift Delivered"


class GiftSource(StrEnum):
    """What asked for the gift (Gift__c.Source__c)."""

    CAMPAIGN = "Campaign"
    BUTTON = "Button"
    FLOW = "Flow"
    API = "API"


class ApprovalStatus(StrEnum):
    """Whether a gift was agreed to (Gift__c.Approval_Status__c)."""

    NOT_REQUIRED = "Not Required"
    PENDING = "Pending"
    APPROVED = "Approved"
    REJECTED = "Rejected"


class RecipientAttribute(StrEnum):
    """What platforms may be told of a recipient (Gift_Field_Mapping__mdt)."""

    FIRST_NAME = "First Name"
    LAST_NAME = "Last Name"
    EMAIL = "Email"
    COMPANY = "Company"
    TITLE = "Title"
    PHONE = "Phone"
    STREET = "Street"
    CITY = "City"
    STATE = "State"
    POSTAL_CODE = "Postal Code"
    COUNTRY = "Country"


class GiftStage(StrEnum):
    """The life cycle, earliest stage first."""

    REQUESTED = "requested"
    SENT = "sent"
    CLICKED = "clicked"
    CLAIMED = "claimed"
    IN_FULFILLMENT = "in_fulfillment"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    PARTIALLY_DELIVERED = "partially_delivered"
    EXPIRED = "expired"
    CANCELED = "canceled"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEffect:
    """What a gift writes in Salesforce when it reaches a stage; None leaves the field as it is.

    gift_date_field: the date-time field of Gift__c that takes the moment of the event.
    """

    send_status: SendStatus | None = None
    order_status: OrderStatus | None = None
    member_status: MemberStatus | None = None
    milestone: Milestone | None = None
    gift_date_field: str | None = None


STAGE_EFFECTS: Mapping[GiftStage, StageEffect] = {
    GiftStage.REQUESTED: StageEffect(
        gift_date_field="Created_Date__c",
    ),
    GiftStage.SENT: StageEffect(
        send_status=SendStatus.SENT,
        order_status=OrderStatus.PENDING,
        member_status=MemberStatus.INVITED,
        milestone=Milestone.CREATED,
        gift_date_field="Sent_Date__c",
    ),
    GiftStage.CLICKED: StageEffect(
        send_status=SendStatus.CLICKED,
        order_status=OrderStatus.PENDING,
        member_status=MemberStatus.INVITED,
        gift_date_field="Clicked_Date__c",
    ),
    GiftStage.CLAIMED: StageEffect(
        send_status=SendStatus.SUBMITTED,
        order_status=OrderStatus.AWAITING_FULFILLMENT,
        member_status=MemberStatus.GIFT_FULFILMENT,
        milestone=Milestone.CLAIMED,
        gift_date_field="Claimed_Date__c",
    ),
    GiftStage.IN_FULFILLMENT: StageEffect(
        send_status=SendStatus.SUBMITTED,
        order_status=OrderStatus.IN_FULFILLMENT,
        member_status=MemberStatus.GIFT_FULFILMENT,
    ),
    GiftStage.PARTIALLY_SHIPPED: StageEffect(
        send_status=SendStatus.SUBMITTED,
        order_status=OrderStatus.PARTIALLY_SHIPPED,
        member_status=MemberStatus.IN_TRANSIT,
    ),
    GiftStage.SHIPPED: StageEffect(
        send_status=SendStatus.SUBMITTED,
        order_status=OrderStatus.OUT_FOR_DELIVERY,
        member_status=MemberStatus.IN_TRANSIT,
        gift_date_field="Shipped_Date__c",
    ),
    GiftStage.PARTIALLY_DELIVERED: StageEffect(
        send_status=SendStatus.SUBMITTED,
        order_status=OrderStatus.PARTIALLY_DELIVERED,
        member_status=MemberStatus.IN_TRANSIT,
    ),
    GiftStage.EXPIRED: StageEffect(
        send_status=SendStatus.CANCELED,
        order_status=OrderStatus.CANCELED,
        member_status=MemberStatus.EXPIRED,
        gift_date_field="Expired_Date__c",
    ),
    GiftStage.CANCELED: StageEffect(
        send_status=SendStatus.CANCELED,
        order_status=OrderStatus.CANCELED,
        member_status=MemberStatus.EXPIRED,
        gift_date_field="Canceled_Date__c",
    ),
    GiftStage.DELIVERED: StageEffect(
        send_status=SendStatus.SUBMITTED,
        order_status=OrderStatus.DELIVERED,
        member_status=MemberStatus.COMPLETED,
        milestone=Milestone.DELIVERED,
        gift_date_field="Delivered_Date__c",
    ),
}

# The stages form one chain: a gift moves to any later stage and to no earlier one.
TRANSITIONS: Mapping[GiftStage, frozenset[GiftStage]] = {
    stage: frozenset(list(GiftStage)[position + 1 :]) for position, stage in enumerate(GiftStage)
}

FINAL_STAGES: frozenset[GiftStage] = frozenset(
    {
        GiftStage.EXPIRED,
        GiftStage.CANCELED,
        GiftStage.DELIVERED,
    }
)

# A gift in one of these costs nothing, and may have skipped any stage before.
TAKEN_BACK_STAGES: frozenset[GiftStage] = frozenset(
    {
        GiftStage.EXPIRED,
        GiftStage.CANCELED,
    }
)

# Keyed by the values of ports.ProviderStatus.
PROVIDER_STATUS_STAGE: Mapping[str, GiftStage] = {
    "submitted": GiftStage.SENT,
    "redeemed": GiftStage.CLAIMED,
    "in_fulfillment": GiftStage.IN_FULFILLMENT,
    "partially_dispatched": GiftStage.PARTIALLY_SHIPPED,
    "dispatched": GiftStage.SHIPPED,
    "partially_delivered": GiftStage.PARTIALLY_DELIVERED,
    "delivered": GiftStage.DELIVERED,
    "cancelled": GiftStage.CANCELED,
    "expired": GiftStage.EXPIRED,
}

DEFAULT_MEMBER_STATUS: MemberStatus = MemberStatus.PENDING

RESPONDED_MEMBER_STATUSES: frozenset[MemberStatus] = frozenset(
    {
        MemberStatus.COMPLETED,
    }
)
