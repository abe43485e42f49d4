"""Gifts that are called off, tried again, replaced or settled on their page."""

import pytest
from flask.testing import FlaskClient

from connector.domain.budget import GiftBudget
from connector.domain.gift import RequestState
from connector.domain.inbox import InboxOutcome
from connector.domain.money import Money
from connector.domain.portal_session import Role
from connector.errors import ConfigurationError, OutcomeUnknown, PermanentError
from tests.connector.web.gifts_on_pages import ask, now, post, signed_in_manager, wait_for_approval
from tests.connector.web.world_behind import WorldBehindTheWeb
from tests.connector.world import ACCOUNT


def test_a_gift_that_the_platform_has_says_how_it_is_canceled_there(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = behind.signed_in(client, Role.SENDER)
    gift = ask(behind)
    waiting = client.get(f"/gifts/{gift.key}").text
    behind.world.run_jobs()

    page = client.get(f"/gifts/{gift.key}").text
    status, refusal = post(client, session, f"/gifts/{gift.key}/cancel")

    assert waiting.index("Cancel the gift</summary>") < waiting.index("Cancel it for good</button>")
    assert "Cancel the gift</summary>" not in page
    assert status == 422
    for text in (page, refusal):
        assert "no way to take one back" in text
        assert f"Ask the fake platform to cancel the gift {now(behind, gift.key).provider_gift_id}" in text
    assert now(behind, gift.key).state is RequestState.SENT


def test_a_failed_gift_is_tried_again(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    session = signed_in_manager(behind, client)
    gift = ask(behind)
    behind.world.provider.failures = [PermanentError("refused", code="no")]
    behind.world.run_jobs()

    status, page = post(client, session, f"/gifts/{gift.key}/retry")
    behind.world.run_jobs()

    assert (status, "The gift is tried again." in page) == (200, True)
    assert now(behind, gift.key).state is RequestState.SENT
    assert len(behind.world.provider.orders) == 1
    assert "gift.retried" in client.get(f"/gifts/{gift.key}").text


def test_a_parked_gift_is_tried_again_and_not_for_who_opted_out(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = signed_in_manager(behind, client)
    gift = ask(behind)
    behind.world.provider.failures = [ConfigurationError("no campaign", code="gone")]
    behind.world.run_jobs()
    behind.world.org.change(gift.request.person.record_id, HasOptedOutOfEmail=True)
    unwilling, page = post(client, session, f"/gifts/{gift.key}/retry")
    behind.world.org.change(gift.request.person.record_id, HasOptedOutOfEmail=False)

    willing, _ = post(client, session, f"/gifts/{gift.key}/retry")

    assert (unwilling, willing) == (422, 200)
    assert "opted out of e-mail" in page
    assert now(behind, gift.key).state is RequestState.PLANNED


def test_a_failed_gift_is_not_tried_again_beyond_the_budget(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = signed_in_manager(behind, client)
    gift = ask(behind)
    behind.world.provider.failures = [PermanentError("refused", code="no")]
    behind.world.run_jobs()
    limit = GiftBudget(org_id=behind.world.org_id, limit=Money(2499, "EUR"))
    behind.world.set_terms.budget(limit, "mia@example.com")

    status, page = post(client, session, f"/gifts/{gift.key}/retry")

    assert status == 422
    assert "the budget of the period is used up" in page
    assert now(behind, gift.key).state is RequestState.FAILED


def test_a_canceled_gift_is_replaced_once_by_a_new_one(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    world = behind.world
    session = signed_in_manager(behind, client)
    old = ask(behind)
    world.run_jobs()
    [gift_id] = world.provider.gifts
    not_yet, _ = post(client, session, f"/gifts/{old.key}/resend")
    world.provider.cancel(gift_id)
    world.deliver(gift_id)
    world.apply_events()

    first, page = post(client, session, f"/gifts/{old.key}/resend")
    second, _ = post(client, session, f"/gifts/{old.key}/resend")
    world.run_jobs()

    assert (not_yet, first, second) == (422, 200, 200)
    [new] = [gift for gift in world.gifts() if gift.key != old.key]
    assert new.request.resent_from == old.key
    assert f'href="/gifts/{old.key}"' in page
    assert f'href="/gifts/{new.key}"' in client.get(f"/gifts/{old.key}").text
    assert len(world.provider.orders) == 2
    assert {order.dedupe_key for order in world.provider.orders} == {old.key, new.key}


def test_a_replacement_waits_for_approval_as_any_gift(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    session = signed_in_manager(behind, client)
    old = ask(behind)
    post(client, session, f"/gifts/{old.key}/cancel")
    wait_for_approval(behind)

    post(client, session, f"/gifts/{old.key}/resend")
    behind.world.run_jobs()

    assert sorted(gift.state for gift in behind.world.gifts()) == ["awaiting_approval", "failed"]
    assert behind.world.provider.orders == []


@pytest.mark.parametrize("was_sent", ["yes", "no"])
def test_a_request_without_an_answer_is_settled_with_one_click(
    behind: WorldBehindTheWeb, client: FlaskClient, was_sent: str
) -> None:
    world = behind.world
    session = signed_in_manager(behind, client)
    world.provider.lists_gifts = False
    world.provider.failures = [OutcomeUnknown("no answer")]
    gift = ask(behind)
    world.run_jobs()
    gift_id = next(iter(world.provider.gifts))
    assert "It was sent, with this id" in client.get(f"/gifts/{gift.key}").text

    status, page = post(
        client, session, f"/gifts/{gift.key}/settle", was_sent=was_sent, provider_gift_id=gift_id
    )

    assert (status, "is settled" in page) == (200, True)
    assert now(behind, gift.key).state is (RequestState.SENT if was_sent == "yes" else RequestState.PLANNED)
    assert "gift.settled_by_hand" in page


def test_a_webhook_of_this_gift_is_read_again_and_no_other(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    world = behind.world
    session = signed_in_manager(behind, client)
    one, two = ask(behind, 1), ask(behind, 2)
    world.run_jobs()
    for gift in (one, two):
        world.deliver(now(behind, gift.key).provider_gift_id)
    world.apply_events()
    with world.store.read() as unit:
        of_one = unit.gift_pages.deliveries(ACCOUNT, now(behind, one.key).provider_gift_id, limit=5)[0]

    wrong, _ = post(client, session, f"/gifts/{two.key}/replay", delivery=str(of_one.message_id))
    right, _ = post(client, session, f"/gifts/{one.key}/replay", delivery=str(of_one.message_id))

    assert (wrong, right) == (422, 200)
    with world.store.read() as unit:
        assert [m.message_id for m in unit.inbox.listed(outcome=InboxOutcome.RECEIVED, limit=5)] == [
            of_one.message_id
        ]
