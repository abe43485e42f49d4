import json
from collections.abc import Mapping

import pytest
from sqlalchemy.exc import OperationalError

from connector.adapters.providers.andopen import AndOpen
from connector.domain.gift import RequestState
from connector.domain.inbox import InboxOutcome
from connector.errors import (
    AuthenticationFailed,
    ConnectorError,
    OutcomeUnknown,
    ProviderPaused,
    SignatureInvalid,
)
from connector.ports import GiftOrder, GiftRecipient, ProviderStatus, WebhookEvent
from connector.services.inbox.reconcile import SilenceReport
from connector.services.storage.hearing import InboxMessage
from tests.connector.world import ACCOUNT, World


def counts(world: World) -> dict[str, int]:
    with world.store.read() as unit:
        return unit.inbox.counts()


def test_a_repeated_delivery_is_kept_once(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    gift_id = next(iter(world.provider.gifts))
    headers, body = world.provider.event(gift_id, event_id="e1")

    first, second = (world.receive_event(ACCOUNT, headers, body) for _ in range(2))

    assert (first, second) == (True, False)
    assert counts(world) == {"received": 1}


def test_a_forged_delivery_leaves_no_trace(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    headers, body = world.provider.event(next(iter(world.provider.gifts)))

    with pytest.raises(SignatureInvalid):
        world.receive_event(ACCOUNT, headers, body + b" ")

    assert counts(world) == {}


def test_a_delivery_that_overtakes_its_answer_waits_for_the_row(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    gift_id = next(iter(world.provider.gifts))
    [gift] = world.gifts()
    with world.store.write() as unit:
        unit.gifts.change({gift.key: {"provider_gift_id": ""}})
    world.provider.move(gift_id, ProviderStatus.REDEEMED)
    world.deliver(gift_id)
    world.apply_events()
    assert counts(world) == {"unmatched": 1}

    with world.store.write() as unit:
        unit.gifts.change({gift.key: {"provider_gift_id": gift_id}})
    world.sweep()
    world.apply_events()

    assert counts(world) == {"applied": 1}
    assert world.gifts()[0].progress.stage == "claimed"


def test_a_body_that_nobody_understands_is_set_aside(world: World) -> None:
    with world.store.write() as unit:
        unit.inbox.add(
            InboxMessage(
                account_id=ACCOUNT,
                event_id="e1",
                headers={"Fake-Event-Id": "e1", "Fake-Event-Type": "gift.changed"},
                body=b"not json",
                received_at=world.clock(),
            )
        )

    world.apply_events()

    assert counts(world) == {"unreadable": 1}


def told_by_andopen(gift_id: str, first_name: str = "Ann") -> bytes:
    shown = {
        "id": gift_id,
        "status": "redeemed",
        "campaign_id": "campaign-1",
        "recipient": {"first_name": first_name, "last_name": "Lee", "email": "ann@example.com"},
        "created_at": "2026-03-02T10:30:00.000Z",
        "updated_at": "2026-03-02T10:30:00.000Z",
    }
    return json.dumps(shown).encode()


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param(told_by_andopen("g1", "J\ud83d"), "unmatched", id="a name cut within an emoji"),
        pytest.param(told_by_andopen("g1", "J\0"), "unmatched", id="a zero byte"),
        pytest.param(b"[" * 99_999, "unreadable", id="nested without end"),
    ],
)
def test_what_cannot_be_kept_of_a_delivery_stops_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, body: bytes, outcome: str
) -> None:
    world.sync(world.campaign(contacts=1))
    [ours] = world.gifts()
    andopen = AndOpen("https://api.andopen.co", "ao-v1-staging-x")
    monkeypatch.setattr(world.provider, "parse_webhook", andopen.parse_webhook)
    with world.store.write() as unit:
        for event_id, told in (("e1", body), ("e2", told_by_andopen(ours.provider_gift_id))):
            unit.inbox.add(
                InboxMessage(
                    account_id=ACCOUNT, event_id=event_id, headers={}, body=told, received_at=world.clock()
                )
            )

    world.apply_events()
    andopen.close()

    assert counts(world) == {outcome: 1, "applied": 1}
    assert world.gifts()[0].progress.stage == "claimed"


