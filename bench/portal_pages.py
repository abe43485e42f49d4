"""The portal's pages over a large ledger: server time of each, in CPU and as it passed."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from rich.console import Console
from rich.table import Table

from bench._portal import ORG, USER, sign_in
from connector.app import Container
from connector.config import Settings
from connector.domain.gift import Gift, GiftRequest, RequestState
from connector.domain.keys import gift_key
from connector.domain.money import Money
from connector.domain.portal_session import Role
from connector.domain.recipient import Person, Recipient
from connector.domain.statuses import Progress
from connector.domain.vocabulary import GiftSource, GiftStage
from connector.logs import set_up_logs
from connector.secret_key import make_key_file
from connector.web.application import create_app

GIFTS = 100_000
ROUNDS = 7
_AT_ONCE = 5_000
_DAYS = 364
_LIVES = (
    (GiftStage.SENT,),
    (GiftStage.SENT, GiftStage.CLAIMED),
    (GiftStage.SENT, GiftStage.CLAIMED, GiftStage.DELIVERED),
    (GiftStage.SENT, GiftStage.EXPIRED),
)
PAGES = (
    ("Home, 30 days", "/"),
    ("Home, 365 days", "/?days=365"),
    ("Gifts, the newest", "/gifts/"),
    ("Gifts, a name that many have", "/gifts/?q=ada"),
    ("Gifts, a name that one has", "/gifts/?q=person77777"),
    ("Gifts, a name that nobody has", "/gifts/?q=nobody-at-all"),
    ("Gifts, in trouble", "/gifts/?trouble=1"),
    ("Approvals", "/approvals/"),
    ("Budgets", "/budgets/"),
    ("GiftSync", "/sync/"),
    ("Integrations", "/integrations"),
    ("Privacy, one address", "/privacy/?who=person77777@example.com"),
)


def run(console: Console) -> None:
    """Each page a few times, as one manager's browser would ask for it."""
    set_up_logs(log_format="json", log_level="ERROR")
    with tempfile.TemporaryDirectory() as directory:
        box = Container(Settings(data_dir=Path(directory), allow_loopback=True))
        make_key_file(box.settings.key_file)
        box.sql_store.upgrade()
        for some in _gifts(box.clock()):
            with box.store.write() as unit:
                unit.gifts.add(some)
        client = create_app(box).test_client()
        sign_in(box, client, Role.SENDER, Role.MANAGER)
        table = Table("Page", "CPU ms", "passed ms", title=f"Pages over {GIFTS:,} gifts, medians")
        for name, path in PAGES:
            cpu, passed = _measured(client, path)
            table.add_row(name, f"{cpu:.0f}", f"{passed:.0f}")
        box.close()
    console.print(table)


def _measured(client: FlaskClient, path: str) -> tuple[float, float]:
    taken = []
    for _ in range(ROUNDS):
        begun, cpu = time.perf_counter(), time.process_time()
        answer = client.get(path)
        taken.append((time.process_time() - cpu, time.perf_counter() - begun))
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
    cpu_seconds, passed = (statistics.median(kind) * 1000 for kind in zip(*taken, strict=True))
    return cpu_seconds, passed


def _gifts(now: datetime) -> Iterator[list[Gift]]:
    """Spread over a year; of people who share their first names."""
    for start in range(0, GIFTS, _AT_ONCE):
        yield [_gift(number, now) for number in range(start, start + _AT_ONCE)]


def _gift(number: int, now: datetime) -> Gift:
    asked = now - timedelta(days=number * 37 % _DAYS, seconds=number)
    source_key = f"bench-{number}"
    request = GiftRequest(
        key=gift_key(ORG, GiftSource.FLOW, source_key),
        org_id=ORG,
        source=GiftSource.FLOW,
        source_key=source_key,
        account_id="main",
        gift_campaign_id="campaign-1",
        person=Person(contact_id=f"003{number:012d}AAA"),
        recipient=Recipient(
            ("Ada", "Alan", "Grace", "Edsger")[number % 4],
            f"Person{number}",
            f"person{number}@example.com",
        ),
        value=Money(2_500, "EUR"),
        sender_user_id=USER,
    )
    life = _LIVES[number % len(_LIVES)]
    is_failed = number % 200 == 0
    return Gift(
        request=request,
        planned_at=asked,
        state=RequestState.FAILED if is_failed else RequestState.SENT,
        provider_gift_id="" if is_failed else f"g{number}",
        progress=Progress({stage: asked + timedelta(hours=at) for at, stage in enumerate(life)}),
        heard_at=asked,
    )
