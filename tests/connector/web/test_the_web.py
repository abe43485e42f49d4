import pytest
from flask.testing import FlaskClient

from connector.errors import ConfigurationError
from tests.connector.web.world_behind import WorldBehindTheWeb
from tests.connector.world import World


@pytest.fixture
def world(world: World) -> World:
    world.sync(world.campaign(contacts=1))
    return world


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
        ("/webhooks/fake/main", b"x" * 30_000, 413),
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


def test_an_unknown_page_is_a_problem(client: FlaskClient) -> None:
    answer = client.get("/nothing")

    assert answer.status_code == 404
    assert answer.get_json()["title"] == "Not Found"
