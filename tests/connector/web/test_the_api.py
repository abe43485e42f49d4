"""The API that flows call: one gift each time, for the org whose key it is, errors that say what to do."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector.domain.api_key import Scope
from connector.domain.budget import GiftBudget
from connector.domain.campaign_link import CampaignLink
from connector.domain.gift import Gift, RequestState
from connector.domain.money import Money
from connector.domain.vocabulary import GiftSource
from connector.errors import TemporaryError
from connector.ports import GiftCampaign
from tests.connector.fakes import FakeProvider
from tests.connector.world import World

Post = Callable[..., TestResponse]


@pytest.fixture
def key(world: World) -> dict[str, str]:
    text, _ = world.api_access.create(world.org_id, "flows")
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture
def ask(client: FlaskClient, world: World, key: dict[str, str]) -> Post:
    def post(**asked: Any) -> TestResponse:
        return client.post("/api/v1/gifts", json={"orgId": world.org_id, **asked}, headers=key)

    return post


def mapped(world: World, **members: int) -> tuple[CampaignLink, list[str]]:
    campaign_id = world.campaign(**members)
    return world.link(campaign_id), [row["Id"] for row in world.org.query("SELECT Id FROM CampaignMember")]


def ledger(world: World) -> list[Gift]:
    with world.store.read() as unit:
        return [gift for state in RequestState for gift in unit.gifts.in_state(state, limit=100)]


def test_a_contact_gets_a_gift_through_the_ledger(world: World, ask: Post) -> None:
    link, _ = mapped(world)
    record_id = world.contact()

    answer = ask(requestKey="opportunity-1", recordId=record_id, campaignId=link.campaign_id)
    world.run_jobs()

    assert answer.status_code == 200
    assert (answer.json or {})["requestState"] == "planned"
    (gift,) = ledger(world)
    assert gift.key == (answer.json or {})["giftKey"]
    assert (gift.state, gift.request.source) == (RequestState.SENT, GiftSource.FLOW)
    assert gift.request.person.contact_id == record_id


def test_the_same_key_is_the_same_gift(world: World, ask: Post) -> None:
    link, _ = mapped(world)
    asked = {"requestKey": "once", "recordId": world.contact(), "campaignId": link.campaign_id}
    first = ask(**asked)
    world.run_jobs()

    again = ask(**asked)

    assert (first.json or {})["giftKey"] == (again.json or {})["giftKey"]
    assert (again.json or {})["requestState"] == "sent"
    assert len(ledger(world)) == 1


def test_a_member_that_the_flow_and_gift_sync_both_find_gets_one_gift(world: World, ask: Post) -> None:
    link, (member_id,) = mapped(world, contacts=1)

    answer = ask(campaignMemberId=member_id)
    report = world.plan_sync(link.link_id)

    assert answer.status_code == 200
    assert report.run.planned == 0
    assert len(ledger(world)) == 1


def test_without_a_campaign_the_gift_campaign_and_its_value_say_what_is_sent(world: World, ask: Post) -> None:
    record_id = world.contact()

    answer = ask(
        requestKey="k",
        recordId=record_id,
        giftCampaignId="campaign-1",
        giftValue="25.00",
        giftCurrency="EUR",
        campaignId=None,
    )

    assert answer.status_code == 200
    assert ledger(world)[0].request.value.minor_units == 2500


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"Gift_Opt_Out__c": True}, "gift_opt_out"),
        ({"HasOptedOutOfEmail": True}, "email_opt_out"),
        ({"Email": None}, "no_email"),
    ],
)
def test_who_may_not_get_a_gift_gets_none(world: World, ask: Post, fields: dict[str, Any], code: str) -> None:
    link, _ = mapped(world)

    answer = ask(requestKey="k", recordId=world.contact(**fields), campaignId=link.campaign_id)

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert (answer.json or {})["code"] == code
    assert ledger(world) == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "recipient_missing"),
        ({"requestKey": "k", "recordId": "001000000000001AAA"}, "recipient_missing"),
        ({"requestKey": "k", "recordId": "003000000000999AAA"}, "recipient_unknown"),
        ({"campaignMemberId": "00v000000000999AAA"}, "recipient_unknown"),
        ({"giftValue": "much", "giftCurrency": "EUR"}, "value_invalid"),
        ({"recordId": "short"}, "fields_refused"),
        ({"colour": "red"}, "fields_refused"),
    ],
)
def test_what_cannot_be_a_gift_is_refused_with_a_code(ask: Post, asked: dict[str, str], code: str) -> None:
    answer = ask(**asked)

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert (answer.json or {})["code"] == code


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"campaignId": "701000000000999AAA"}, "campaign_not_mapped"),
        ({}, "gift_campaign_missing"),
        ({"giftCampaignId": "nothing", "giftValue": "1", "giftCurrency": "EUR"}, "gift_campaign_unknown"),
    ],
)
def test_a_gift_needs_something_to_be_sent(world: World, ask: Post, asked: dict[str, str], code: str) -> None:
    answer = ask(requestKey="k", recordId=world.contact(), **asked)

    assert (answer.json or {})["code"] == code


@pytest.mark.parametrize("header", ["", "Bearer gift_000000000000_x", "Bearer nothing", "Basic x"])
def test_nobody_gets_in_without_a_key(client: FlaskClient, header: str) -> None:
    answer = client.get("/api/v1/gift-campaigns", headers={"Authorization": header})

    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_a_key_opens_its_own_org_only(client: FlaskClient, key: dict[str, str]) -> None:
    answer = client.post("/api/v1/gifts", json={"orgId": "00D000000000002EAA"}, headers=key)

    assert answer.status_code == 403


def test_a_revoked_key_opens_nothing(world: World, client: FlaskClient, key: dict[str, str]) -> None:
    (kept,) = world.api_access.all()
    world.api_access.revoke(kept.key_id)

    assert client.get("/api/v1/gift-campaigns", headers=key).status_code == 401


def test_the_key_itself_is_kept_nowhere(world: World, key: dict[str, str]) -> None:
    (kept,) = world.api_access.all()

    assert key["Authorization"].split("_", 2)[2] not in repr(kept)
    assert len(kept.digest) == 64


def test_a_gift_can_be_looked_up_by_its_org(
    world: World, client: FlaskClient, ask: Post, key: dict[str, str]
) -> None:
    _, (member_id,) = mapped(world, leads=1)
    gift_key = (ask(campaignMemberId=member_id).json or {})["giftKey"]
    world.run_jobs()

    found = client.get(f"/api/v1/gifts/{gift_key}", headers=key)

    assert (found.json or {})["stage"] == "sent"
    assert client.get("/api/v1/gifts/unknown", headers=key).status_code == 404


def test_a_gift_that_was_not_sent_yet_is_called_off(
    world: World, client: FlaskClient, ask: Post, key: dict[str, str]
) -> None:
    _, (member_id,) = mapped(world, contacts=1)
    gift_key = (ask(campaignMemberId=member_id).json or {})["giftKey"]

    answer = client.post(f"/api/v1/gifts/{gift_key}/cancel", headers=key)
    world.run_jobs()

    assert (answer.status_code, (answer.json or {})["requestState"]) == (200, "failed")
    assert [gift.state for gift in ledger(world)] == [RequestState.FAILED]
    assert not world.provider.gifts


def test_canceling_says_that_the_platform_offers_no_way(
    world: World, client: FlaskClient, ask: Post, key: dict[str, str]
) -> None:
    _, (member_id,) = mapped(world, contacts=1)
    gift_key = (ask(campaignMemberId=member_id).json or {})["giftKey"]
    world.run_jobs()

    answer = client.post(f"/api/v1/gifts/{gift_key}/cancel", headers=key)

    assert answer.status_code == 501
    assert (answer.json or {})["code"] == "cancel_unsupported"


def test_what_can_be_sent_is_listed(client: FlaskClient, key: dict[str, str]) -> None:
    listed = client.get("/api/v1/gift-campaigns", headers=key).json or {}

    assert {"giftCampaignId", "name"} == set(listed["giftCampaigns"][0])


def test_a_preview_says_what_a_request_would_come_to_and_writes_nothing(
    world: World, client: FlaskClient, key: dict[str, str]
) -> None:
    link, _ = mapped(world)
    with world.store.write() as unit:
        unit.gift_budgets.save(GiftBudget(org_id=world.org_id, limit=Money(4000, "EUR")))
    asked = {"orgId": world.org_id, "requestKey": "k", "campaignId": link.campaign_id}

    good = client.post("/api/v1/gifts/preview", json={**asked, "recordId": world.contact()}, headers=key)
    bare = world.contact(Email=None, Gift_Opt_Out__c=True)
    bad = client.post("/api/v1/gifts/preview", json={**asked, "recordId": bare}, headers=key)

    told = good.json or {}
    assert (told["wouldSend"], told["reason"], told["missing"]) == (True, "", [])
    assert (told["cost"], told["budgetsLeft"], told["approval"]) == ("25.00 EUR", ["org: 40.00 EUR"], "")
    refused = bad.json or {}
    assert (bad.status_code, refused["wouldSend"]) == (200, False)
    assert refused["missing"] == ["no e-mail address", "opted out of gifts"]
    assert ledger(world) == []


def test_a_preview_names_the_gift_that_the_request_makes(
    world: World, client: FlaskClient, key: dict[str, str], ask: Post
) -> None:
    _, (member_id,) = mapped(world, contacts=1)
    asked = {"orgId": world.org_id, "campaignMemberId": member_id}

    before = client.post("/api/v1/gifts/preview", json=asked, headers=key)
    made = ask(campaignMemberId=member_id)
    after = client.post("/api/v1/gifts/preview", json=asked, headers=key)

    assert (before.json or {})["giftKey"] == (made.json or {})["giftKey"]
    assert ((after.json or {})["wouldSend"], (after.json or {})["reason"]) == (False, "already gifted")


def test_a_key_for_reading_sends_and_cancels_nothing(world: World, client: FlaskClient, ask: Post) -> None:
    _, (member_id,) = mapped(world, contacts=1)
    gift_key = (ask(campaignMemberId=member_id).json or {})["giftKey"]
    text, _ = world.api_access.create(world.org_id, "reports", Scope.READ)
    reading = {"Authorization": f"Bearer {text}"}
    asked = {"orgId": world.org_id, "campaignMemberId": member_id}

    sent = client.post("/api/v1/gifts", json=asked, headers=reading)
    canceled = client.post(f"/api/v1/gifts/{gift_key}/cancel", headers=reading)

    for refused in (sent, canceled):
        assert (refused.status_code, (refused.json or {})["code"]) == (403, "scope_missing")
    assert client.post("/api/v1/gifts/preview", json=asked, headers=reading).status_code == 200
    assert client.get(f"/api/v1/gifts/{gift_key}", headers=reading).status_code == 200
    assert client.get("/api/v1/gift-campaigns", headers=reading).status_code == 200


def test_the_use_of_a_key_is_noted_by_the_minute(
    world: World, client: FlaskClient, key: dict[str, str]
) -> None:
    client.get("/api/v1/gift-campaigns", headers=key)
    first = world.clock()
    world.clock.move(seconds=30)
    client.get("/api/v1/gift-campaigns", headers=key)

    (kept,) = world.api_access.all()
    assert kept.used_at == first


def test_an_org_that_calls_too_often_is_told_when_to_call_again(
    world: World, client: FlaskClient, key: dict[str, str]
) -> None:
    calls = [client.get("/api/v1/gifts/none", headers=key) for _ in range(51)]
    world.clock.move(seconds=1)

    assert [call.status_code for call in calls] == [404] * 50 + [429]
    assert (calls[-1].mimetype, calls[-1].headers["Retry-After"]) == ("application/problem+json", "1")
    assert client.get("/api/v1/gifts/none", headers=key).status_code == 404


@pytest.mark.parametrize("value", ["1e9999999", "99999999999", "NaN"])
def test_amounts_beyond_all_measure_are_refused(ask: Post, value: str) -> None:
    answer = ask(giftValue=value, giftCurrency="EUR")

    assert (answer.status_code, (answer.json or {})["code"]) == (422, "value_invalid")


def test_a_platform_that_does_not_answer_keeps_none_of_another_from_being_sent(
    world: World, client: FlaskClient, key: dict[str, str], ask: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = FakeProvider(world.clock)
    monkeypatch.setattr(
        world, "open_provider", lambda account_id: silent if account_id == "a-silent" else world.provider
    )
    monkeypatch.setattr(silent, "gift_campaigns", lambda: iter(never_answers()))
    with world.store.write() as unit:
        (account,) = unit.connections.accounts()
        unit.connections.save_account(replace(account, account_id="a-silent"))
    value = {"giftValue": "25", "giftCurrency": "EUR"}

    listed = client.get("/api/v1/gift-campaigns", headers=key)
    asked = ask(requestKey="k1", recordId=world.contact(), giftCampaignId="campaign-1", **value)
    unknown = ask(requestKey="k2", recordId=world.contact(), giftCampaignId="of-the-silent-one", **value)

    assert len((listed.json or {})["giftCampaigns"]) == 2
    assert (asked.json or {})["requestState"] == "planned"
    assert (unknown.status_code, (unknown.json or {})["code"]) == (503, "no_answer")


def never_answers() -> Iterator[GiftCampaign]:
    raise TemporaryError("the platform got no answer", code="no_answer")
    yield  # what makes it a list that fails when it is read


def test_accounts_of_another_org_are_neither_listed_nor_sent_from(
    world: World, client: FlaskClient, key: dict[str, str], ask: Post
) -> None:
    with world.store.write() as unit:
        (account,) = unit.connections.accounts()
        unit.connections.save_account(replace(account, org_id="00D000000000002EAA"))

    listed = client.get("/api/v1/gift-campaigns", headers=key).json or {}
    asked = {"giftCampaignId": "campaign-1", "giftValue": "25", "giftCurrency": "EUR"}
    refused = ask(requestKey="k", recordId=world.contact(), **asked)

    assert listed == {"giftCampaigns": []}
    assert (refused.json or {})["code"] == "gift_campaign_unknown"
