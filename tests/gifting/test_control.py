import time
from pathlib import Path
from typing import Any

import pytest
import requests

from emulators.gifting.errors import ApiError
from emulators.gifting.faults import RateLimit
from emulators.gifting.testing import running_platform
from tests.gifting.conftest import ANN, Api


def test_a_gift_takes_its_steps_and_no_others(api: Api) -> None:
    gift = api.gift(api.campaign(product="Tea"))

    too_early = api.platform.control("gifts/ship", id=gift["id"])
    claimed = api.platform.control("gifts/claim", id=gift["id"])
    api.platform.control("gifts/ship", id=gift["id"], carrier="Post", tracking_number="T1")
    too_late = api.platform.control("gifts/cancel", id=gift["id"])

    shown = api.get(f"/gift_requests/{gift['id']}").json()
    assert (too_early["moved"], too_early["skipped"]) == (0, 1)
    assert claimed["ids"] == [gift["id"]]
    assert too_late["moved"] == 0
    assert shown["status"] == "dispatched"
    assert shown["line_items"][0]["name"] == "Tea"
    assert (shown["shipments"][0]["carrier"], shown["shipments"][0]["tracking_number"]) == ("Post", "T1")


@pytest.mark.parametrize(("step", "status"), [("cancel", "cancelled"), ("expire", "expired")])
def test_a_gift_can_end_without_arriving(api: Api, step: str, status: str) -> None:
    gift = api.gift(api.campaign())

    api.platform.control(f"gifts/{step}", id=gift["id"])

    assert api.get(f"/gift_requests/{gift['id']}").json()["status"] == status


def test_many_gifts_are_moved_by_filter(api: Api) -> None:
    campaign, other = api.campaign(), api.campaign()
    for number in range(4):
        api.gift(campaign, email=f"p{number}@example.com")
    api.gift(other)

    api.platform.control("gifts/claim", campaign_id=campaign, email=["p0@example.com", "p1@example.com"])
    api.platform.control("gifts/cancel", campaign_id=campaign, status="submitted", limit=1)
    api.platform.control("gifts/complete", campaign_id=campaign, status="redeemed")

    assert api.platform.control("created")["by_status"] == {"delivered": 2, "cancelled": 1, "submitted": 2}


def test_what_was_created_twice_is_named(api: Api) -> None:
    campaign = api.campaign()
    ids = [api.gift(campaign)["id"], api.gift(campaign)["id"]]
    api.gift(campaign, email="bob@example.com")

    created = api.platform.control("created")

    assert created["total"] == 3
    assert created["duplicates"] == [{"campaign_id": campaign, "email": ANN["email"], "count": 2, "ids": ids}]


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 2)])
def test_the_next_calls_fail_before_or_after_they_take_effect(api: Api, when: str, made: int) -> None:
    body = {"campaign_id": api.campaign(), "recipient": ANN}
    api.platform.control("faults", count=2, status=503, when=when, method="POST", retry_after_seconds=9)

    answers = [api.post(body) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503, 503, 201]
    assert answers[0].headers["Retry-After"] == "9"
    assert api.platform.control("created")["total"] == made + 1


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_the_connection_can_be_cut(api: Api, when: str, made: int) -> None:
    body = {"campaign_id": api.campaign(), "recipient": ANN}
    api.platform.control("faults", hang_up=True, when=when)

    with pytest.raises(requests.ConnectionError):
        api.post(body)

    assert api.platform.control("created")["total"] == made


def test_a_call_can_be_slow(api: Api) -> None:
    api.platform.control("faults", delay_seconds=0.2, path="/campaigns")
    started = time.monotonic()

    assert api.get("/campaigns").status_code == 200

    assert time.monotonic() - started >= 0.2


def test_failures_can_be_called_off(api: Api) -> None:
    api.platform.control("faults", count=5, status=500)

    api.platform.control("faults/clear")

    assert api.get("/campaigns").status_code == 200


