from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from connector.errors import ConfigurationError
from connector.ports import GiftProvider
from connector.services.state_in_numbers import StateInNumbers
from connector.web.application import create_app
from tests.connector.world import ACCOUNT, World, new_store


class WorldBehindTheWeb:
    """What the web asks of the composition root, over a world of fakes."""

    webhook_max_bytes = 2_000

    def __init__(self, world: World) -> None:
        self.world = world
        self.woken = 0
        self.trouble: ConfigurationError | None = None

    @property
    def receive_event(self) -> Any:
        return self.world.receive_event

    @property
    def state_in_numbers(self) -> StateInNumbers:
        return StateInNumbers(self.world.store, self.world.clock)

    @property
    def api_access(self) -> Any:
        return self.world.api_access

    @property
    def ask_for_gift(self) -> Any:
        return self.world.ask_for_gift

    def open_provider(self, account_id: str) -> GiftProvider:
        if account_id != ACCOUNT:
            raise ConfigurationError("no such account", code="unknown_account")
        return self.world.provider

    def wake_inbox(self) -> None:
        self.woken += 1

    def check_ready(self) -> None:
        if self.trouble:
            raise self.trouble


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[WorldBehindTheWeb]:
    world = World(new_store(tmp_path))
    world.sync(world.campaign(contacts=1))
    yield WorldBehindTheWeb(world)
    world.store.close()


@pytest.fixture
def client(behind: WorldBehindTheWeb) -> FlaskClient:
    return create_app(behind).test_client()


def inbox(behind: WorldBehindTheWeb) -> dict[str, int]:
    with behind.world.store.read() as unit:
        return unit.inbox.counts()


def event_of(behind: WorldBehindTheWeb) -> tuple[dict[str, str], bytes]:
    return behind.world.provider.event(next(iter(behind.world.provider.gifts)))


def test_a_signed_delivery_is_kept_before_it_is_answered(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    headers, body = event_of(behind)

    answer = client.post("/webhooks/fake/main", data=body, headers=headers)
    again = client.post("/webhooks/fake/main", data=body, headers=headers)

    assert (answer.status_code, again.status_code) == (200, 200)
    assert inbox(behind) == {"received": 1}
    assert behind.woken == 1


@pytest.mark.parametrize(
    ("path", "spoil", "status"),
    [
        ("/webhooks/fake/main", b" ", 401),
        ("/webhooks/fake/nobody", b"", 404),
        ("/webhooks/other/main", b"", 404),
        ("/webhooks/fake/main", b"x" * 3_000, 413),
    ],
)
def test_what_is_not_ours_is_refused_as_a_problem(
    behind: WorldBehindTheWeb, client: FlaskClient, path: str, spoil: bytes, status: int
) -> None:
    headers, body = event_of(behind)

    answer = client.post(path, data=body + spoil, headers={**headers, "X-Request-Id": "mine"})

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["status"] == status
    assert answer.get_json()["request_id"] == answer.headers["X-Request-Id"] == "mine"
    assert inbox(behind) == {}


def test_a_request_id_that_is_none_is_replaced(client: FlaskClient) -> None:
    answer = client.get("/health/live", headers={"X-Request-Id": "<script>"})

    assert len(answer.headers["X-Request-Id"]) == 32


def test_readiness_follows_the_database(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    ready = client.get("/health/ready")
    behind.trouble = ConfigurationError(
        "old schema", code="schema_version", remedy="run `connector db upgrade`"
    )

    not_ready = client.get("/health/ready")

    assert ready.get_json() == {"status": "ready"}
    assert not_ready.status_code == 503
    assert not_ready.get_json()["code"] == "schema_version"


def test_the_front_page_tells_the_state_in_numbers_without_script(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/").get_data(as_text=True))

    assert page.get("lang") == "en"
    assert page.xpath("//meta[@name='viewport']")
    assert not page.xpath("//script")
    assert page.xpath("string(//table[1]//tr[th='sent']/td)") == "1"
    assert all(row.get("scope") == "row" for row in page.xpath("//th"))


def test_an_unknown_page_is_a_problem(client: FlaskClient) -> None:
    answer = client.get("/nothing")

    assert answer.status_code == 404
    assert answer.get_json()["title"] == "Not Found"
