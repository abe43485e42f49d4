"""Gift requests and their life: submitted, redeemed, dispatched, delivered; or cancelled, or expired.

Source: page gift-requests/show. Its statuses are submitted, redeemed, dispatched, delivered and cancelled.
`expired` is this platform's: the help centre speaks of expired gifts, the API pages that could be read do not
name a status for them. Neither do they say where carrier and tracking number stand; here they are in
`shipments`, an added field, which page versioning allows at any time.
"""

import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from emulators.gifting.campaigns import Campaigns
from emulators.gifting.clock import PlatformClock, as_timestamp
from emulators.gifting.outbox import Outbox
from emulators.gifting.settings import Settings
from emulators.gifting.store import Document, Store
from emulators.gifting.validation import GiftRequestBody
from emulators.gifting.wishes import texts

STEPS = {
    "claim": (("submitted",), "redeemed"),
    "ship": (("redeemed",), "dispatched"),
    "deliver": (("dispatched",), "delivered"),
    "cancel": (("submitted", "redeemed"), "cancelled"),
    "expire": (("submitted",), "expired"),
}
FILTERS = ("id", "campaign_id", "email", "status")
_MOST_ROWS = 2**63 - 1


class Gifts:
    """Every change is committed together with its webhook events."""

    def __init__(self, store: Store, campaigns: Campaigns, outbox: Outbox, clock: PlatformClock) -> None:
        self._store = store
        self._campaigns = campaigns
        self._outbox = outbox
        self._clock = clock

    def create(self, body: GiftRequestBody, *, idempotency_key: str = "") -> Document:
        """A new gift request; with a key that was used before, the earlier one."""
        with self._store.transaction() as db:
            earlier = idempotency_key and self._store.row(
                "select document from gift_request where idempotency_key = ?", (idempotency_key,)
            )
            if earlier:
                return dict(json.loads(earlier["document"]))
            gift = _new_gift(body, self._clock.now())
            db.execute(
                "insert into gift_request (id, campaign_id, email, status, idempotency_key, document)"
                " values (?, ?, ?, ?, ?, ?)",
                (
                    gift["id"],
                    gift["campaign_id"],
                    gift["recipient"]["email"],
                    gift["status"],
                    idempotency_key,
                    json.dumps(gift),
                ),
            )
            self._tell("gift_request.created", gift)
        return gift

    def get(self, gift_id: str) -> Document | None:
        row = self._store.row("select document from gift_request where id = ?", (gift_id,))
        return None if row is None else dict(json.loads(row["document"]))

    def page(self, *, campaign_id: str, after: str, limit: int) -> tuple[list[Document], bool] | None:
        """Newest first, and whether there are more; None when no gift has the id `after`."""
        conditions, values = ["1"], list[str | int]()
        if campaign_id:
            conditions.append("campaign_id = ?")
            values.append(campaign_id)
        if after:
            last = self._store.row("select position from gift_request where id = ?", (after,))
            if last is None:
                return None
            conditions.append("position < ?")
            values.append(last["position"])
        rows = self._store.rows(
            f"select document from gift_request where {' and '.join(conditions)}"  # noqa: S608 - constants only
            " order by position desc limit ?",
            [*values, limit + 1],
        )
        return [json.loads(row["document"]) for row in rows[:limit]], len(rows) > limit

    def matching(self, wishes: Document) -> list[str]:
        """Ids, oldest first, of the gifts that a filter names: id, campaign_id, email, status; limit."""
        given = [name for name in FILTERS if wishes.get(name)]
        values: list[str | int] = []
        conditions = ["1"]
        for name in given:
            wanted = texts(name, wishes[name])
            conditions.append(f"{name} in ({', '.join('?' * len(wanted))})")
            values += wanted
        rows = self._store.rows(
            f"select id from gift_request where {' and '.join(conditions)}"  # noqa: S608 - names come from FILTERS
            " order by position limit ?",
            [*values, min(int(wishes.get("limit", -1)), _MOST_ROWS)],
        )
        return [row["id"] for row in rows]

    def move(self, step: str, gift_ids: Sequence[str], details: Document) -> list[str]:
        """Take a step with each gift that may take it; returns the ids of those that did.

        details: carrier, tracking_number and tracking_url, for the step `ship`.
        """
        allowed, target = STEPS[step]
        moved = []
        with self._store.transaction() as db:
            for gift_id in gift_ids:
                gift = self.get(gift_id)
                if gift is None or gift["status"] not in allowed:
                    continue
                gift |= {"status": target, "updated_at": as_timestamp(self._clock.now())}
                if step == "claim" and not gift["line_items"]:
                    gift["line_items"] = [_chosen_item(self._campaigns.get(gift["campaign_id"]))]
                if step == "ship":
                    gift["shipments"] = [_shipment(gift_id, details)]
                db.execute(
                    "update gift_request set status = ?, document = ? where id = ?",
                    (target, json.dumps(gift), gift_id),
                )
                self._tell("gift_request.updated", gift)
                moved.append(gift_id)
        return moved

    def _tell(self, event_type: str, gift: Document) -> None:
        """A webhook shows what the API would show."""
        after_seconds = Settings.load(self._store).redemption_url_after_seconds
        self._outbox.add(event_type, as_shown(gift, self._clock.now(), after_seconds))

    def summary(self) -> Document:
        """Counts, and every (campaign, recipient) that got more than one gift."""
        rows = self._store.rows("select id, campaign_id, email, status from gift_request order by position")
        ids = defaultdict[tuple[str, str], list[str]](list)
        for row in rows:
            ids[row["campaign_id"], row["email"]].append(row["id"])
        return {
            "total": len(rows),
            "by_status": Counter(row["status"] for row in rows),
            "by_campaign": Counter(row["campaign_id"] for row in rows),
            "duplicates": [
                {"campaign_id": campaign_id, "email": email, "count": len(same), "ids": same}
                for (campaign_id, email), same in ids.items()
                if len(same) > 1
            ],
        }


def as_shown(gift: Document, now: datetime, redemption_url_after_seconds: float) -> Document:
    """The gift as the API shows it: redemption_url is null until it has been generated."""
    created = datetime.fromisoformat(gift["created_at"])
    if (now - created).total_seconds() < redemption_url_after_seconds:
        return gift | {"redemption_url": None}
    return gift


def _new_gift(body: GiftRequestBody, now: datetime) -> Document:
    gift_id = str(uuid.uuid4())
    return {
        "id": gift_id,
        "status": "submitted",
        "campaign_id": body.campaign["id"],
        "redemption_url": f"https://gift.andopen.test/r/{gift_id[:8]}",
        "recipient": {"id": str(uuid.uuid4()), **body.recipient},
        "shipping_address": body.shipping_address,
        "line_items": body.line_items,
        "shipments": [],
        "created_at": as_timestamp(now),
        "updated_at": as_timestamp(now),
    }


def _chosen_item(campaign: Document | None) -> Document | None:
    """What the recipient picks in choice mode: the campaign's first product."""
    if campaign is None:
        return None
    product = campaign["products"][0]
    return {"variant_id": product["variants"][0]["id"], "name": product["name"], "quantity": 1}


def _shipment(gift_id: str, details: Document) -> Document:
    number = str(details.get("tracking_number") or f"LOCAL{gift_id[:8].upper()}")
    return {
        "carrier": str(details.get("carrier", "Local Post")),
        "tracking_number": number,
        "tracking_url": str(details.get("tracking_url") or f"https://track.andopen.test/{number}"),
    }
