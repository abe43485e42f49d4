"""Reading what &Open shows. Unknown fields pass; a known field that is missing or of another kind is refused.

Source: pages intro, gift-requests/show and campaigns, version 2026-05; statuses from gift-requests/show. The
pages that could be read do not say where shipments and the chosen gift's name stand, so those two are read if
they are there.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from connector.domain.delivery import Address, LineItem
from connector.errors import PermanentError
from connector.ports import GiftCampaign, GiftRecipient, ProviderGift, ProviderStatus

# Source: page campaigns/show, invitation_method.
DIRECT_SEND_METHOD = "sender_provided_address"
STATUSES = {
    "submitted": ProviderStatus.SUBMITTED,
    "redeemed": ProviderStatus.REDEEMED,
    "dispatched": ProviderStatus.DISPATCHED,
    "delivered": ProviderStatus.DELIVERED,
    "cancelled": ProviderStatus.CANCELLED,
    "expired": ProviderStatus.EXPIRED,
}


class Unreadable(PermanentError):
    """The platform shows something that its documentation does not describe; the message names the field."""

    def __init__(self, field: str) -> None:
        super().__init__(f"&Open: field {field} is missing or not as documented", code="unreadable_payload")


def gift_from(document: Any) -> ProviderGift:
    """A gift request as the API and webhooks show it; raises Unreadable."""
    gift = _object(document, "gift request")
    recipient = _object(gift.get("recipient"), "recipient")
    status = STATUSES.get(_text(gift, "status"))
    if status is None:
        raise Unreadable("status")
    shipment = _last_object(gift.get("shipments"))
    return ProviderGift(
        provider_gift_id=_text(gift, "id"),
        status=status,
        gift_campaign_id=_text(gift, "campaign_id"),
        recipient=GiftRecipient(
            _text(recipient, "first_name"), _text(recipient, "last_name"), _text(recipient, "email")
        ),
        created_at=_moment(gift, "created_at"),
        updated_at=_moment(gift, "updated_at"),
        redemption_url=_text_or_null(gift, "redemption_url"),
        gift_name=_extra(_last_object(gift.get("line_items")), "name"),
        carrier=_extra(shipment, "carrier"),
        tracking_number=_extra(shipment, "tracking_number"),
        tracking_url=_extra(shipment, "tracking_url"),
    )


def campaign_from(document: Any) -> GiftCampaign:
    """A campaign; raises Unreadable.

    A catalogue of one variant leaves no choice of what to send directly.
    """
    campaign = _object(document, "campaign")
    variants = [
        str(variant["id"])
        for product in _listed(campaign.get("products"))
        for variant in _listed(product.get("variants"))
        if variant.get("id")
    ]
    return GiftCampaign(
        _text(campaign, "id"),
        _text(campaign, "name"),
        direct_send=campaign.get("invitation_method") == DIRECT_SEND_METHOD,
        line_items=(LineItem(variants[0]),) if len(variants) == 1 else (),
    )


def direct_send(address: Address | None, line_items: Sequence[LineItem]) -> dict[str, Any]:
    """What a gift request carries beside campaign and recipient when it is sent directly.

    Source: page gift-requests/create: shipping_address and line_items, both or neither. The names of their
    fields stand further down than could be read; these are the ones of the answer's other parts.
    """
    if address is None or not line_items:
        raise PermanentError("a direct send needs an address and line items", code="direct_send_incomplete")
    shown = {
        "line_1": address.street,
        "city": address.city,
        "region": address.state,
        "postal_code": address.postal_code,
        "country": address.country,
    }
    return {
        "shipping_address": {name: value for name, value in shown.items() if value},
        "line_items": [{"variant_id": item.variant_id, "quantity": item.quantity} for item in line_items],
    }


def page_from(document: Any) -> tuple[list[Any], bool]:
    """The items of one page, and whether more follow; raises Unreadable."""
    page = _object(document, "list")
    items, has_more = page.get("data"), page.get("has_more")
    if not isinstance(items, list):
        raise Unreadable("data")
    if not isinstance(has_more, bool):
        raise Unreadable("has_more")
    return items, has_more


def item_id(document: Any) -> str:
    """The id of an item, which is the cursor of the page after it; raises Unreadable."""
    return _text(_object(document, "item"), "id")


def _object(value: Any, field: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Unreadable(field)
    return value


def _text(document: Mapping[str, Any], field: str) -> str:
    value = document.get(field)
    if not isinstance(value, str) or not value:
        raise Unreadable(field)
    return value


def _text_or_null(document: Mapping[str, Any], field: str) -> str:
    return "" if document.get(field) is None else _text(document, field)


def _moment(document: Mapping[str, Any], field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(document, field))
        if moment.tzinfo is None:
            raise Unreadable(field)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as problem:
        raise Unreadable(field) from problem


def _listed(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _last_object(value: Any) -> Mapping[str, Any]:
    listed = _listed(value)
    return listed[-1] if listed else {}


def _extra(document: Mapping[str, Any], field: str) -> str:
    value = document.get(field)
    return value if isinstance(value, str) else ""
