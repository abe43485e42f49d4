"""The Storefront API.

GET  /V2/store               products with their variants and stock
GET  /V2/store/orders        page (default 1), per (default and at most 20); newest first, in short form
GET  /V2/store/order/{id}    one order
POST /V2/store/order         {code: 1200, message, payload}, or {code: 2501, message, invalid_records, body}
"""

import base64
import hmac
import math

from flask import Blueprint, Response, g, jsonify, request

from emulators.gifting.api import the_platform
from emulators.gifting.body import json_value
from emulators.gifting.brilliant.orders import OrderRefused

SUCCESS, INVALID = 1200, 2501
PER_PAGE_AT_MOST = 20
LAST_PAGE = 10**9
ANSWERED = ("order_items", "shipping_address", "webhook_url", "custom_data")

PREFIX = "/V2/store"
storefront = Blueprint("brilliant", __name__, url_prefix=PREFIX)


def check_key() -> Response | None:
    """401 for any header but Basic base64(key:secret)."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        credentials = base64.b64decode(given, validate=True) if scheme == "Basic" else b""
    except ValueError:
        credentials = b""
    if hmac.compare_digest(credentials, the_platform().brilliant_credentials.encode()):
        return None
    answer = jsonify(message="Unauthorized")
    answer.status_code = 401
    return answer


@storefront.get("")
def show_store() -> Response:
    """The store."""
    products = the_platform().storefront.products()
    return jsonify(name="Local store", inactive=False, products=products)


@storefront.get("/orders")
def list_orders() -> Response:
    """One page; 404 where the list is switched off."""
    platform = the_platform()
    if not platform.settings.brilliant_order_list:
        return not_found()
    page = min(LAST_PAGE, max(1, request.args.get("page", 1, type=int)))
    per_page = min(PER_PAGE_AT_MOST, max(1, request.args.get("per", PER_PAGE_AT_MOST, type=int)))
    orders, total = platform.storefront.page(page, per_page)
    pagination = {
        "page": page,
        "per_page": per_page,
        "total_pages": math.ceil(total / per_page),
        "total_orders": total,
    }
    return jsonify(orders=orders, pagination=pagination)


@storefront.get("/order/<number>")
def show_order(number: str) -> Response:
    """One order as it is now."""
    order = the_platform().storefront.order(number)
    return not_found() if order is None else jsonify(order)


@storefront.post("/order")
def place_order() -> Response:
    """A new order. The documented answer has no id; the setting brilliant_order_id_in_answer adds one."""
    platform = the_platform()
    given = json_value()
    body = given if isinstance(given, dict) else {}
    try:
        order = platform.storefront.place(body)
    except OrderRefused as refusal:
        answer = jsonify(code=INVALID, message=str(refusal), invalid_records=refusal.records, body=body)
        answer.status_code = platform.settings.brilliant_refusal_status
        return answer
    g.gift_request_id = order["id"]
    shown = ANSWERED + (("id",) if platform.settings.brilliant_order_id_in_answer else ())
    return jsonify(code=SUCCESS, message="Success", payload={name: order[name] for name in shown})


def not_found() -> Response:
    """No such order, and no such route."""
    answer = jsonify(message="Not found")
    answer.status_code = 404
    return answer
