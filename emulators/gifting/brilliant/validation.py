"""What POST /V2/store/order accepts.

Source: page "Create an order": address_1, city, state, postal_code and country are required, country has 2
characters, and so has a US state; every order item has variant_id and quantity, no variant twice; stock must
suffice; webhook_url is required where custom_data is given. A refusal has code 2501, a message, the invalid
records and the body. The texts are this platform's, but for the one on states.
"""

from collections.abc import Mapping
from typing import Any

from emulators.gifting.loopback import is_loopback
from emulators.gifting.store import Document

REQUIRED = ("address_1", "city", "state", "postal_code", "country")
UNTRACKED = -1


def first_problem(body: Document, stock: Mapping[int, int]) -> tuple[str, list[Any]] | None:
    """The message and the records to blame, or None for a body that passes. stock: by variant id."""
    return (
        _address_problem(body.get("shipping_address"))
        or _items_problem(body.get("order_items"), stock)
        or _webhook_problem(body)
    )


def _address_problem(address: Any) -> tuple[str, list[Any]] | None:
    if not isinstance(address, dict):
        return "Shipping address can't be blank", []
    for name in REQUIRED:
        if not str(address.get(name) or "").strip():
            return f"Address {name} can't be blank", [address]
    if len(str(address["country"])) != 2:
        return "Address country Country must be a valid 2 character country code", [address]
    if address["country"] == "US" and len(str(address["state"])) != 2:
        return "Address state State must be a valid 2 character state abbreviation", [address]
    return None


def _items_problem(items: Any, stock: Mapping[int, int]) -> tuple[str, list[Any]] | None:
    if not isinstance(items, list) or not items:
        return "Order items can't be blank", []
    seen = set[Any]()
    for item in items:
        if not isinstance(item, dict) or type(item.get("quantity")) is not int or item["quantity"] < 1:
            return "Order item quantity is invalid", [item]
        variant = item.get("variant_id")
        if type(variant) is not int or variant not in stock:
            return "Variant not found", [item]
        if variant in seen:
            return "Variant ids must be unique", [item]
        if UNTRACKED != stock[item["variant_id"]] < item["quantity"]:
            return "Variant out of stock", [item]
        seen.add(variant)
    return None


def _webhook_problem(body: Document) -> tuple[str, list[Any]] | None:
    url = body.get("webhook_url")
    if not url:
        return ("Webhook url can't be blank", []) if body.get("custom_data") else None
    if not isinstance(url, str) or not is_loopback(url):
        return "Webhook url must be a loopback address on this local platform", []
    return None
