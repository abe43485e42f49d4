"""How much disk a gift takes from plan to delivery: its row, its history, its webhooks and its decision.

Each gift is planned by a GiftSync, asked for, told of by four signed webhooks, and written to Salesforce
after each. The figure is the difference between two sizes of the same database, so that what an empty one
holds does not count.
"""

import json
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, text

from bench._deliveries import headers_of
from bench._growth import ORG, ForgetfulOrg, measure, new_store, no_checkpoint, now
from bench._ledger import new_database, postgresql
from connector.adapters.providers.andopen import AndOpen
from connector.adapters.store.store import SqlStore
from connector.domain.gift import Gift, RequestState
from connector.services.inbox.apply_event import ApplyEvents
from connector.services.inbox.receive_event import ReceiveEvent
from connector.services.writing.write_back import WriteBack

GIFTS, FULL_GIFTS = 1_000, 10_000
STAGES = ("redeemed", "in_fulfillment", "dispatched", "delivered")
SECRET = "a-secret-of-this-run"


def run(console: Console, *, full: bool = False) -> None:
    """Both databases, the same gifts."""
    gifts = FULL_GIFTS if full else GIFTS
    table = Table("database", "gifts", "MB", "KB a gift")
    with tempfile.TemporaryDirectory(prefix="bench-") as directory, postgresql() as server:
        file = Path(directory) / "ledger.sqlite"
        address = new_database(server, "disk")
        for name, database_url, size in (
            ("SQLite", f"sqlite:///{file}", lambda: _size_of_file(file)),
            ("PostgreSQL", address, lambda: _size_of_database(address)),
        ):
            grown = _grown(new_store(database_url), gifts, size)
            table.add_row(name, f"{gifts:,}", f"{grown / 1e6:.1f}", f"{grown / gifts / 1e3:.1f}")
    console.print(table)


def _grown(store: SqlStore, gifts: int, size: Callable[[], int]) -> int:
    """Bytes."""
    empty = size()
    measure(store, gifts)
    platform = AndOpen("http://127.0.0.1:1", "unused", [SECRET])
    receive = ReceiveEvent(store, lambda _: platform, now, no_checkpoint)
    apply = ApplyEvents(store, lambda _: platform, now, no_checkpoint)
    org = ForgetfulOrg(gifts)
    write_back = WriteBack(store, lambda _: org, now, no_checkpoint)
    with store.read() as unit:
        sent = unit.gifts.in_state(RequestState.SENT, limit=gifts)
    for hours, stage in enumerate(STAGES, start=1):
        for gift in sent:
            receive("main", *_delivery(gift, stage, hours))
        while apply():
            pass
        write_back(ORG)
    with store.read() as unit:
        if left := unit.gifts.unwritten():
            raise RuntimeError(f"{left} gifts are not written")
    store.close()
    return size() - empty


def _delivery(gift: Gift, stage: str, hours: int) -> tuple[dict[str, str], bytes]:
    """Headers and body, as &Open sends them."""
    told = now() + timedelta(hours=hours)
    recipient = gift.request.recipient
    body = json.dumps(
        {
            "id": gift.provider_gift_id,
            "campaign_id": gift.request.gift_campaign_id,
            "status": stage,
            "recipient": {
                "first_name": recipient.first_name,
                "last_name": recipient.last_name,
                "email": recipient.email,
            },
            "redemption_url": f"https://gifts.bench.example/r/{gift.provider_gift_id}",
            "created_at": now().isoformat(),
            "updated_at": told.isoformat(),
        }
    ).encode()
    return headers_of(body, SECRET), body


def _size_of_file(file: Path) -> int:
    """Bytes, without the log of writes."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        page = connection.execute(text("PRAGMA page_size")).scalar_one()
    engine.dispose()
    return int(pages) * int(page)


def _size_of_database(address: str) -> int:
    """Bytes, with its indexes and the room that PostgreSQL keeps free in them."""
    engine = create_engine(address)
    with engine.connect() as connection:
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    engine.dispose()
    return int(size)
