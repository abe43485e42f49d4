"""Trouble on demand, and the other things that only a test may do."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from emulators.salesforce.testing import LocalOrg

CONTACTS = "/services/data/v66.0/sobjects/Contact"


@pytest.fixture
def control(http: requests.Session, local: LocalOrg) -> Callable[..., requests.Response]:
    def call(verb: str, resource: str, /, **body: Any) -> requests.Response:
        return http.request(verb, f"{local.base_url}/_control/{resource}", json=body or None, timeout=10)

    return call


@pytest.fixture
def create(
    http: requests.Session, local: LocalOrg, as_admin: dict[str, str]
) -> Callable[..., requests.Response]:
    def post(name: str = "Ada", timeout: float = 10) -> requests.Response:
        return http.post(
            local.base_url + CONTACTS, json={"LastName": name}, headers=as_admin, timeout=timeout
        )

    return post


@pytest.fixture
def names(local: LocalOrg) -> Callable[[], list[str]]:
    def read() -> list[str]:
        with local.org.lock:
            return sorted(row["LastName"] for row in local.org.db.all('SELECT "LastName" FROM "Contact"'))

    return read


def test_health_tells_which_org_answers(control: Callable[..., requests.Response], local: LocalOrg) -> None:
    assert control("GET", "health").json() == {
        "org_id": local.org.org_id,
        "name": "Local Org",
        "status": "ok",
    }


def test_reset_forgets_records_metadata_and_usage(
    control: Callable[..., requests.Response],
    create: Callable[..., requests.Response],
    names: Callable[[], list[str]],
) -> None:
    create()

    control("POST", "reset")

    assert names() == []
    assert control("GET", "api-usage").json() == {"used": 0, "allocation": 100_000}


def test_the_release_engineers_app_survives_a_reset(
    control: Callable[..., requests.Response],
    log_in: Callable[..., requests.Response],
    claims: dict[str, Any],
) -> None:
    control("POST", "reset")

    assert log_in(claims).status_code == 200


def test_usage_is_counted_and_told(
    create: Callable[..., requests.Response], control: Callable[..., requests.Response]
) -> None:
    answer = create()

    assert answer.headers["Sforce-Limit-Info"] == "api-usage=1/100000"
    assert control("GET", "api-usage").json()["used"] == 1


def test_a_used_up_allocation_refuses_calls(
    control: Callable[..., requests.Response],
    create: Callable[..., requests.Response],
    names: Callable[[], list[str]],
) -> None:
    control("PUT", "api-usage", used=10, allocation=10)

    answer = create()

    assert answer.status_code == 403
    assert answer.json()[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"
    assert names() == []


def test_a_fault_answers_as_often_as_ordered(
    control: Callable[..., requests.Response],
    create: Callable[..., requests.Response],
    names: Callable[[], list[str]],
) -> None:
    control("POST", "faults", path_prefix=CONTACTS, action="answer", times=2, status=503, error_code="DOWN")

    answers = [create(name) for name in ("One", "Two", "Three")]

    assert [answer.status_code for answer in answers] == [503, 503, 201]
    assert answers[0].json()[0]["errorCode"] == "DOWN"
    assert names() == ["Three"]


def test_a_fault_hits_every_form_of_the_address(
    control: Callable[..., requests.Response],
    http: requests.Session,
    local: LocalOrg,
    as_admin: dict[str, str],
) -> None:
    control("POST", "faults", path_prefix=CONTACTS, action="answer", status=503)

    answer = http.post(local.instance_url + CONTACTS, json={}, headers=as_admin, timeout=10)

    assert answer.status_code == 503


def test_a_fault_can_be_meant_for_one_method(
    control: Callable[..., requests.Response], create: Callable[..., requests.Response]
) -> None:
    control("POST", "faults", path_prefix=CONTACTS, action="answer", method="DELETE")

    assert create().status_code == 201
    assert control("GET", "faults").json()[0]["times"] == 1


def test_a_lost_connection_before_the_commit_leaves_no_record(
    control: Callable[..., requests.Response],
    create: Callable[..., requests.Response],
    names: Callable[[], list[str]],
) -> None:
    control("POST", "faults", path_prefix=CONTACTS, action="reset")

    with pytest.raises(requests.exceptions.ConnectionError):
        create()

    assert names() == []


def test_a_lost_connection_after_the_commit_leaves_the_record(
    control: Callable[..., requests.Response],
    create: Callable[..., requests.Response],
    names: Callable[[], list[str]],
) -> None:
    control("POST", "faults", path_prefix=CONTACTS, action="commit_then_reset")

    with pytest.raises(requests.exceptions.ConnectionError):
        create()

    assert names() == ["Ada"]
    assert create("Bea").status_code == 201


def test_an_answer_can_come_too_late_for_its_client(
    control: Callable[..., requests.Response],
    create: Callable[..., requests.Response],
    names: Callable[[], list[str]],
) -> None:
    control("POST", "faults", path_prefix=CONTACTS, action="commit_then_delay", seconds=30)

    with pytest.raises(requests.exceptions.ReadTimeout):
        create(timeout=0.5)

    assert names() == ["Ada"]


def test_a_delay_blocks_nobody_else_and_can_be_ended(
    control: Callable[..., requests.Response],
    create: Callable[..., requests.Response],
) -> None:
    control("POST", "faults", path_prefix=CONTACTS, action="delay", seconds=30)
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(create("Late")))
    started = time.monotonic()

    waiting.start()
    while control("GET", "faults").json():
        pass
    control("DELETE", "faults")
    waiting.join(timeout=10)

    assert answers[0].status_code == 201
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "order",
    [
        {"path_prefix": "/", "action": "explode"},
        {"path_prefix": 7, "action": "reset"},
        {"action": "reset"},
        {"path_prefix": "/", "action": "reset", "colour": "red"},
        {"path_prefix": "/", "action": "reset", "times": 0},
        {"path_prefix": "/", "action": "reset", "times": True},
        {"path_prefix": "/", "action": "answer", "status": 42},
        {"path_prefix": "/", "action": "delay", "seconds": -1},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    control: Callable[..., requests.Response], order: dict[str, Any]
) -> None:
    answer = control("POST", "faults", **order)

    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == "INVALID_INPUT"


def test_a_client_apps_lists_hold_texts(control: Callable[..., requests.Response]) -> None:
    assert control("POST", "clients", name="App", scopes=[{}]).status_code == 400


def test_pages_of_other_sites_may_not_call(http: requests.Session, local: LocalOrg) -> None:
    url = f"{local.base_url}/_control/sessions/expire"

    answers = [
        http.post(url, headers={"Origin": origin}, timeout=10).status_code
        for origin in ("https://elsewhere.example", local.base_url)
    ]

    assert answers == [403, 200]


def test_a_user_can_be_logged_in_without_a_client_app(
    control: Callable[..., requests.Response], http: requests.Session, local: LocalOrg
) -> None:
    token = control("POST", "sessions", username="rep@local.example").json()["access_token"]

    who = http.get(
        f"{local.base_url}/services/oauth2/userinfo",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    assert who.json()["preferred_username"] == "rep@local.example"
