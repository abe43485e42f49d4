"""What waits for an account that is gone, or whose credentials are refused, until it works."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connector.domain.circuit import Circuit
from connector.domain.connections import ProviderAccount
from connector.domain.gift import ACCOUNT_GONE, RequestState
from connector.domain.inbox import InboxOutcome
from connector.errors import (
    AdminError,
    AuthenticationFailed,
    ConfigurationError,
    OutcomeUnknown,
    PermissionMissing,
)
from connector.ports import GiftProvider, ProviderStatus, WebhookEvent
from connector.services.connections.account_state import ConnectAccount, ResumeAccounts
from connector.services.jobs import DispatchJobs, Job
from connector.services.requesting.settle_unknown import SettleUnknown
from tests.connector.world import ACCOUNT, World


def deliveries(world: World) -> dict[str, int]:
    """How many ended how."""
    with world.store.read() as unit:
        return unit.inbox.counts()


def no_account(_: str) -> GiftProvider:
    raise ConfigurationError("No provider account", code=ACCOUNT_GONE)


def account(token: str = "token") -> ProviderAccount:
    return ProviderAccount(
        account_id=ACCOUNT, provider="fake", base_url="us", token=token, webhook_secret="secret"
    )


def told_of_a_claim(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    [gift_id] = world.provider.gifts
    world.provider.move(gift_id, ProviderStatus.REDEEMED)
    world.deliver(gift_id)


def test_a_delivery_of_an_account_that_is_gone_is_parked_and_read_once_the_account_is_added_again(
    world: World,
) -> None:
    told_of_a_claim(world)
    without = replace(world.apply_events, open_provider=no_account)

    parked, tried_again = without(), 0
    for _ in range(3):
        world.clock.move(hours=1)
        tried_again += without()
    with world.store.read() as unit:
        [delivery] = unit.inbox.listed(outcome=InboxOutcome.PARKED, limit=5)
    ConnectAccount(world.store, lambda _: world.provider, world.clock)(account())
    world.apply_events()

    assert (parked, tried_again) == (1, 0)
    assert delivery.reason == "unknown_account"
    assert deliveries(world) == {"applied": 1}
    assert world.gifts()[0].progress.stage == "claimed"


def test_a_delivery_that_the_credentials_do_not_let_read_waits_until_the_account_works_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_of_a_claim(world)
    resume = ResumeAccounts(world.store, world.open_provider, world.clock)

    def refuse(*_: object) -> WebhookEvent:
        raise AuthenticationFailed("no", code="invalid_token")

    with monkeypatch.context() as patch:
        patch.setattr(world.provider, "parse_webhook", refuse)
        world.apply_events()
    with world.store.write() as unit:
        [delivery] = unit.inbox.listed(outcome=InboxOutcome.PARKED, limit=5)
        unit.circuits.save(ACCOUNT, Circuit().refused_credentials("invalid_token", now=world.clock()))
    resume()
    still = deliveries(world)
    with world.store.write() as unit:
        unit.circuits.save(ACCOUNT, Circuit())
    resume()
    world.apply_events()

    assert delivery.reason == "credentials refused: invalid_token"
    assert still == {"parked": 1}
    assert deliveries(world) == {"applied": 1}


def test_a_delivery_that_a_person_must_make_readable_is_not_tried_until_somebody_has_acted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_of_a_claim(world)

    def refuse(*_: object) -> WebhookEvent:
        raise PermissionMissing("no right to read orders", code="forbidden")

    with monkeypatch.context() as patch:
        patch.setattr(world.provider, "parse_webhook", refuse)
        world.apply_events()
    ResumeAccounts(world.store, world.open_provider, world.clock)()
    waiting = deliveries(world)
    ConnectAccount(world.store, lambda _: world.provider, world.clock)(account("one that may"))
    world.apply_events()

    assert waiting == {"parked": 1}
    assert deliveries(world) == {"applied": 1}


def test_gifts_of_an_account_that_is_gone_are_sent_once_it_is_added_again(world: World) -> None:
    link = world.link(world.campaign(contacts=2))
    world.plan_sync(link.link_id)
    without = replace(world.request_gifts, open_provider=no_account)
    DispatchJobs(world.store, world.engine, world.checkpoint)()
    world.engine.run({Job.REQUEST_GIFTS: without, Job.WRITE_BACK: world.write_back})
    parked = {gift.state for gift in world.gifts()}

    ConnectAccount(world.store, lambda _: world.provider, world.clock)(account())
    world.run_jobs()

    assert parked == {RequestState.PARKED}
    assert {gift.state for gift in world.gifts()} == {RequestState.SENT}
    assert len(world.provider.orders) == 2


def test_a_request_of_unknown_outcome_is_looked_up_seldom_while_its_account_is_gone(world: World) -> None:
    world.provider.failures.append(OutcomeUnknown("cut off"))
    world.sync(world.campaign(contacts=1))
    [unknown] = world.gifts()
    without = SettleUnknown(world.store, no_account, world.clock, world.checkpoint)

    without([unknown])
    [put_off] = world.gifts()

    assert put_off.state is RequestState.UNKNOWN
    assert put_off.next_attempt_at == world.clock() + timedelta(minutes=15)
    assert put_off.last_error == "No provider account"


@pytest.mark.parametrize(
    ("refusal", "sent"),
    [
        pytest.param(AuthenticationFailed("no", code="invalid_token"), 0, id="credentials"),
        pytest.param(ConfigurationError("out of stock", code="out_of_stock"), 2, id="out of stock"),
    ],
)
def test_a_run_tries_again_what_time_may_have_mended_and_leaves_what_an_account_waits_for(
    world: World, refusal: AdminError, sent: int
) -> None:
    link = world.link(world.campaign(contacts=2))
    world.provider.failures += [refusal] * 2
    world.plan_sync(link.link_id)
    world.run_jobs()
    before = {gift.key: (gift.state, gift.version) for gift in world.gifts()}
    world.provider.failures.clear()

    world.plan_sync(link.link_id)
    world.run_jobs()

    after = {gift.key: (gift.state, gift.version) for gift in world.gifts()}
    assert {state for state, _ in before.values()} == {RequestState.PARKED}
    assert len(world.provider.gifts) == sent
    assert (after == before) is (sent == 0)
