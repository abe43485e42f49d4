from collections.abc import Iterator
from datetime import datetime

import pytest

from connector.domain.gift import RequestState
from connector.errors import ConnectorError, LookUpUnsupported, OutcomeUnknown, TemporaryError
from connector.ports import GiftOrder, GiftRecipient, ProviderGift
from tests.connector.world import PATIENCE, World


def send_and_lose(world: World, campaign: str) -> None:
    """The request is lost on its way: the platform has no gift of it."""
    known = dict(world.provider.gifts)
    world.provider.failures = [OutcomeUnknown("no answer")]
    world.sync(campaign)
    world.provider.gifts = known


def test_a_gift_that_is_older_than_a_request_is_not_taken_for_its_outcome(world: World) -> None:
    """Rows are looked up together, since the first of them was asked for."""
    first, second = world.campaign(name="First"), world.campaign(name="Second")
    world.contact_member(first, Email="first@example.com")
    world.contact_member(second, Email="second@example.com")
    send_and_lose(world, first)
    world.clock.move(minutes=10)
    recipient = GiftRecipient("Ada", "Byron", "second@example.com")
    foreign = world.provider.request_gift(GiftOrder("", "campaign-1", recipient))
    world.clock.move(minutes=10)
    send_and_lose(world, second)

    world.clock.move(seconds=PATIENCE.in_flight_seconds + 1)
    world.sweep()
    world.run_jobs()

    gifts = world.gifts()
    assert {gift.state for gift in gifts} == {RequestState.SENT}
    assert foreign.provider_gift_id not in {gift.provider_gift_id for gift in gifts}


@pytest.mark.parametrize("answer", [LookUpUnsupported("no list"), TemporaryError("busy")])
def test_a_row_that_a_webhook_settled_during_the_look_up_stays_as_it_is(
    world: World, answer: ConnectorError
) -> None:
    world.provider.failures = [OutcomeUnknown("no answer")]
    world.sync(world.campaign(contacts=1))
    gift_id = next(iter(world.provider.gifts))

    def be_told_meanwhile(*_: str, **__: datetime) -> Iterator[ProviderGift]:
        world.deliver(gift_id)
        world.apply_events()
        raise answer

    world.provider.find_gifts = be_told_meanwhile  # type: ignore[method-assign]  # what happens meanwhile
    world.clock.move(seconds=PATIENCE.in_flight_seconds + 1)
    world.sweep()
    world.run_jobs()

    [gift] = world.gifts()
    assert (gift.state, gift.provider_gift_id) == (RequestState.SENT, gift_id)
    assert (gift.next_attempt_at, gift.last_error) == (None, "")
