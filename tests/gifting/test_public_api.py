from typing import Any

import pytest
import requests

from tests.gifting.conftest import ANN, VERSION, Api


def codes(answer: requests.Response) -> set[tuple[str, str]]:
    return {(error.get("param", ""), error["code"]) for error in answer.json()["errors"]}


@pytest.mark.parametrize("headers", [{}, {"AndOpen-API-Version": "2024-01"}])
@pytest.mark.parametrize("path", ["/campaigns", "/gift_requests/x", "/no/such/route"])
def test_the_version_is_checked_before_the_token(api: Api, headers: dict[str, str], path: str) -> None:
    answer = api.call("GET", path, headers={**headers, "Authorization": "Bearer wrong"})

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "type": "api_error",
            "code": "unsupported_api_version",
            "message": "Requests must include header 'AndOpen-API-Version: 2026-05'.",
        }
    ]


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer ao-v1-production-x", "Basic x"])
def test_an_unknown_token_is_refused(api: Api, token: str) -> None:
    answer = api.call("GET", "/campaigns", headers={**VERSION, "Authorization": token})

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["type"] == "authentication_error"
    assert codes(answer) == {("", "invalid_token")}
    assert answer.headers["Request-Id"]


def test_a_gift_in_choice_mode_is_flat_and_can_be_read_back(api: Api) -> None:
    campaign = api.campaign()

    gift = api.gift(campaign)

    assert gift["status"] == "submitted"
    assert gift["campaign_id"] == campaign
    assert {name: gift["recipient"][name] for name in ANN} == ANN
    assert gift["redemption_url"].startswith("https://")
    assert (gift["shipping_address"], gift["line_items"]) == (None, None)
    assert gift["created_at"].endswith("Z")
    assert api.get(f"/gift_requests/{gift['id']}").json() == gift


def test_every_problem_is_reported_at_once(api: Api) -> None:
    answer = api.post({"campaign_id": "nowhere", "recipient": {"first_name": "A", "email": "x@"}})

    assert answer.status_code == 422
    assert codes(answer) == {
        ("campaign_id", "invalid_reference"),
        ("recipient.first_name", "invalid_length"),
        ("recipient.last_name", "required"),
        ("recipient.email", "invalid_format"),
    }
    assert api.platform.control("created")["total"] == 0


@pytest.mark.parametrize("body", ["", "[]", "nonsense", "[" * 100_000, '{"campaign_id": "\\ud83c"}'])
def test_a_body_that_is_no_object_is_a_bad_request(api: Api, body: str) -> None:
    answer = api.call("POST", "/gift_requests", data=body)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("name", "lenient", "literal"), [("O'Brien", 201, 422), ("Zoë", 201, 201), ("R2D2", 422, 422)]
)
def test_names_are_letters_and_by_default_their_marks(
    api: Api, name: str, lenient: int, literal: int
) -> None:
    body = {"campaign_id": api.campaign(), "recipient": {**ANN, "last_name": name}}

    by_default = api.post(body).status_code
    api.platform.control("settings", letters_only_names=True)

    assert by_default == lenient
    assert api.post(body).status_code == literal


ADDRESS = {"line1": "1 High Street", "country": "IE"}
ITEMS = [{"variant_id": "v1", "quantity": 1}]


@pytest.mark.parametrize(
    ("method", "parts", "status"),
    [
        ("sender_provided_address", {"shipping_address": ADDRESS, "line_items": ITEMS}, 201),
        ("sender_provided_address", {"shipping_address": ADDRESS}, 422),
        ("sender_provided_address", {"line_items": ITEMS}, 422),
        ("sender_provided_address", {"shipping_address": "here", "line_items": ITEMS}, 422),
        ("email", {"shipping_address": ADDRESS, "line_items": ITEMS}, 422),
    ],
)
def test_direct_send_needs_address_items_and_the_right_campaign(
    api: Api, method: str, parts: dict[str, Any], status: int
) -> None:
    campaign = api.campaign(invitation_method=method)

    answer = api.post({"campaign_id": campaign, "recipient": ANN, **parts})

    assert answer.status_code == status


def test_every_post_makes_a_gift_whatever_its_idempotency_key(api: Api) -> None:
    body = {"campaign_id": api.campaign(), "recipient": ANN}

    ids = {api.post(body, **{"Idempotency-Key": "same"}).json()["id"] for _ in range(2)}
    api.platform.control("settings", honour_idempotency_key=True)
    honoured = {api.post(body, **{"Idempotency-Key": "other"}).json()["id"] for _ in range(2)}

    assert len(ids) == 2
    assert len(honoured) == 1


def test_gift_requests_are_listed_by_campaign_newest_first_in_pages(api: Api) -> None:
    campaign, other = api.campaign(), api.campaign()
    gifts = [api.gift(campaign)["id"] for _ in range(5)]
    api.gift(other)

    first = api.get("/gift_requests", campaign_id=campaign, limit=3).json()
    second = api.get("/gift_requests", campaign_id=campaign, limit=3, after=first["data"][-1]["id"]).json()

    assert [gift["id"] for gift in first["data"] + second["data"]] == gifts[::-1]
    assert (first["has_more"], second["has_more"]) == (True, False)


def test_the_list_of_gift_requests_can_be_switched_off(api: Api) -> None:
    api.platform.control("settings", gift_request_list=False)

    listed, unknown = api.get("/gift_requests"), api.get("/no/such/route")

    assert (listed.status_code, listed.json()) == (404, unknown.json())


def test_campaigns_come_newest_first_at_most_25_to_a_page(api: Api) -> None:
    ids = [api.campaign(name=f"Campaign {number}") for number in range(30)]

    first = api.get("/campaigns", limit=1000).json()
    second = api.get("/campaigns", after=first["data"][-1]["id"]).json()

    assert [campaign["id"] for campaign in first["data"] + second["data"]] == ids[::-1]
    assert (len(first["data"]), first["has_more"], second["has_more"]) == (25, True, False)
    assert api.get(f"/campaigns/{ids[0]}").json() == second["data"][-1]


@pytest.mark.parametrize("params", [{"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"after": "nobody"}])
@pytest.mark.parametrize("path", ["/campaigns", "/gift_requests"])
def test_a_page_that_makes_no_sense_is_a_bad_request(api: Api, path: str, params: dict[str, str]) -> None:
    assert api.get(path, **params).status_code == 400


def test_a_limit_beyond_reason_is_clamped(api: Api) -> None:
    api.campaign()

    assert len(api.get("/campaigns", limit="9" * 5000).json()["data"]) == 1


@pytest.mark.parametrize("path", ["/campaigns/nobody", "/gift_requests/nobody"])
def test_what_is_not_there_is_a_404(api: Api, path: str) -> None:
    answer = api.get(path)

    assert (answer.status_code, codes(answer)) == (404, {("", "not_found")})


def test_the_redemption_url_is_null_until_it_has_been_generated(api: Api) -> None:
    api.platform.control("settings", redemption_url_after_seconds=1e300)
    never = api.gift(api.campaign())
    api.platform.control("settings", redemption_url_after_seconds=60)
    gift = api.gift(api.campaign())

    api.platform.control("clock", advance_seconds=61)

    assert (never["redemption_url"], gift["redemption_url"]) == (None, None)
    assert api.get(f"/gift_requests/{gift['id']}").json()["redemption_url"]