def test_a_rate_limit_answers_429_with_the_time_to_wait(api: Api) -> None:
    api.platform.control("rate-limit", calls=2, window_seconds=3600)

    answers = [api.get("/campaigns") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 3590 < int(answers[2].headers["Retry-After"]) <= 3601


def test_a_rate_limit_opens_again_with_the_next_window() -> None:
    now = [0.0]
    limit = RateLimit(lambda: now[0])
    limit.set(1, 10.0)
    limit.take()

    with pytest.raises(ApiError):
        limit.take()
    now[0] = 10.0
    limit.take()


@pytest.mark.parametrize(
    ("path", "wishes"),
    [
        ("campaigns", {}),
        ("faults", {}),
        ("faults", {"status": 200}),
        ("faults", {"status": 500, "when": "during"}),
        ("faults", {"status": 500, "colour": "red"}),
        ("faults", {"status": 500, "count": "2"}),
        ("faults", {"delay_seconds": -1}),
        ("faults", {"status": 500, "path": ["/campaigns"]}),
        ("settings", {"no_such": True}),
        ("settings", {"gift_request_list": "yes"}),
        ("settings", {"webhook_max_attempts": True}),
        ("settings", {"brilliant_refusal_status": 99999}),
        ("clock", {"advance_seconds": -1}),
        ("clock", {}),
        ("clock", {"advance_seconds": 10**12}),
        ("gifts/claim", {"email": {"a": 1}}),
        ("gifts/claim", {"limit": "many"}),
        ("webhooks/disturb", {"duplicate": "2"}),
        ("webhooks/disturb", {"shuffle": 3}),
        ("webhooks/forge", {"url": "http://127.0.0.1:1/", "secret": "x", "body": "{}"}),
    ],
)
def test_a_wrong_wish_is_refused(api: Api, path: str, wishes: dict[str, Any]) -> None:
    answer = api.call("POST", f"/_control/{path}", json=wishes)

    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_what_is_no_amount_is_refused(api: Api, number: str) -> None:
    for path, name in (("settings", "webhook_retry_base_seconds"), ("clock", "advance_seconds")):
        answer = api.call("POST", f"/_control/{path}", data=f'{{"{name}": {number}}}')

        assert answer.status_code == 400


def test_a_campaign_has_its_id_alone(api: Api) -> None:
    campaign_id = api.campaign()

    assert api.call("POST", "/_control/campaigns", json={"name": "B", "id": campaign_id}).status_code == 400


def test_a_failure_may_have_a_status_of_its_own_and_is_named_like_any_answer(api: Api) -> None:
    api.platform.control("faults", status=529, count=1)
    api.platform.control("faults", status=503, count=1, when="after")

    answers = [api.get("/campaigns") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [529, 503]
    assert all(answer.headers["Request-Id"] for answer in answers)


def test_pages_of_other_sites_may_not_call(api: Api) -> None:
    def status(path: str, **headers: str) -> int:
        return api.call("POST", path, data="{}", headers=headers).status_code

    assert status("/_control/created", Origin="https://elsewhere.example") == 403
    assert status("/_control/created", Origin=api.platform.base_url) == 200
    assert status("/_control/created", Host="elsewhere.example") == 400


def test_an_unknown_step_is_a_404(api: Api) -> None:
    assert api.call("POST", "/_control/gifts/eat", json={}).status_code == 404


def test_gifts_switches_clock_and_waiting_webhooks_survive_a_restart(tmp_path: Path) -> None:
    state = str(tmp_path / "gifting.db")
    with running_platform(state=state) as first:
        first.control("settings", gift_request_list=False, webhooks_paused=True)
        first.control("clock", advance_seconds=86_400)
        first.control("webhooks/endpoints", url="http://127.0.0.1:1/", secret="x")
        gift = Api(first).gift(Api(first).campaign())

    with running_platform(state=state) as second:
        api = Api(second)
        shown = api.get(f"/gift_requests/{gift['id']}").json()
        listed = api.get("/gift_requests").status_code
        ahead = second.control("clock", advance_seconds=0)["ahead_seconds"]
        pending = second.control("webhooks/deliveries")["pending"]

    assert shown == gift
    assert (listed, ahead, pending) == (404, 86_400, 1)
