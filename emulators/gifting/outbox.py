"""Webhook events waiting to be delivered, and the log of what became of them.

Source: page webhooks: the payload is the flat JSON object that the API returns for the resource; the event id
is a UUID and the same on every repetition. Event types are not documented: gift_request.created and
gift_request.updated are this platform's.
"""

import json
import math
import sqlite3
import time
import uuid
from dataclasses import dataclass
from typing import Any

from emulators.gifting.clock import PlatformClock
from emulators.gifting.settings import Settings
from emulators.gifting.store import Document, Store

LONGEST_WAIT_SECONDS = 365 * 24 * 3600.0
INSERT_DELIVERY = """
insert into delivery (position, event_id, event_type, gift_request_id, url, secret, body, due_at, held)
select coalesce(max(position), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ? from delivery
"""


@dataclass(slots=True)
class Disturbance:
    """What is to go wrong with the next events; each number counts down as events arrive."""

    duplicate: int = 0
    delay: int = 0
    delay_seconds: float = 0.0
    reorder: int = 0
    lose: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one endpoint. due_at: when it was to be sent; another once asked for again."""

    id: int
    event_id: str
    event_type: str
    url: str
    secret: str
    body: bytes
    attempts: tuple[Document, ...]
    due_at: float = 0.0


class Outbox:
    """Rows are written in the transaction that changes the gift, so no event is lost or made up."""

    def __init__(self, store: Store, clock: PlatformClock) -> None:
        self._store = store
        self._clock = clock
        self.disturbance = Disturbance()
        self.release_held()

    def register(self, url: str, secret: str) -> str:
        """Add an endpoint, or give the endpoint with this address a new secret; returns its id."""
        with self._store.transaction() as db:
            known = self._store.row("select id from endpoint where url = ?", (url,))
            endpoint_id = known["id"] if known else str(uuid.uuid4())
            db.execute("insert or replace into endpoint values (?, ?, ?)", (endpoint_id, url, secret))
        return str(endpoint_id)

    def add(self, event_type: str, gift: Document) -> None:
        """Queue an event for every endpoint."""
        for endpoint in self._store.rows("select url, secret from endpoint"):
            self._queue(event_type, gift, endpoint["url"], endpoint["secret"])

    def add_to(self, url: str, event_type: str, document: Document) -> None:
        """Queue an event for one address, unsigned."""
        self._queue(event_type, document, url, "")

    def _queue(self, event_type: str, document: Document, url: str, secret: str) -> None:
        plan = self.disturbance
        if plan.lose > 0:
            plan.lose -= 1
            return
        event_id = str(uuid.uuid4())
        body = json.dumps(document, separators=(",", ":")).encode()
        copies = 2 if plan.duplicate > 0 else 1
        wait_seconds = plan.delay_seconds if plan.delay > 0 else 0.0
        held = plan.reorder > 0
        with self._store.transaction() as db:
            for _ in range(copies):
                db.execute(
                    INSERT_DELIVERY,
                    (
                        event_id,
                        event_type,
                        str(document["id"]),
                        url,
                        secret,
                        body,
                        self._now() + wait_seconds,
                        int(held),
                    ),
                )
        plan.duplicate = max(0, plan.duplicate - 1)
        plan.delay = max(0, plan.delay - 1)
        if held:
            plan.reorder -= 1
            if plan.reorder == 0:
                self.release_held()

    def release_held(self) -> None:
        """Let go of the events that were held for reordering, last one first."""
        with self._store.transaction() as db:
            held = self._store.rows("select id, position from delivery where held = 1 order by position")
            positions = [row["position"] for row in reversed(held)]
            db.executemany(
                "update delivery set position = ?, held = 0 where id = ?",
                [(position, row["id"]) for position, row in zip(positions, held, strict=True)],
            )

    def due(self, limit: int = 50) -> list[Delivery]:
        """Deliveries whose time has come, in order."""
        rows = self._store.rows(
            "select * from delivery where state = 'pending' and held = 0 and due_at <= ?"
            " order by position limit ?",
            (self._now(), limit),
        )
        return [_as_delivery(row) for row in rows]

    def waits(self, delivery: Delivery) -> bool:
        """Whether it is still to be sent."""
        row = self._store.row("select 1 from delivery where id = ? and state = 'pending'", (delivery.id,))
        return row is not None

    def seconds_to_next(self) -> float:
        """How long until a waiting delivery is due; infinite when none waits."""
        row = self._store.row("select min(due_at) as due from delivery where state = 'pending' and held = 0")
        return math.inf if row is None or row["due"] is None else max(0.0, row["due"] - self._now())

    def record(self, delivery: Delivery, *, status: int, error: str, settings: Settings) -> None:
        """Note one attempt: delivered on 2xx, else due again after a growing delay, else given up.

        Nothing of what was asked for again meanwhile: that is still to be sent.
        """
        attempts = [
            *delivery.attempts,
            {"at": time.time(), "status": status, "error": error},
        ]
        state = "pending"
        if status in range(200, 300):
            state = "delivered"
        elif len(attempts) >= settings.webhook_max_attempts:
            state = "given_up"
        wait = _wait_seconds(settings, len(attempts))
        with self._store.transaction() as db:
            db.execute(
                "update delivery set state = ?, attempts = ?, due_at = ? where id = ? and due_at = ?",
                (state, json.dumps(attempts), self._now() + wait, delivery.id, delivery.due_at),
            )

    def again(self, event_id: str) -> int:
        """Send one event, or with "" every event, once more; returns how many."""
        with self._store.transaction() as db:
            changed = db.execute(
                "update delivery set state = 'pending', due_at = ?, attempts = '[]'"
                " where ? in ('', event_id)",
                (self._now(), event_id),
            )
            return changed.rowcount

    def log(self) -> list[Document]:
        """Every delivery with its attempts, without body and secret."""
        shown = ("event_id", "event_type", "gift_request_id", "url", "state", "held")
        return [
            {name: row[name] for name in shown} | {"attempts": json.loads(row["attempts"])}
            for row in self._store.rows("select * from delivery order by position")
        ]

    def pending(self) -> int:
        row = self._store.row("select count(*) as waiting from delivery where state = 'pending'")
        return int(row["waiting"]) if row else 0

    def endpoints(self) -> list[Document]:
        return [{"id": row["id"], "url": row["url"]} for row in self._store.rows("select * from endpoint")]

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _wait_seconds(settings: Settings, attempts: int) -> float:
    """How long to wait after so many attempts; never longer than LONGEST_WAIT_SECONDS."""
    try:
        growth = settings.webhook_retry_growth ** (attempts - 1)
    except OverflowError:
        return LONGEST_WAIT_SECONDS
    return min(settings.webhook_retry_base_seconds * growth, LONGEST_WAIT_SECONDS)


def _as_delivery(row: sqlite3.Row) -> Delivery:
    attempts: list[Any] = json.loads(row["attempts"])
    return Delivery(
        row["id"],
        row["event_id"],
        row["event_type"],
        row["url"],
        row["secret"],
        row["body"],
        tuple(attempts),
        row["due_at"],
    )
