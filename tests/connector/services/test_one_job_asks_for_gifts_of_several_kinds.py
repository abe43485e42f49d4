"""One job takes up gifts of one org, whichever account and gift campaign they are of."""

from threading import Barrier

from connector.domain.connections import ProviderAccount
from connector.domain.gift import RequestState
from connector.domain.inbox import InboxOutcome
from connector.domain.money import Money
from connector.errors import ConfigurationError
from connector.ports import GiftOrder, ProviderGift
from connector.services.gift_sync.link_campaign import LinkCampaign, WantedGift
from tests.connector.fakes import FakeProvider
from tests.connector.world import ACCOUNT, World

SECOND = "second"


def second_account(world: World) -> FakeProvider:
    platform = FakeProvider(world.clock)
    both = {ACCOUNT: world.provider, SECOND: platform}
    world.open_provider = both.__getitem__  # type: ignore[method-assign]  # two accounts instead of one
    with world.store.write() as unit:
        unit.connections.save_account(
            ProviderAccount(
                account_id=SECOND, provider="fake", base_url="us", token="token", webhook_secret="secret"
            )
        )
    return platform


def plan(world: World, account_id: str, gift_campaign_id: str = "campaign-1", *, contacts: int = 1) -> None:
    campaign = world.campaign(contacts=contacts, name=f"{account_id} {gift_campaign_id}")
    gift = WantedGift(account_id=account_id, gift_campaign_id=gift_campaign_id, value=Money(2500, "EUR"))
    link = LinkCampaign(world.store, world.open_org, world.open_provider, world.clock)(
        gift, org_id=world.org_id, campaign=campaign
    )
    world.plan_sync(link.link_id)


def answer_together(*platforms: FakeProvider) -> None:
    """Their first answers share a transaction."""
    barrier = Barrier(len(platforms), timeout=10)
    for platform in platforms:

        def request(order: GiftOrder, ask: object = platform.request_gift) -> ProviderGift:
            gift: ProviderGift = ask(order)  # type: ignore[operator]  # the platform's own
            barrier.wait()
            return gift

        platform.request_gift = request  # type: ignore[method-assign]  # waits for the other one


def test_deliveries_that_came_before_the_answers_are_read_again_for_every_account(world: World) -> None:
    second = second_account(world)
    plan(world, ACCOUNT)
    world.clock.move(seconds=1)
    plan(world, SECOND)
    ask = second.request_gift

    def ask_and_be_told_at_once(order: GiftOrder) -> ProviderGift:
        gift = ask(order)
        world.receive_event(SECOND, *second.event(gift.provider_gift_id))
        world.apply_events()
        return gift

    second.request_gift = ask_and_be_told_at_once  # type: ignore[method-assign]  # a webhook overtakes
    answer_together(world.provider, second)
    world.run_jobs()

    with world.store.read() as unit:
        [delivery] = unit.inbox.listed(outcome=None, limit=10)
    assert delivery.outcome is InboxOutcome.RECEIVED
    assert {gift.state for gift in world.gifts()} == {RequestState.SENT}


def test_a_gift_that_another_row_of_its_account_owns_is_noticed_beside_gifts_of_other_accounts(
    world: World,
) -> None:
    second = second_account(world)
    plan(world, SECOND)
    world.run_jobs()
    [taken] = second.gifts.values()
    plan(world, ACCOUNT)
    world.clock.move(seconds=1)
    plan(world, SECOND, "campaign-2")
    second.request_gift = lambda _order: taken  # type: ignore[method-assign]  # a platform that errs
    answer_together(world.provider, second)

    world.run_jobs()

    states = sorted(gift.state for gift in world.gifts())
    assert states == [RequestState.SENT, RequestState.SENT, RequestState.UNKNOWN]


def test_a_gift_campaign_that_is_gone_parks_its_own_gifts_alone(world: World) -> None:
    plan(world, ACCOUNT, "campaign-1", contacts=3)
    world.clock.move(seconds=1)
    plan(world, ACCOUNT, "campaign-2", contacts=3)
    requests = world.request_gifts
    ask, asked = world.provider.request_gift, list[str]()

    def refuse_the_first_campaign(order: GiftOrder) -> ProviderGift:
        asked.append(order.gift_campaign_id)
        if order.gift_campaign_id == "campaign-1":
            raise ConfigurationError("no such gift campaign", code="invalid_reference")
        return ask(order)

    world.provider.request_gift = refuse_the_first_campaign  # type: ignore[method-assign]  # see its name
    with world.store.write() as unit:
        gifts = world.gifts()
        unit.gifts.change({gift.key: {"job_id": gifts[0].job_id} for gift in gifts})
    requests(world.org_id, gifts[0].job_id)

    ended = {(gift.request.gift_campaign_id, gift.state) for gift in world.gifts()}
    assert ended == {("campaign-1", RequestState.PARKED), ("campaign-2", RequestState.SENT)}
    assert asked.count("campaign-2") == 3
