"""The Send page: server time of each step without the latency of org and platform; calls to Salesforce.

The CPU's time is what a page costs; the time that passed says more of what else the machine was doing.
"""

import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from rich.console import Console
from rich.table import Table

from bench._portal import ORG, sign_in
from connector.app import Container
from connector.config import Settings
from connector.domain.connections import ProviderAccount
from connector.domain.portal_session import PortalSession, Role
from connector.logs import set_up_logs
from connector.ports import ApiUsage, GiftCampaign, OrgIdentity, Record, RecordWrite, WriteOutcome
from connector.secret_key import make_key_file
from connector.web.application import create_app

ACCOUNT = ProviderAccount(account_id="main", provider="andopen", base_url="us", token="-", webhook_secret="-")
ROUNDS = 60
SEVERAL, ROUNDS_OF_SEVERAL = 200, 10
_PEOPLE = re.compile(r"'(003\w{15})'")
_ADDRESS = {f"Mailing{part}": "x" for part in ("Street", "City", "State", "PostalCode", "Country")}


class _InstantOrg:
    """Answers at once that whoever is asked for is there. See ports.SalesforceOrg."""

    def __init__(self) -> None:
        self.calls = 0

    def identity(self) -> OrgIdentity:
        raise NotImplementedError

    def query(self, soql: str, *, with_deleted: bool = False) -> Iterator[Record]:
        raise NotImplementedError(soql, with_deleted)

    def query_together(self, soqls: Sequence[str]) -> list[list[Record]]:
        self.calls += 1
        consent = {"HasOptedOutOfEmail": False, "Gift_Opt_Out__c": False}
        person = {"FirstName": "Ada", "LastName": "Byron", "Email": "ada@example.com", **_ADDRESS}
        campaigns: list[Record] = [
            {"Id": f"701{number:012d}AAA", "Name": f"Campaign {number}"} for number in range(50)
        ]
        people: list[Record] = [{"Id": each, **person, **consent} for each in _PEOPLE.findall(soqls[0])]
        return [people, campaigns][: len(soqls)]

    def write(
        self, writes: Sequence[RecordWrite], *, before_call: Callable[[], None] = lambda: None
    ) -> list[WriteOutcome]:
        raise NotImplementedError(writes, before_call)

    def api_usage(self) -> ApiUsage | None:
        return None


class _InstantPlatform:
    def gift_campaigns(self) -> Iterator[GiftCampaign]:
        return (GiftCampaign(f"campaign-{number}", f"Gift {number}") for number in range(20))


class _Stage(Container):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.instant = _InstantOrg()

    def open_org_as(self, session: PortalSession) -> Any:
        del session
        return self.instant

    def open_provider(self, account_id: str) -> Any:
        del account_id
        return _InstantPlatform()


def run(console: Console) -> None:
    """One form after another, each for another person, as one rep's browser would send them."""
    set_up_logs(log_format="json", log_level="ERROR")
    with tempfile.TemporaryDirectory() as directory:
        stage = _Stage(Settings(data_dir=Path(directory), allow_loopback=True))
        make_key_file(stage.settings.key_file)
        stage.sql_store.upgrade()
        client = create_app(stage).test_client()
        session = sign_in(stage, client, Role.SENDER)
        with stage.store.write() as unit:
            unit.connections.save_account(ACCOUNT)
        taken: dict[str, list[tuple[float, float]]] = {}
        calls: dict[str, int] = {}
        for number in range(ROUNDS):
            _one_form(stage, session, client, {"record": _person(number)}, "", taken, calls)
        for number in range(ROUNDS_OF_SEVERAL):
            ids = ",".join(_person(ROUNDS + number * SEVERAL + each) for each in range(SEVERAL))
            _one_form(stage, session, client, {"ids": ids}, f" for {SEVERAL}", taken, calls)
        stage.close()
    table = Table("Step", "CPU ms", "passed ms", "calls to Salesforce", title="Send page, medians")
    for step, seconds in taken.items():
        cpu, passed = (statistics.median(kind) * 1000 for kind in zip(*seconds, strict=True))
        table.add_row(step, f"{cpu:.1f}", f"{passed:.1f}", f"{calls[step] / len(seconds):.0f}")
    console.print(table)


def _one_form(
    stage: _Stage,
    session: PortalSession,
    client: FlaskClient,
    whom: dict[str, str],
    name: str,
    taken: dict[str, list[tuple[float, float]]],
    calls: dict[str, int],
) -> None:
    address = {"org": ORG, "object": "Contact", **whom}
    page = client.get("/send", query_string=address).headers["Location"]
    gift = {"gift": "main/campaign-1", "amount": "25.00", "currency": "EUR", "message": "Thank you."}
    form = {**address, **gift, "form": page.rpartition("form=")[2], "csrf_token": session.csrf_token}

    def timed(step: str, ask: Callable[[], Any], expected: int) -> Any:
        before, begun, cpu = stage.instant.calls, time.perf_counter(), time.process_time()
        answer = ask()
        step += name
        taken.setdefault(step, []).append((time.process_time() - cpu, time.perf_counter() - begun))
        calls[step] = calls.get(step, 0) + stage.instant.calls - before
        if answer.status_code != expected:
            raise RuntimeError(f"{step}: {answer.status_code}")
        return answer

    timed("form", lambda: client.get(page), 200)
    timed("review", lambda: client.post("/send", data={**form, "step": "confirm"}), 200)
    sent = timed("send", lambda: client.post("/send", data={**form, "step": "send"}), 303)
    timed("result", lambda: client.get(sent.headers["Location"]), 200)


def _person(number: int) -> str:
    return f"003{number:012d}AAA"
