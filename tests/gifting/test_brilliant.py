"""The local Brilliant store, as its documentation describes it."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from emulators.gifting.testing import RunningPlatform
from tests.gifting.listener import Listener, listening

ADDRESS = {
    "name": "Ann Lee",
    "address_1": "1 Main St",
    "city": "Bothell",
    "state": "WA",
    "postal_code": "98021",
    "country": "US",
}


class Store:
    """A client of the Storefront API."""

    def __init__(self, platform: RunningPlatform) -> None:
        self.platform = platform
        key, _, secret = platform.brilliant_credentials.partition(":")
        self.credentials = (key, secret)

    def get(self, path: str, **params: Any) -> requests.Response:
        url = f"{self.platform.base_url}/V2/store{path}"
        return requests.get(url, params=params, auth=self.credentials, timeout=10)

    def post(self, body: Any) -> dict[str, Any]:
        url = f"{self.platform.base_url}/V2/store/order"
        return dict(requests.post(url, json=body, auth=self.credentials, timeout=10).json())

    def variant(self, **wishes: Any) -> int:
        product = self.platform.control("brilliant/products", **{"name": "Mug", **wishes})
        return int(product["variants"][0]["id"])

    def body(self, variant: int, **changes: Any) -> dict[str, Any]:
        items = [{"variant_id": variant, "quantity": 1}]
        return {"order_items": items, "shipping_address": ADDRESS, **changes}


@pytest.fixture
def store(platform: RunningPlatform) -> Store:
    return Store(platform)


@pytest.fixture
def endpoint() -> Iterator[Listener]:
    with listening() as running:
        yield running


def test_without_the_right_key_nothing_is_told(platform: RunningPlatform) -> None:
    address = f"{platform.base_url}/V2/store"

    none = requests.get(address, timeout=10)
    wrong = requests.get(address, auth=("key", "wrong"), timeout=10)

    foreign = requests.get(address, headers={"Authorization": b"Basic \xe9"}, timeout=10)

    assert (none.status_code, wrong.status_code, foreign.status_code) == (401, 401, 401)


def test_the_store_shows_products_with_variants_and_stock(store: Store) -> None:
    variant = store.variant(name="Mug", inventory=3)

    products = store.get("").json()["products"]

    assert [(p["name"], p["variants"][0]["id"], p["variants"][0]["inventory_count"]) for p in products] == [
        ("Mug", variant, 3)
    ]


def test_an_order_is_answered_without_an_id_and_found_by_paging(store: Store) -> None:
    body = store.body(store.variant(), custom_data={"key": "k1"}, webhook_url="http://127.0.0.1:9/x")

    answer = store.post(body)
    [listed] = store.get("/orders").json()["orders"]
    order = store.get(f"/order/{listed['id']}").json()

    assert (answer["code"], "id" in answer["payload"]) == (1200, False)
    assert set(listed) == {"id", "created_at", "updated_at", "status", "ship_status", "order_item_count"}
    assert (order["custom_data"], order["status"]) == ({"key": "k1"}, "created")


def test_a_page_has_at_most_twenty_orders_newest_first(store: Store) -> None:
    variant = store.variant()
    for _ in range(23):
        store.post(store.body(variant))

    first = store.get("/orders", per=100).json()
    second = store.get("/orders", per=100, page=2).json()

    ids = [order["id"] for order in first["orders"] + second["orders"]]
    assert (len(first["orders"]), len(second["orders"])) == (20, 3)
    assert ids == sorted(ids, reverse=True)
    assert first["pagination"] == {"page": 1, "per_page": 20, "total_pages": 2, "total_orders": 23}


@pytest.mark.parametrize("missing", ["address_1", "city", "state", "postal_code", "country"])
def test_an_incomplete_address_is_refused(store: Store, missing: str) -> None:
    answer = store.post(store.body(store.variant(), shipping_address={**ADDRESS, missing: ""}))

    assert answer["code"] == 2501


@pytest.mark.parametrize("change", [{"state": "Washington"}, {"country": "USA"}])
def test_states_of_the_us_and_countries_have_two_characters(store: Store, change: dict[str, str]) -> None:
    answer = store.post(store.body(store.variant(), shipping_address={**ADDRESS, **change}))

    assert answer["code"] == 2501
    assert "2 character" in answer["message"]


def test_a_variant_may_stand_in_an_order_once(store: Store) -> None:
    item = {"variant_id": store.variant(), "quantity": 1}

    answer = store.post({"order_items": [item, item], "shipping_address": ADDRESS})

    assert (answer["code"], answer["invalid_records"]) == (2501, [item])


def test_stock_is_taken_and_runs_out(store: Store) -> None:
    variant = store.variant(inventory=1)

    codes = [store.post(store.body(variant))["code"] for _ in range(2)]

    assert codes == [1200, 2501]


@pytest.mark.parametrize(
    "item", [{"variant_id": [], "quantity": 1}, {"variant_id": True, "quantity": 1}, {"quantity": True}]
)
def test_an_item_that_is_none_is_refused(store: Store, item: dict[str, Any]) -> None:
    variant = store.variant()

    refused = store.post(store.body(variant, order_items=[{"variant_id": variant, **item}]))

    assert refused["code"] == 2501


@pytest.mark.parametrize("url", ["http://[", "ftp://127.0.0.1/", ["http://127.0.0.1/"]])
def test_a_webhook_address_that_is_none_is_refused(store: Store, url: Any) -> None:
    refused = store.post(store.body(store.variant(), custom_data={"a": 1}, webhook_url=url))

    assert refused["code"] == 2501


def test_what_is_not_there_is_told_as_the_store_tells_it(store: Store) -> None:
    answers = [store.get("/nothing"), store.get("/orders", page="9" * 30)]

    assert [answer.status_code for answer in answers] == [404, 200]
    assert answers[0].json() == {"message": "Not found"}
    assert answers[1].json()["orders"] == []


def test_custom_data_needs_a_webhook_address(store: Store) -> None:
    assert store.post(store.body(store.variant(), custom_data={"key": "k1"}))["code"] == 2501


def test_each_change_of_status_calls_the_orders_own_address_unsigned(
    store: Store, endpoint: Listener
) -> None:
    store.post(store.body(store.variant(), custom_data={"key": "k1"}, webhook_url=endpoint.url))

    store.platform.control("brilliant/orders/partially_shipped")

    headers, body = endpoint.of_status("partially_shipped")
    assert b'"custom_data":{"key":"k1"}' in body
    assert not [name for name in headers if "signature" in name.lower()]
    assert store.platform.control("brilliant/orders/created")["moved"] == []
