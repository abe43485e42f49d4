"""A retired account offers no gifts; what was sent from it is followed to its end."""

import pytest

from connector.domain.money import Money
from connector.errors import CallerError, ConfigurationError
from connector.ports import ProviderStatus
from connector.services.connections.retire_account import RetireAccount
from connector.services.gift_sync.gift_campaign_choice import GiftCampaignChoice
from connector.services.gift_sync.manage_link import ManageLink
from connector.services.sending.ask_for_gift import AskedGift
from connector.services.sending.gift_catalogue import GiftCatalogue
from tests.connector.world import ACCOUNT, World


@pytest.fixture
def retire(world: World) -> RetireAccount:
    return RetireAccount(world.store, world.clock)


def offered(world: World) -> list[str]:
    """By every way that a new gift can begin."""
    choice = GiftCampaignChoice(world.store, world.open_provider)(world.org_id)
    found = [campaign.name for campaigns in choice.campaigns.values() for campaign in campaigns]
    catalogue = GiftCatalogue(world.store, world.open_provider, world.clock)
    if found:
        assert [offer.campaign.name for offer in catalogue.offers(world.org_id)] == found
    else:
        with pytest.raises(ConfigurationError, match="has no account"):
            catalogue.offers(world.org_id)
    return found


def ask(world: World) -> None:
    contact = world.contact(LastName="Byron", Email="ada@example.com")
    world.ask_for_gift(
        AskedGift(
            org_id=world.org_id,
            request_key="deal",
            record_id=contact,
            gift_campaign_id="campaign-1",
            value=Money(2500, "EUR"),
        )
    )


def test_a_retired_account_offers_nothing_until_it_is_used_again(world: World, retire: RetireAccount) -> None:
    before = offered(world)

    retire(ACCOUNT, actor="ada")
    meanwhile = offered(world)
    with pytest.raises(CallerError, match="No gift campaign"):
        ask(world)
    with pytest.raises(ConfigurationError, match="no account"):
        world.link(world.campaign(contacts=1))
    retire.use_again(ACCOUNT, actor="ada")

    assert (before, meanwhile, offered(world)) == (["Welcome", "Thanks"], [], ["Welcome", "Thanks"])
    ask(world)
    assert len(world.gifts()) == 1


def test_what_was_sent_from_a_retired_account_is_followed_to_its_end(
    world: World, retire: RetireAccount
) -> None:
    ask(world)
    retire(ACCOUNT, actor="ada")
    world.run_jobs()
    [gift_id] = world.provider.gifts

    world.provider.move(gift_id, ProviderStatus.DELIVERED)
    world.deliver(gift_id)
    world.apply_events()
    world.write_back(world.org_id)

    [gift] = world.org.records["Gift__c"].values()
    assert (gift["Order_Status__c"], gift["Provider__c"]) == ("Delivered", "fake")


def test_an_account_that_campaigns_are_linked_with_stays_in_use(world: World, retire: RetireAccount) -> None:
    links = [world.link(world.campaign(contacts=1, name=f"Fair {number}")) for number in range(5)]

    with pytest.raises(ConfigurationError, match="Fair 0, Fair 1, Fair 2 and 2 more Campaigns") as refusal:
        retire(ACCOUNT, actor="ada")
    manage = ManageLink(world.store, world.open_org, world.clock)
    for link in links:
        manage.remove(world.org_id, link.link_id, actor="ada")
    retire(ACCOUNT, actor="ada")

    assert "Remove these links" in refusal.value.remedy
    assert offered(world) == []


def test_each_change_is_in_the_audit_log_once(world: World, retire: RetireAccount) -> None:
    for _ in range(2):
        retire(ACCOUNT, actor="ada")
    for _ in range(2):
        retire.use_again(ACCOUNT, actor="bob")

    with world.store.read() as unit:
        entries = unit.audit.listed("", before=None, limit=10, subject=ACCOUNT)
    assert [(entry.actor, entry.action) for entry in entries] == [
        ("bob", "account.used_again"),
        ("ada", "account.retired"),
    ]


def test_an_account_that_is_not_there_is_named(retire: RetireAccount) -> None:
    with pytest.raises(ConfigurationError, match="nowhere"):
        retire("nowhere", actor="ada")
