"""A gift may wait for long: whoever opts out, or goes, in the meantime gets none."""

from datetime import timedelta

import pytest

from connector.domain.circuit import Circuit, CircuitState
from connector.domain.connections import ProviderAccount
from connector.domain.gift import RequestState
from connector.errors import AuthenticationFailed, QuotaReached, TemporaryError
from connector.services.connections.account_state import ConnectAccount
from connector.services.privacy.privacy import Privacy
from tests.connector.world import ACCOUNT, World


def states(world: World) -> list[str]:
    return sorted(gift.state for gift in world.gifts())


def with_new_credentials(world: World) -> None:
    world.provider.failures = []
    account = ProviderAccount(
        account_id=ACCOUNT, provider="fake", base_url="us", token="new", webhook_secret="secret"
    )
    ConnectAccount(world.store, lambda _: world.provider, world.clock)(account)
    world.run_jobs()


def parked(world: World, contacts: int = 2) -> str:
    """The platform refuses our credentials for days; the Campaign."""
    world.provider.failures = [AuthenticationFailed("no", code="invalid_token")] * contacts
    campaign = world.campaign(contacts=contacts)
    world.sync(campaign)
    world.clock.move(days=3)
    return campaign


@pytest.mark.parametrize("opt_out", ["Gift_Opt_Out__c", "HasOptedOutOfEmail"])
def test_who_opts_out_while_a_gift_is_parked_gets_none_once_the_account_works(
    world: World, opt_out: str
) -> None:
    parked(world)
    first, second = world.gifts()
    world.org.change(first.request.person.contact_id, **{opt_out: True})

    with_new_credentials(world)
    world.write_back(world.org_id)

    assert states(world) == [RequestState.FAILED, RequestState.SENT]
    assert [order.dedupe_key for order in world.provider.orders] == [second.key]
    told = {row["External_Id__c"]: row["Sync_Error__c"] for row in world.org.records["Gift__c"].values()}
    assert "opted out" in told[first.key]


def test_while_the_org_does_not_answer_nothing_old_is_sent_and_later_it_is(world: World) -> None:
    parked(world)
    world.org.next_failures = [QuotaReached("used up", code="api_floor", retry_after_seconds=600.0)]

    with_new_credentials(world)
    at_once, [first, _] = states(world), world.gifts()
    world.clock.move(seconds=601)
    world.sweep()
    world.run_jobs()

    assert at_once == [RequestState.PLANNED] * 2
    assert first.next_attempt_at == world.clock() - timedelta(seconds=1)
    assert states(world) == [RequestState.SENT] * 2


def test_a_gift_that_leaves_at_once_costs_no_question(world: World) -> None:
    link = world.link(world.campaign(contacts=2))
    world.plan_sync(link.link_id)
    world.org.calls.clear()

    world.run_jobs()

    assert states(world) == [RequestState.SENT] * 2
    assert not world.org.calls


def test_while_the_platform_is_out_of_order_its_old_gifts_spend_no_calls_of_the_org(world: World) -> None:
    world.plan_sync(world.link(world.campaign(contacts=2)).link_id)
    world.clock.move(hours=6)
    until = world.clock() + timedelta(minutes=10)
    with world.store.write() as unit:
        unit.circuits.save(ACCOUNT, Circuit(CircuitState.OPEN, 5, until, "http_503"))
    world.org.calls.clear()

    world.run_jobs()

    assert {(gift.state, gift.next_attempt_at) for gift in world.gifts()} == {(RequestState.PLANNED, until)}
    assert world.provider.orders == []
    assert not world.org.calls


def test_who_is_taken_off_the_campaign_while_a_request_is_to_be_made_again_gets_none(world: World) -> None:
    world.provider.failures = [TemporaryError("busy", retry_after_seconds=3_000)]
    campaign = world.campaign(contacts=1)
    world.sync(campaign)
    [member] = world.org.records["CampaignMember"]
    world.org.delete(member)
    world.clock.move(minutes=51)

    world.sync(campaign)
    world.sweep()
    world.run_jobs()

    assert world.provider.orders == []
    assert states(world) == [RequestState.FAILED]


@pytest.mark.parametrize(
    "failure", [TemporaryError("busy"), AuthenticationFailed("no", code="invalid_token")]
)
def test_who_was_erased_is_not_asked_for_again(
    world: World, failure: TemporaryError | AuthenticationFailed
) -> None:
    world.provider.failures = [failure]
    world.sync(world.campaign(contacts=1))
    [gift] = world.gifts()

    Privacy(world.store, world.open_org, world.clock).erase(
        world.org_id, gift.request.recipient.email, actor="cli"
    )
    world.clock.move(minutes=30)
    with_new_credentials(world)
    world.sweep()
    world.run_jobs()

    [gift] = world.gifts()
    assert (gift.state, gift.attempts) == (RequestState.FAILED, 1)
    assert "erased" in gift.last_error
