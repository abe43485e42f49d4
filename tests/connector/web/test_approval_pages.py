"""Approvals: which gifts wait, and who decides about them."""

from flask.testing import FlaskClient

from connector.domain.gift import RequestState
from connector.domain.money import Money
from connector.errors import ConfigurationError
from tests.connector.web.gifts_on_pages import (
    OTHER_USER,
    ask,
    now,
    post,
    signed_in_manager,
    wait_for_approval,
)
from tests.connector.web.world_behind import WorldBehindTheWeb
from tests.connector.world import ACCOUNT


def test_gifts_are_approved_and_refused_on_the_page(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    wait_for_approval(behind)
    first, second = ask(behind, 1, sender=OTHER_USER), ask(behind, 2, sender=OTHER_USER)
    own = ask(behind, 3)
    session = signed_in_manager(behind, client)

    before = client.get("/approvals/").text
    no_reason, page = post(client, session, "/approvals/", key=first.key, decision="refuse", note="")
    post(client, session, "/approvals/", key=first.key, decision="approve", note="")
    post(client, session, "/approvals/", key=second.key, decision="refuse", note="Too much")
    _, mine = post(client, session, "/approvals/", key=own.key, decision="approve", note="")

    assert "3 gifts wait" in before
    assert "Sent by you" in before
    assert (no_reason, "Say why the gift is refused" in page) == (200, True)
    assert now(behind, first.key).state is RequestState.PLANNED
    assert now(behind, second.key).approval.note == "Too much"
    assert "somebody else must decide" in mine
    assert now(behind, own.key).state is RequestState.AWAITING_APPROVAL


def test_which_gifts_wait_is_set_on_a_page(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    session = signed_in_manager(behind, client)

    wrong, page = post(client, session, "/approvals/rules", above="much", currency="EUR", days="0")
    post(
        client,
        session,
        "/approvals/rules",
        above="20.00",
        currency="eur",
        days="5",
        four_eyes="1",
        gift_campaign=f"{ACCOUNT} campaign-2",
    )

    assert (wrong, "is not an amount" in page, "Between 1 and 365 days" in page) == (200, True, True)
    with behind.world.store.read() as unit:
        rules = unit.approval_rules.of_org(behind.world.org_id)
    assert (rules.above, rules.days, rules.four_eyes) == (Money(2000, "EUR"), 5, True)
    assert rules.gift_campaigns == {(ACCOUNT, "campaign-2"): "Thanks"}


def test_rules_can_be_set_while_the_platform_does_not_answer(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    wait_for_approval(behind)
    signed_in_manager(behind, client)
    behind.world.provider.read_failures = [ConfigurationError("down", code="down")]

    page = client.get("/approvals/rules").text

    assert "Welcome" in page
