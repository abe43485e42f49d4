"""A gift that has not left is called off for good; one that has is not, and people are told what to do."""

import pytest

from connector.domain.gift import Gift, RequestState
from connector.domain.money import Money
from connector.domain.vocabulary import GiftStage
from connector.errors import CallerError, ConfigurationError
from connector.ports import GiftProvider, ProviderStatus
from connector.services.gifts.cancel_gift import CancelGift
from connector.services.sending.ask_for_gift import AskedGift
from connector.services.storage.gifts import GiftChanges
from tests.connector.world import World

REP = "robin@example.com"


@pytest.fixture
def gift(world: World) -> Gift:
    """Asked for, and not yet sent."""
    world.org.records |= {"Task": {}, "Gift__c": {}, "Campaign": {}}
    person = {"FirstName": "Ada", "LastName": "Byron", "Email": "ada@example.com"}
    consent = {"HasOptedOutOfEmail": False, "Gift_Opt_Out__c": False}
    return world.ask_for_gift(
        AskedGift(
            org_id=world.org_id,
            request_key="deal-1",
            record_id=world.org.add("Contact", **person, **consent),
            gift_campaign_id="campaign-1",
            value=Money(2500, "EUR"),
        )
    )


def sent(world: World, status: ProviderStatus | None = None) -> str:
    """Sent, and moved on where a status is given; the platform's id."""
    world.run_jobs()
    [gift_id] = world.provider.gifts
    if status is not None:
        world.clock.move(minutes=1)
        world.provider.move(gift_id, status)
        world.deliver(gift_id)
        world.apply_events()
    return gift_id


def refused(world: World, key: str) -> CallerError:
    with pytest.raises(CallerError) as refusal:
        world.cancel_gift(world.org_id, key, REP)
    return refusal.value


def test_a_gift_that_has_not_left_never_does(world: World, gift: Gift) -> None:
    canceled = world.cancel_gift(world.org_id, gift.key, REP)
    again = world.cancel_gift(world.org_id, gift.key, REP)
    world.run_jobs()

    assert (canceled.state, canceled.progress.stage) == (RequestState.FAILED, GiftStage.CANCELED)
    assert again == canceled
    assert world.provider.orders == []
    with world.store.read() as unit:
        entries = [(entry.actor, entry.action, entry.subject) for entry in unit.audit.all_of(world.org_id)]
    assert entries == [(REP, "gift.canceled", gift.key)]


def test_a_gift_that_salesforce_knows_is_shown_as_canceled_and_not_as_an_error(
    world: World, gift: Gift
) -> None:
    with world.store.write() as unit:
        parked = GiftChanges(state=RequestState.PARKED, intent_at=world.clock(), version=1)
        unit.gifts.change({gift.key: GiftChanges(**parked, sync_error="no room")})

    world.cancel_gift(world.org_id, gift.key, REP)
    world.clock.move(minutes=1)
    world.write_back(world.org_id)

    [record] = world.org.query(
        "SELECT Id, Send_Status__c, Order_Status__c, Canceled_Date__c, Sync_Error__c FROM Gift__c"
    )
    assert (record["Send_Status__c"], record["Order_Status__c"]) == ("Canceled", "Canceled")
    assert record["Canceled_Date__c"] is not None
    assert record["Sync_Error__c"] is None
    assert list(world.org.query("SELECT Id, Subject FROM Task")) == []


@pytest.mark.parametrize("state", [RequestState.SENDING, RequestState.UNKNOWN, RequestState.PLANNED])
def test_what_a_worker_has_taken_up_is_not_called_off(world: World, gift: Gift, state: RequestState) -> None:
    with world.store.write() as unit:
        unit.gifts.change({gift.key: GiftChanges(state=state, intent_at=world.clock())})

    error = refused(world, gift.key)

    assert error.code == "cancel_under_way"
    assert "Look again in some minutes" in error.remedy
    assert world.gifts()[0].state is state


@pytest.mark.parametrize(
    ("status", "code", "words", "remedy"),
    [
        (
            None,
            "cancel_unsupported",
            "no way to take one back",
            "Ask the fake platform to cancel the gift {id}.",
        ),
        (ProviderStatus.REDEEMED, "cancel_unsupported", "has claimed it", "Ask the fake platform"),
        (ProviderStatus.DISPATCHED, "cancel_too_late", "cannot be canceled any more", "Tell the recipient"),
        (ProviderStatus.DELIVERED, "cancel_too_late", "cannot be canceled any more", "Tell the recipient"),
    ],
)
def test_a_gift_that_the_platform_has_stays_as_it_is_and_it_is_said_why(
    world: World, gift: Gift, status: ProviderStatus | None, code: str, words: str, remedy: str
) -> None:
    gift_id = sent(world, status)
    [before] = world.gifts()

    error = refused(world, gift.key)

    assert (error.code, words in str(error)) == (code, True)
    assert remedy.format(id=gift_id) in error.remedy
    assert world.gifts() == [before]


def test_what_was_canceled_at_the_platform_needs_no_more(world: World, gift: Gift) -> None:
    sent(world, ProviderStatus.CANCELLED)

    assert world.cancel_gift(world.org_id, gift.key, REP).progress.stage is GiftStage.CANCELED


def test_an_account_that_was_taken_away_does_not_hide_what_to_do(world: World, gift: Gift) -> None:
    gift_id = sent(world)

    def gone(account_id: str) -> GiftProvider:
        raise ConfigurationError(f"no account {account_id}", code="unknown_account")

    with pytest.raises(CallerError) as refusal:
        CancelGift(world.store, gone, world.clock)(world.org_id, gift.key, REP)

    assert f"Ask the gifting platform to cancel the gift {gift_id}." in refusal.value.remedy


def test_another_orgs_gift_is_unknown(world: World, gift: Gift) -> None:
    with pytest.raises(CallerError) as refusal:
        world.cancel_gift("00D000000000009EAA", gift.key, REP)

    assert refusal.value.code == "unknown_gift"
    assert world.gifts()[0].state is RequestState.PLANNED
