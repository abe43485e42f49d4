"""Gift campaigns: the catalogue that a gift request refers to.

Source: pages campaigns and campaigns/show: newest first, at most 25 to a page, each with its products,
variants, stock levels and warehouse inline; status available or archived (the 2025-10 page calls the field
state).
"""

import json
import uuid
from datetime import datetime

from emulators.gifting.clock import as_timestamp
from emulators.gifting.store import Document, Store


class Campaigns:
    """The campaigns of the one tenant that this platform has."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, wishes: Document, *, now: datetime) -> Document:
        """wishes: name; optional id, description, invitation_method, product, value_minor_units, currency."""
        if not wishes.get("name"):
            raise ValueError("a campaign needs a name")
        if wishes.get("id") and self.get(str(wishes["id"])) is not None:
            raise ValueError(f"there is a campaign {wishes['id']} already")
        campaign = {
            "id": str(wishes.get("id") or uuid.uuid4()),
            "name": str(wishes["name"]),
            "description": str(wishes.get("description", "")),
            "status": "available",
            "invitation_method": str(wishes.get("invitation_method", "email")),
            "archived_at": None,
            "created_at": as_timestamp(now),
            "updated_at": as_timestamp(now),
            "products": [_product(wishes)],
        }
        with self._store.transaction() as db:
            db.execute(
                "insert into campaign (id, document) values (?, ?)", (campaign["id"], json.dumps(campaign))
            )
        return campaign

    def get(self, campaign_id: str) -> Document | None:
        row = self._store.row("select document from campaign where id = ?", (campaign_id,))
        return None if row is None else dict(json.loads(row["document"]))

    def all(self) -> list[Document]:
        rows = self._store.rows("select document from campaign order by position desc")
        return [json.loads(row["document"]) for row in rows]


def _product(wishes: Document) -> Document:
    return {
        "id": str(uuid.uuid4()),
        "name": str(wishes.get("product", f"{wishes['name']} gift")),
        "variants": [
            {
                "id": str(uuid.uuid4()),
                "sku": "LOCAL-1",
                "price": {
                    "minor_units": int(wishes.get("value_minor_units", 5000)),
                    "currency": str(wishes.get("currency", "USD")),
                },
                "variant_stock_levels": [
                    {"quantity": 1_000_000, "warehouse": {"id": str(uuid.uuid4()), "name": "Local warehouse"}}
                ],
            }
        ],
    }
