from dataclasses import replace

from connector.domain.vocabulary import GiftStage
from connector.ports import GiftProvider, ProviderStatus
from connector.services.inbox.apply_event import ApplyEvents
from tests.connector.world import ACCOUNT, World


def test_an_account_is_opened_once_for_all_of_its_deliveries(world: World) -> None:
    world.sync(world.campaign(contacts=5))
    for gift_id in list(world.provider.gifts):
        world.clock.move(hours=1)
        world.provider.move(gift_id, ProviderStatus.REDEEMED)
        world.deliver(gift_id)
    opened: list[str] = []

    def open_provider(account_id: str) -> GiftProvider:
        opened.append(account_id)
        return world.open_provider(account_id)

    apply_events: ApplyEvents = replace(world.apply_events, open_provider=open_provider)

    taken = apply_events()

    assert taken == 5
    assert opened == [ACCOUNT]
    with world.store.read() as unit:
        assert unit.inbox.counts() == {"applied": 5}
    assert {gift.progress.stage for gift in world.gifts()} == {GiftStage.CLAIMED}
