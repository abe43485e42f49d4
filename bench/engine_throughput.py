"""Gifts requested per second, against a bare loop over the same stub and against what its latency allows.

The stub takes a fixed time for each request. Of one org, one chunk is under way at a time, with 40 requests;
so at most 40 / latency gifts per second can be asked for it, and as many times that as orgs are at work.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
from rich.console import Console
from rich.table import Table

from bench._gift_stub import TOKEN, GiftStub, gift_stub
from bench._ledger import Run, new_database, postgresql, requested
from connector.config import Settings

LATENCY_SECONDS = 0.25
GIFTS_PER_ORG = 1_000
FULL_GIFTS_PER_ORG = 4_000


def run(console: Console, *, full: bool = False) -> None:
    """Bare loop and connector by turns, so that both meet the same other work of the machine."""
    gifts = FULL_GIFTS_PER_ORG if full else GIFTS_PER_ORG
    table = Table("database", "workers", "orgs", "gifts/s", "bare loop/s", "floor/s", "of bare", "of floor")
    with postgresql() as server, gift_stub(LATENCY_SECONDS) as stub:
        for workers in (0, 1, 2, 4):
            orgs = workers or 1
            database = new_database(server, f"bench_{workers}") if workers else ""
            bare = _bare_loop(stub, gifts * orgs, orgs)
            ours = requested(stub, gifts=gifts * orgs, orgs=orgs, workers=workers or 1, database_url=database)
            _show(table, "PostgreSQL" if workers else "SQLite", orgs, ours, bare)
    console.print(f"The stub takes {LATENCY_SECONDS * 1_000:.0f} ms; {gifts:,} gifts for each org.")
    console.print(table)


def _show(table: Table, database: str, orgs: int, ours: Run, bare: Run) -> None:
    floor = orgs * _threads() / LATENCY_SECONDS
    rates = (ours.per_second, bare.per_second, floor)
    ratios = (ours.per_second / bare.per_second, ours.per_second / floor)
    table.add_row(
        *(database, str(orgs), str(orgs)),
        *(f"{rate:,.0f}" for rate in rates),
        *(f"{ratio:.2f}" for ratio in ratios),
    )


def _bare_loop(stub: GiftStub, gifts: int, orgs: int) -> Run:
    """Plain threads that ask for as many gifts with as many requests under way, and remember nothing."""
    threads = orgs * _threads()
    limits = httpx2.Limits(max_connections=threads, max_keepalive_connections=threads)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx2.Client(base_url=stub.base_url, headers=headers, limits=limits, timeout=60.0) as client:

        def ask(number: int) -> None:
            recipient = {"first_name": "Ada", "last_name": "Byron", "email": f"bare{number}@bench.example"}
            answer = client.post("/gift_requests", json={"campaign_id": "bench", "recipient": recipient})
            answer.raise_for_status().json()

        started = time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(ask, range(gifts)))
        return Run(gifts, time.perf_counter() - started)


def _threads() -> int:
    return int(Settings.model_fields["request_threads"].default)
