"""Webhooks accepted per second and their slowest hundredth, against a bare Flask view that inserts a row.

Both are served by waitress with eight threads, commit to SQLite before they answer, and meet the same senders
by turns. The connector checks the signature, deduplicates by event id and keeps headers and body.
"""

import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench._deliveries import headers_of
from bench._gift_stub import ROOT, TOKEN
from connector.app import Container
from connector.config import Settings
from connector.domain.connections import ProviderAccount
from connector.secret_key import make_key_file

DELIVERIES = 2_000
FULL_DELIVERIES = 20_000
SENDERS = 8
ROUNDS = 4
SECRET = "a-secret-of-this-run"
START_SECONDS = 120.0
AIM = 3.0
_BODY = json.dumps(
    {
        "id": "5f0a6a6e-5d3c-4c0e-9b0c-7d0a3f1c2b4d",
        "campaign_id": "bench",
        "status": "redeemed",
        "recipient": {"first_name": "Ada", "last_name": "Byron", "email": "ada@bench.example"},
        "redemption_url": "https://gifts.bench.example/r/1",
        "created_at": "2026-03-02T09:00:00.000Z",
        "updated_at": "2026-03-02T10:00:00.000Z",
    }
).encode()


@dataclass
class Target:
    """Where deliveries go, and how long each took, in seconds."""

    port: int
    path: str
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.times, n=100)[-1]


def run(console: Console, *, full: bool = False) -> None:
    """Rounds by turns, so that both meet the same other work of the machine."""
    deliveries = (FULL_DELIVERIES if full else DELIVERIES) // ROUNDS
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as directory,
        _bare_view(Path(directory)) as bare,
        _connector(Path(directory)) as ours,
    ):
        for _ in range(ROUNDS):
            for target in (bare, ours):
                _send(target, deliveries)
    table = Table("view", "accepted/s", "median ms", "p99 ms", "p99 of bare", "aim")
    for name, target in (("bare insert", bare), ("connector", ours)):
        median = statistics.median(target.times)
        ratio = target.p99 / bare.p99
        table.add_row(
            *(name, f"{target.per_second:,.0f}", f"{median * 1e3:.1f}", f"{target.p99 * 1e3:.1f}"),
            *(f"{ratio:.2f}", f"under {AIM:g}" if target is ours else ""),
        )
    console.print(table)


def _send(target: Target, deliveries: int) -> None:
    """From several senders at the same time, each with a connection of its own."""
    started = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as pool:
        shares = pool.map(lambda _: _deliver(target, deliveries // SENDERS), range(SENDERS))
        for share in shares:
            target.times += share
    target.seconds += time.perf_counter() - started


def _deliver(target: Target, deliveries: int) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
    times = []
    for _ in range(deliveries):
        headers = headers_of(_BODY, SECRET)
        started = time.perf_counter()
        connection.request("POST", target.path, body=_BODY, headers=headers)
        answer = connection.getresponse()
        answer.read()
        times.append(time.perf_counter() - started)
        if answer.status != 200:
            raise RuntimeError(f"{target.path} answered {answer.status}")
    connection.close()
    return times


@contextmanager
def _bare_view(directory: Path) -> Iterator[Target]:
    command = [sys.executable, "-m", "bench._bare_view", str(directory / "bare.sqlite")]
    with _serving(command, {}, directory / "bare.log", r"serving (\d+)") as port:
        yield Target(port, "/")


@contextmanager
def _connector(directory: Path) -> Iterator[Target]:
    """Its web server alone: what is in the inbox is worked off by nobody meanwhile."""
    settings = Settings(data_dir=directory, allow_loopback=True)
    make_key_file(settings.key_file)
    box = Container(settings)
    box.sql_store.upgrade()
    account = ProviderAccount(
        account_id="main",
        provider="andopen",
        base_url="http://127.0.0.1:1",
        token=TOKEN,
        webhook_secret=SECRET,
    )
    with box.store.write() as unit:
        unit.connections.save_account(account)
    box.close()
    command = [str(Path(sys.executable).parent / "connector"), "serve"]
    environment = {
        "CONNECTOR_DATA_DIR": str(directory),
        "CONNECTOR_ALLOW_LOOPBACK": "true",
        "CONNECTOR_PORT": "0",
    }
    with _serving(command, environment, directory / "connector.log", r"serving.*127\.0\.0\.1:(\d+)") as port:
        yield Target(port, "/webhooks/andopen/main")


@contextmanager
def _serving(command: Sequence[str], environment: Mapping[str, str], log: Path, shown: str) -> Iterator[int]:
    """The port that the server says it listens on. shown: how it says so."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output
        )
    try:
        give_up = time.monotonic() + START_SECONDS
        while not (found := re.search(shown, log.read_text())):
            if time.monotonic() > give_up or process.poll() is not None:
                raise RuntimeError(log.read_text()[-2_000:])
            time.sleep(0.05)
        yield int(found[1])
    finally:
        process.terminate()
        process.wait(START_SECONDS)
