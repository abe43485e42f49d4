"""The table of failures in docs/providers.md, row by row, against what adapters raise and the ledger does."""

import json
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from connector.adapters.providers.andopen import AndOpen
from connector.adapters.providers.brilliant import Brilliant
from connector.domain.backoff import delay_seconds
from connector.domain.delivery import Address
from connector.domain.gift import RequestState
from connector.errors import ConnectorError
from connector.ports import GiftOrder, GiftRecipient
from connector.services.gifts import outcomes
from tests.connector.world import World, new_store

PAGE = Path(__file__).parents[3] / "docs" / "providers.md"
PROVIDERS = ("&Open", "Brilliant")
WAIT_SECONDS = 77
STATES = {
    "retry": RequestState.PLANNED,
    "look first": RequestState.UNKNOWN,
    "park": RequestState.PARKED,
    "fail": RequestState.FAILED,
}
ORDER = GiftOrder(
    "00000000-0000-5000-8000-000000000001", "1001", GiftRecipient("Ada", "Byron", "ada@example.com")
)
ADDRESS = Address("1 Main St", "Bothell", "WA", "98021", "US")


@dataclass(frozen=True)
class Answer:
    """What the platform says to a new gift. hangs_up: nothing. is_there: False where nobody listens."""

    status: int = 200
    body: Mapping[str, Any] | str = field(default_factory=dict)
    hangs_up: bool = False
    is_there: bool = True


def _andopen(status: int, code: str) -> Answer:
    return Answer(status, {"errors": [{"type": "t", "code": code, "message": "m", "param": "p"}]})


SILENT = [Answer(hangs_up=True), Answer(200, "no JSON"), Answer(201, "<html>")]
STATUSES = {
    "401": [Answer(401)],
    "403": [Answer(403)],
    "404, 405": [Answer(404), Answer(405)],
    "408": [Answer(408)],
    "429": [Answer(429)],
    "5xx": [Answer(status) for status in (500, 502, 503, 504, 599)],
    "anything else": [Answer(409), Answer(410), Answer(418), Answer(302)],
    "no connection": [Answer(is_there=False)],
    "no answer, or one that cannot be read": SILENT,
}
# Each cell of the table, and answers that it speaks of.
MEANT: Mapping[str, Mapping[str, list[Answer]]] = {
    "&Open": {
        **STATUSES,
        "400 `unsupported_api_version`": [_andopen(400, "unsupported_api_version")],
        "400, other": [Answer(400), _andopen(400, "invalid_json")],
        "422 `invalid_reference`": [_andopen(422, "invalid_reference")],
        "422, other": [Answer(422), _andopen(422, "invalid_format")],
    },
    "Brilliant": {
        **STATUSES,
        "code 2501, the variant is unknown or out of stock": [
            Answer(status, {"code": 2501, "message": "Variant 1001 is out of stock"}) for status in (200, 400)
        ],
        "code 2501, other": [
            Answer(status, {"code": 2501, "message": "Invalid zip"}) for status in (200, 422)
        ],
        "accepted, and not found in the list": [Answer(200, {"code": 1200, "message": "Success"})],
    },
}


def table() -> dict[tuple[str, str], str]:
    """Provider and what it answers, to what the page says of it."""
    found: dict[tuple[str, str], str] = {}
    for line in PAGE.read_text().partition("| &Open answers |")[2].splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 4 or not line.startswith("|") or set(cells[0]) == {"-"}:
            continue
        for provider, answer, verdict in zip(PROVIDERS, cells[0::2], cells[1::2], strict=True):
            if answer:
                found[provider, answer] = verdict
    return found


class _Platform:
    """Answers every POST as it is told, and every GET with 404."""

    def __init__(self) -> None:
        self.answer = Answer()
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                said = platform.answer
                if said.hangs_up:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                body = said.body if isinstance(said.body, str) else json.dumps(said.body)
                self._say(said.status, body)

            def do_GET(self) -> None:
                self._say(404, "")

            def _say(self, status: int, body: str) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                if status == 429:
                    self.send_header("Retry-After", str(WAIT_SECONDS))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="module")
def platform() -> Iterator[_Platform]:
    running = _Platform()
    yield running
    running.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """With one gift that is being sent."""
    made = World(new_store(tmp_path_factory.mktemp("ledger")))
    made.plan_sync(made.link(made.campaign(contacts=1)).link_id)
    yield made
    made.store.close()


def _asked(provider: str, platform: _Platform, answer: Answer) -> ConnectorError:
    platform.answer = answer
    base_url = platform.base_url if answer.is_there else "http://127.0.0.1:1"
    made = (
        AndOpen(base_url, "ao-v1-staging-made-up", ["made-up"])
        if provider == "&Open"
        else Brilliant(base_url, "made:up", "https://gifts.example.com/w", ["made-up"])
    )
    try:
        with pytest.raises(ConnectorError) as raised:
            made.request_gift(replace(ORDER, address=None if provider == "&Open" else ADDRESS))
    finally:
        made.close()
    return raised.value


def test_the_table_speaks_of_every_answer_that_is_tried_and_of_no_other() -> None:
    assert set(table()) == {(provider, cell) for provider, cells in MEANT.items() for cell in cells}


@pytest.mark.parametrize(
    ("provider", "cell"), [(provider, cell) for provider, cells in MEANT.items() for cell in cells]
)
def test_the_ledger_does_what_the_table_says(
    provider: str, cell: str, platform: _Platform, world: World
) -> None:
    verdict = table()[provider, cell]
    [gift] = world.gifts()

    for answer in MEANT[provider][cell]:
        error = _asked(provider, platform, answer)
        after = world.request_gifts._changes(gift, error, world.clock())

        assert after["state"] is STATES[verdict.partition(",")[0]], (answer, error)
        if "Retry-After" in verdict:
            wait = after["next_attempt_at"] - world.clock()  # type: ignore[operator]  # set for this verdict
            assert wait.total_seconds() == WAIT_SECONDS


def test_the_page_states_how_often_and_for_how_long_a_request_is_retried() -> None:
    attempts = outcomes._ATTEMPTS
    waits = [delay_seconds(attempt, jitter=0.5) for attempt in range(1, attempts)]

    said = re.search(r"up to (\w+) times over about (\w+) hours", PAGE.read_text())

    assert said is not None
    numbers = {"twenty": 20, "two": 2}
    assert (numbers[said[1]], numbers[said[2]]) == (attempts, round(sum(waits) / 3_600))
