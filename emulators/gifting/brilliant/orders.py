"""The store and its orders."""

import json
from collections import Counter, defaultdict
from typing import Any

from emulators.gifting.brilliant.validation import UNTRACKED, first_problem
from emulators.gifting.clock import PlatformClock, as_timestamp
from emulators.gifting.outbox import Outbox
from emulators.gifting.store import Document, Store

# The order in which an order may pass them; "canceled" can follow each but the last.
STATUSES = (
    "created",
    "awaiting_fulfillment",
    "in_fulfillment",
    "partially_shipped",
    "out_for_delivery",
    "partially_delivered",
    "delivered",
)
CANCELED = "canceled"
EVENT_TYPE = "order.status"
LISTED = ("id", "created_at", "updated_at", "status", "ship_status")


class OrderRefused(Exception):
    """Code 2501. records: those to blame."""

    def __init__(self, message: str, records: list[Any]) -> None:
        super().__init__(message)
        self.records = records


class Storefront:
    """Every change of an order is committed together with the call of its webhook."""

    def __init__(self, store: Store, outbox: Outbox, clock: PlatformClock) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock

    def add_product(self, wishes: Document) -> Document:
        """wishes: name, inventory? (a number, or -1 for not tracked). One variant each."""
        if not wishes.get("name"):
            raise ValueError("a product needs a name")
        with self._store.transaction() as db:
            number = db.execute("insert into brilliant_product (document) values ('{}')").lastrowid or 0
            product = {
                "id": number,
                "name": str(wishes["name"]),
                "description": "",
                "inactive": False,
                "inventory_required": True,
                "variants": [
                    {
                        "id": 70_000 + number,
                        "product_id": number,
                        "inventory_count": int(wishes.get("inventory", UNTRACKED)),
                        "size": wishes.get("size"),
                        "color": None,
                        "flavor": None,
                    }
                ],
            }
            self._save("brilliant_product", number, product)
        return product

    def products(self) -> list[Document]:
        return [json.loads(row["document"]) for row in self._store.rows("select * from brilliant_product")]

    def place(self, body: Document) -> Document:
        """A new order, its stock taken; raises OrderRefused."""
        with self._store.transaction() as db:
            products = self.products()
            stock = {v["id"]: v["inventory_count"] for product in products for v in product["variants"]}
            if problem := first_problem(body, stock):
                raise OrderRefused(*problem)
            self._take_stock(products, body["order_items"])
            number = db.execute("insert into brilliant_order (document) values ('{}')").lastrowid or 0
            now = as_timestamp(self._clock.now())
            items = [
                {"variant_id": i["variant_id"], "quantity": i["quantity"], "notes": i.get("note")}
                for i in body["order_items"]
            ]
            order = {
                "id": number,
                "created_at": now,
                "updated_at": now,
                "status": STATUSES[0],
                "ship_status": None,
                "shipping_address": body["shipping_address"],
                "order_items": items,
                "webhook_url": body.get("webhook_url"),
                "custom_data": body.get("custom_data"),
            }
            self._save("brilliant_order", number, order)
        return order

    def order(self, number: str) -> Document | None:
        row = self._store.row("select document from brilliant_order where id = ?", (number,))
        return None if row is None else dict(json.loads(row["document"]))

    def page(self, page: int, per_page: int) -> tuple[list[Document], int]:
        """Newest first, in short form; and how many orders there are."""
        rows = self._store.rows(
            "select document from brilliant_order order by id desc limit ? offset ?",
            (per_page, (page - 1) * per_page),
        )
        orders = [json.loads(row["document"]) for row in rows]
        count = self._store.row("select count(*) as orders from brilliant_order")
        short = [
            {name: order[name] for name in LISTED} | {"order_item_count": len(order["order_items"])}
            for order in orders
        ]
        return short, int(count["orders"]) if count else 0

    def move(self, status: str, wishes: Document) -> list[int]:
        """Give the orders that the filter names (id; none: all) a later status; ids of those that moved."""
        if status not in (*STATUSES, CANCELED):
            raise ValueError(f"no such status: {status}")
        moved = []
        with self._store.transaction():
            for row in self._store.rows("select document from brilliant_order order by id"):
                order = json.loads(row["document"])
                if wishes.get("id") not in (None, order["id"]) or not _may_follow(order["status"], status):
                    continue
                order |= {"status": status, "updated_at": as_timestamp(self._clock.now())}
                self._save("brilliant_order", order["id"], order)
                if order["webhook_url"]:
                    self._outbox.add_to(order["webhook_url"], EVENT_TYPE, order)
                moved.append(int(order["id"]))
        return moved

    def summary(self) -> Document:
        """Counts, and every custom_data that more than one order carries."""
        rows = self._store.rows("select document from brilliant_order order by id")
        orders = [json.loads(row["document"]) for row in rows]
        same = defaultdict[str, list[int]](list)
        for order in orders:
            if order["custom_data"]:
                same[json.dumps(order["custom_data"], sort_keys=True)].append(order["id"])
        return {
            "total": len(orders),
            "by_status": Counter(order["status"] for order in orders),
            "duplicates": [
                {"custom_data": json.loads(data), "ids": ids} for data, ids in same.items() if len(ids) > 1
            ],
        }

    def _take_stock(self, products: list[Document], items: list[Document]) -> None:
        wanted = {item["variant_id"]: item["quantity"] for item in items}
        for product in products:
            for variant in product["variants"]:
                if variant["id"] in wanted and variant["inventory_count"] != UNTRACKED:
                    variant["inventory_count"] -= wanted[variant["id"]]
                    self._save("brilliant_product", product["id"], product)

    def _save(self, table: str, number: int, document: Document) -> None:
        with self._store.transaction() as db:
            db.execute(f"update {table} set document = ? where id = ?", (json.dumps(document), number))  # noqa: S608 - one of two constants


def _may_follow(current: str, wanted: str) -> bool:
    if current in (CANCELED, STATUSES[-1]):
        return False
    return wanted == CANCELED or STATUSES.index(wanted) > STATUSES.index(current)
