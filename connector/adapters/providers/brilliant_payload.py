"""Reading what Brilliant shows.

Unknown fields pass; a known field that is missing or of another kind is refused.

Source: api.brilliantmade.com, store, fetch store orders, fetch an order. Of the statuses only "created" is
documented; the others here are the order statuses of Brilliant's Salesforce guide, read in any capitals and
with blanks or underscores. `ship_status` is null in every example; a word of the list in it counts as well,
and the later of both is where the order stands.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connector.domain.delivery import LineItem
from connector.errors import PermanentError
from connector.ports import GiftCampaign, GiftRecipient, ProviderGift, ProviderStatus

# In the order in which an order passes them.
STATUSES = {
    "created": ProviderStatus.SUBMITTED,
    "pending": ProviderStatus.SUBMITTED,
    "awaiting_fulfillment": ProviderStatus.REDEEMED,
    "in_fulfillment": ProviderStatus.IN_FULFILLMENT,
    "partially_shipped": ProviderStatus.PARTIALLY_DISPATCHED,
    "shipped": ProviderStatus.DISPATCHED,
    "out_for_delivery": ProviderStatus.DISPATCHED,
    "partially_delivered": ProviderStatus.PARTIALLY_DELIVERED,
    "delivered": ProviderStatus.DELIVERED,
    "canceled": ProviderStatus.CANCELLED,
    "cancelled": ProviderStatus.CANCELLED,
}
_RANKS = {word: rank for rank, word in enumerate(STATUSES)}
CUSTOM_KEY = "gift_key"


class Unreadable(PermanentError):
    """Brilliant shows something that its documentation does not describe; the message names the field."""

    def __init__(self, field: str) -> None:
        super().__init__(
            f"Brilliant: field {field} is missing or not as documented", code="unreadable_payload"
        )


def gift_from(document: Any) -> ProviderGift:
    """An order as "fetch an order" shows it; raises Unreadable.

    Brilliant knows one name and no e-mail address of the recipient: the first word is taken for the first
    name.
    """
    order = _object(document, "order")
    address = _object(order.get("shipping_address"), "shipping_address")
    first_name, _, last_name = str(address.get("name") or "").partition(" ")
    variant = _first_variant(order)
    return ProviderGift(
        provider_gift_id=order_id(order),
        status=_status(order),
        gift_campaign_id=variant,
        recipient=GiftRecipient(first_name, last_name, ""),
        created_at=_moment(order, "created_at"),
        updated_at=_moment(order, "updated_at"),
        dedupe_key=key_of(order),
    )


def key_of(order: Mapping[str, Any]) -> str:
    """Our key out of custom_data; empty for an order that is none of ours."""
    data = order.get("custom_data")
    key = data.get(CUSTOM_KEY) if isinstance(data, Mapping) else None
    return key if isinstance(key, str) else ""


def order_id(document: Any) -> str:
    """The id, a number; raises Unreadable."""
    number = _object(document, "order").get("id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise Unreadable("id")
    return str(number)


def listed_from(document: Any) -> tuple[list[tuple[str, datetime]], bool]:
    """Id and creation of the orders of one page, and whether more follow; raises Unreadable."""
    page = _object(document, "page")
    orders = page.get("orders")
    pagination = _object(page.get("pagination"), "pagination")
    number, pages = pagination.get("page"), pagination.get("total_pages")
    if not isinstance(orders, list) or not isinstance(number, int) or not isinstance(pages, int):
        raise Unreadable("orders")
    listed = [(order_id(order), _moment(order, "created_at")) for order in orders]
    return listed, bool(orders) and number < pages


def campaigns_from(document: Any) -> list[GiftCampaign]:
    """Each variant of an active product: what Brilliant has in place of gift campaigns; raises Unreadable."""
    products = _object(document, "store").get("products")
    if not isinstance(products, list):
        raise Unreadable("products")
    return [
        _campaign(product, _object(variant, "variant"))
        for product in (_object(each, "product") for each in products)
        if not product.get("inactive")
        for variant in _variants(product)
    ]


def _variants(product: Mapping[str, Any]) -> list[Any]:
    variants = product.get("variants") or []
    if not isinstance(variants, list):
        raise Unreadable("variants")
    return variants


def _campaign(product: Mapping[str, Any], variant: Mapping[str, Any]) -> GiftCampaign:
    variant_id = order_id(variant)
    traits = [str(variant[trait]) for trait in ("size", "color", "flavor") if variant.get(trait)]
    name = ", ".join([str(product.get("name") or variant_id), *traits])
    return GiftCampaign(variant_id, name, direct_send=True, line_items=(LineItem(variant_id),))


def _first_variant(order: Mapping[str, Any]) -> str:
    items = order.get("order_items")
    if not isinstance(items, list) or not items or not isinstance(items[0], Mapping):
        raise Unreadable("order_items")
    return str(items[0].get("variant_id"))


def _status(order: Mapping[str, Any]) -> ProviderStatus:
    words = [_word(order.get("status")), _word(order.get("ship_status"))]
    if words[0] not in STATUSES:
        raise Unreadable("status")
    return STATUSES[max((word for word in words if word in STATUSES), key=lambda word: _RANKS[word])]


def _word(value: Any) -> str:
    return str(value or "").strip().lower().replace(" ", "_")


def _object(value: Any, field: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Unreadable(field)
    return value


def _moment(document: Any, field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(str(_object(document, "order").get(field)))
        if moment.tzinfo is None:
            raise Unreadable(field)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as problem:
        raise Unreadable(field) from problem
