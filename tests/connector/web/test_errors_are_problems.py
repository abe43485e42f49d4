"""Every refusal tells programs in one shape what happened, and under which request id (RFC 9457)."""

import json

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from connector.web.application import create_app
from tests.connector.web.world_behind import WorldBehindTheWeb
from tests.connector.world import World

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ID = "an-id-of-the-caller"


@pytest.fixture
def app(behind: WorldBehindTheWeb) -> Flask:
    made = create_app(behind)

    @made.get("/api/v1/defect")
    @made.get("/page-with-defect")
    def defect() -> str:
        raise ZeroDivisionError("a secret of ours")

    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def key(world: World) -> dict[str, str]:
    text, _ = world.api_access.create(world.org_id, "flows")
    return {"Authorization": f"Bearer {text}"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/v1/gift-campaigns", None, 401),
        ("GET", "/api/v1/nothing", None, 404),
        ("GET", "/api/v1/gifts/none", None, 404),
        ("DELETE", "/api/v1/gifts", None, 405),
        ("PUT", "/health/live", None, 405),
        ("POST", "/api/v1/gifts", b"{no json", 400),
        ("POST", "/api/v1/gifts", b'{"unknown": 1}', 422),
        ("POST", "/api/v1/gifts", b"x" * 30_000, 413),
        ("POST", "/webhooks/nobody/here", b"{}", 404),
        ("GET", "/api/v1/defect", None, 500),
    ],
)
@pytest.mark.parametrize("accept", [{}, HTML], ids=["a program", "a browser"])
def test_a_refusal_of_an_address_for_programs_is_a_problem_under_the_callers_id(
    client: FlaskClient,
    key: dict[str, str],
    method: str,
    path: str,
    body: bytes | None,
    status: int,
    accept: dict[str, str],
) -> None:
    who = {} if status == 401 else key

    answer = client.open(
        path,
        method=method,
        data=body,
        headers={**who, **accept, "X-Request-Id": ID, "Content-Type": "application/json"},
    )

    told = json.loads(answer.data)
    assert answer.status_code == status, told
    assert answer.mimetype == "application/problem+json"
    assert (told["type"], told["status"], told["request_id"]) == ("about:blank", status, ID)
    assert told["title"]
    assert answer.headers["X-Request-Id"] == ID
    assert "secret of ours" not in answer.text
    if status == 405:
        assert answer.headers["Allow"]


def test_too_many_calls_are_a_problem_too(client: FlaskClient, key: dict[str, str]) -> None:
    answers = [client.get("/api/v1/gifts/none", headers=key) for _ in range(51)]

    assert answers[-1].status_code == 429
    assert answers[-1].mimetype == "application/problem+json"
    assert answers[-1].headers["Retry-After"]


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/page-with-defect", 500)])
def test_people_get_a_page_that_names_the_request(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path, headers={**HTML, "X-Request-Id": ID})

    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert f"request {ID}" in answer.text
    assert "secret of ours" not in answer.text


def test_a_defect_is_logged_under_the_id_that_its_page_shows(client: FlaskClient) -> None:
    structlog.reset_defaults()  # a command that another test ran may have asked for fewer lines
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        answer = client.get("/page-with-defect", headers=HTML)

    shown = answer.headers["X-Request-Id"]
    assert f"request {shown}" in answer.text
    assert [line["request_id"] for line in lines if line["event"] == "request_failed"] == [shown]