def test_every_event_is_in_the_history_with_what_it_did(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    gift_id = next(iter(world.provider.gifts))
    world.clock.move(hours=1)
    world.provider.move(gift_id, ProviderStatus.REDEEMED)
    for event_id in ("e1", "e2"):
        world.deliver(gift_id, event_id=event_id)

    world.apply_events()

    with world.store.read() as unit:
        history = unit.events.of(world.gifts()[0].key)
    assert [(event.stage, event.applied) for event in history] == [
        ("sent", True),
        ("claimed", True),
        ("claimed", False),
    ]


def test_a_silent_gift_is_asked_about(world: World) -> None:
    world.sync(world.campaign(contacts=2))
    first, second = list(world.provider.gifts)
    world.clock.move(hours=25)
    world.provider.move(first, ProviderStatus.DELIVERED)

    asked = world.reconcile()
    asked_again = world.reconcile()

    assert (asked, asked_again.asked) == (SilenceReport(asked=2, moved=1), 0)
    stages = {gift.provider_gift_id: gift.progress.stage for gift in world.gifts()}
    assert stages == {first: "delivered", second: "sent"}


@pytest.mark.parametrize("trouble", [AuthenticationFailed("refused"), ProviderPaused("wait")])
def test_a_platform_that_cannot_be_asked_now_is_asked_later(world: World, trouble: ConnectorError) -> None:
    world.sync(world.campaign(contacts=2))
    first, _ = list(world.provider.gifts)
    world.clock.move(hours=25)
    world.provider.move(first, ProviderStatus.DELIVERED)
    world.provider.read_failures = [trouble] * 2

    stopped = world.reconcile()
    world.provider.read_failures.clear()
    later = world.reconcile()

    assert stopped == SilenceReport()
    assert later == SilenceReport(asked=2, moved=1)


def test_a_gift_that_the_platform_forgot_stops_nobody(world: World) -> None:
    world.sync(world.campaign(contacts=2))
    first, _ = list(world.provider.gifts)
    del world.provider.gifts[first]
    world.clock.move(hours=25)

    assert world.reconcile() == SilenceReport(asked=2, moved=0, unanswered=1)
    assert world.reconcile().asked == 0


def test_a_delivery_that_the_adapter_fails_on_keeps_no_other_from_being_read(world: World) -> None:
    world.sync(world.campaign(contacts=2))
    first, second = list(world.provider.gifts)
    parse = world.provider.parse_webhook

    def fail_on_the_first(headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        if first.encode() in body:
            raise KeyError("a field that nobody foresaw")
        return parse(headers, body)

    world.provider.parse_webhook = fail_on_the_first  # type: ignore[method-assign]  # a defect of the adapter
    for gift_id in (first, second):
        world.provider.move(gift_id, ProviderStatus.REDEEMED)
        world.deliver(gift_id)

    world.apply_events()

    assert counts(world) == {"unreadable": 1, "applied": 1}
    with world.store.read() as unit:
        [unread] = unit.inbox.listed(outcome=InboxOutcome.UNREADABLE, limit=10)
    assert unread.reason == "adapter_defect"


def test_a_delivery_is_not_given_up_for_a_failure_of_ours(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    world.deliver(next(iter(world.provider.gifts)))
    parse = world.provider.parse_webhook

    def lose_the_database(headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        raise OperationalError("SELECT", (len(headers), body), Exception("server closed the connection"))

    world.provider.parse_webhook = lose_the_database  # type: ignore[method-assign]  # its circuit is read there
    with pytest.raises(OperationalError):
        world.apply_events()
    world.provider.parse_webhook = parse  # type: ignore[method-assign]  # the database is back

    assert counts(world) == {"received": 1}
    assert world.apply_events() == 1
    assert counts(world) == {"applied": 1}


def test_a_gift_that_is_older_than_the_request_does_not_answer_it(world: World) -> None:
    """Somebody sent this person the same gift last week, at the platform itself."""
    campaign = world.campaign(contacts=1)
    recipient = GiftRecipient("Ada", "Byron", "contact0@example.com")
    foreign = world.provider.request_gift(GiftOrder("", "campaign-1", recipient))
    world.clock.move(days=7)
    world.provider.lists_gifts = False
    world.provider.failures = [OutcomeUnknown("no answer")]
    world.sync(campaign)

    world.provider.move(foreign.provider_gift_id, ProviderStatus.DELIVERED)
    world.deliver(foreign.provider_gift_id)
    world.apply_events()

    [gift] = world.gifts()
    assert (gift.state, gift.provider_gift_id) == (RequestState.UNKNOWN, "")
    assert counts(world) == {"unmatched": 1}


def test_deliveries_about_gifts_of_others_are_not_read_again_at_every_sweep(world: World) -> None:
    """One request waits for a person, who may take weeks; the account sends gifts elsewhere too."""
    world.provider.lists_gifts = False
    world.provider.failures = [OutcomeUnknown("no answer")]
    world.sync(world.campaign(contacts=1))
    world.provider.gifts.clear()
    recipient = GiftRecipient("Charles", "Babbage", "charles@example.com")
    foreign = world.provider.request_gift(GiftOrder("", "campaign-1", recipient))
    world.deliver(foreign.provider_gift_id)
    world.apply_events()
    sweep, read = world.sweep, list[int]()

    for seconds in (0, 5, 5, 600, 5):
        world.clock.move(seconds=seconds)
        sweep()
        read.append(world.apply_events())
    world.provider.failures = [OutcomeUnknown("no answer")]
    world.sync(world.campaign(contacts=1, name="Autumn"))
    sweep()

    assert read == [1, 0, 0, 1, 0]
    assert world.apply_events() == 1
