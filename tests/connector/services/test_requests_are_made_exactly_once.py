import threading
from collections import Counter
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from connector.domain.gift import RequestState
from connector.errors import (
    AuthenticationFailed,
    CallerError,
    OutcomeUnknown,
    ProviderPaused,
    TemporaryError,
)
from connector.ports import GiftOrder, GiftRecipient, ProviderGift, ProviderStatus
from connector.services.connections.account_state import ResumeAccounts
from connector.services.requesting.settle_unknown import match
from connector.services.storage.gifts import GiftChanges
from connector.services.storage.store import Unit
from tests.connector.world import PATIENCE, World


def states(world: World) -> list[RequestState]:
    return [gift.state for gift in world.gifts()]


def test_a_second_sync_sends_nothing_again(world: World) -> None:
    campaign = world.campaign(contacts=3)
    world.sync(campaign)

    report = world.sync(campaign)

    assert report.run.planned == 0
    assert report.run.skips == {"already gifted": 3}
    assert len(world.provider.orders) == 3


def test_a_job_that_runs_twice_sends_nothing_again(world: World) -> None:
    world.sync(world.campaign(contacts=3))
    job_id = world.gifts()[0].job_id

    world.request_gifts(world.org_id, job_id)

    assert len(world.provider.orders) == 3


def test_a_request_without_an_answer_is_looked_up_and_found(world: World) -> None:
    world.provider.failures = [OutcomeUnknown("no answer")]
    world.sync(world.campaign(contacts=2))
    assert sorted(states(world)) == [RequestState.SENT, RequestState.UNKNOWN]

    world.clock.move(seconds=PATIENCE.in_flight_seconds + 1)
    world.sweep()
    world.run_jobs()

    assert states(world) == [RequestState.SENT] * 2
    assert len(world.provider.orders) == 2


def test_what_was_cut_off_before_it_left_is_sent_after_the_look_up(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    world.provider.gifts.clear()
    world.provider.orders.clear()
    [gift] = world.gifts()
    with world.store.write() as unit:
        unit.gifts.change(
            {
                gift.key: GiftChanges(
                    state=RequestState.SENDING,
                    owner=world.worker.at_a_job().owner,
                    provider_gift_id="",
                    lease_until=world.clock() + PATIENCE.lease,
                )
            }
        )

    world.restart()
    world.request_gifts(world.org_id, gift.job_id)
    sent_too_early = len(world.provider.orders)
    world.clock.move(seconds=PATIENCE.in_flight_seconds + 1)
    world.sweep()
    world.run_jobs()

    assert sent_too_early == 0
    assert states(world) == [RequestState.SENT]
    assert len(world.provider.orders) == 1


@pytest.mark.parametrize("is_same_worker", [False, True])
def test_a_row_that_a_job_of_a_living_worker_sends_is_left_alone(
    world: World, *, is_same_worker: bool
) -> None:
    world.sync(world.campaign(contacts=1))
    [gift] = world.gifts()
    owner = world.worker.at_a_job().owner if is_same_worker else "other/boot"
    held = GiftChanges(state=RequestState.SENDING, owner=owner, lease_until=world.clock() + PATIENCE.lease)
    with world.store.write() as unit:
        unit.gifts.change({gift.key: held})

    world.request_gifts(world.org_id, gift.job_id)

    assert world.gifts()[0].owner == owner
    assert len(world.provider.orders) == 1


def test_without_a_look_up_the_row_waits_and_is_never_sent_blindly(world: World) -> None:
    world.provider.lists_gifts = False
    world.provider.failures = [OutcomeUnknown("no answer")]
    world.sync(world.campaign(contacts=1))

    for _ in range(3):
        world.clock.move(hours=1)
        world.sweep()
        world.run_jobs()

    [gift] = world.gifts()
    assert (gift.state, gift.next_attempt_at) == (RequestState.UNKNOWN, None)
    assert len(world.provider.orders) == 1


def test_a_webhook_settles_the_row_that_waits_for_its_gift(world: World) -> None:
    world.provider.lists_gifts = False
    world.provider.failures = [OutcomeUnknown("no answer")]
    world.sync(world.campaign(contacts=1))
    gift_id = next(iter(world.provider.gifts))

    world.provider.move(gift_id, ProviderStatus.REDEEMED)
    world.deliver(gift_id)
    world.apply_events()

    [gift] = world.gifts()
    assert (gift.state, gift.provider_gift_id) == (RequestState.SENT, gift_id)


def test_a_person_may_say_that_it_was_sent(world: World) -> None:
    world.provider.lists_gifts = False
    world.provider.failures = [OutcomeUnknown("no answer")]
    world.sync(world.campaign(contacts=1))
    [gift] = world.gifts()

    world.settle_by_hand.was_sent(gift.key, next(iter(world.provider.gifts)))

    assert states(world) == [RequestState.SENT]
    with pytest.raises(CallerError):
        world.settle_by_hand.was_not_sent(gift.key)


def test_a_person_may_say_that_it_was_not_sent(world: World) -> None:
    world.provider.lists_gifts = False
    world.provider.failures = [OutcomeUnknown("no answer")]
    world.sync(world.campaign(contacts=1))
    world.provider.gifts.clear()
    [gift] = world.gifts()

    world.settle_by_hand.was_not_sent(gift.key)
    world.run_jobs()

    assert states(world) == [RequestState.SENT]
    assert len(world.provider.gifts) == 1


def test_a_passing_failure_is_tried_again_later(world: World) -> None:
    world.provider.failures = [TemporaryError("busy", retry_after_seconds=30)]
    world.sync(world.campaign(contacts=1))
    assert states(world) == [RequestState.PLANNED]

    world.sweep()
    world.run_jobs()
    too_early = len(world.provider.orders)
    world.clock.move(seconds=31)
    world.sweep()
    world.run_jobs()

    assert too_early == 0
    assert states(world) == [RequestState.SENT]


def test_refused_credentials_park_the_chunk_until_the_account_works(world: World) -> None:
    world.provider.failures = [AuthenticationFailed("no", code="invalid_token")] * 8
    world.sync(world.campaign(contacts=8))
    assert states(world) == [RequestState.PARKED] * 8

    world.provider.failures = []
    ResumeAccounts(world.store, world.open_provider, world.clock)()
    world.run_jobs()

    assert states(world) == [RequestState.SENT] * 8
    assert len(world.provider.orders) == 8


def test_a_refused_recipient_fails_and_gift_and_member_say_why(world: World) -> None:
    campaign = world.campaign()
    member = world.contact_member(campaign, Email="nowhere")
    world.sync(campaign)

    world.write_back(world.org_id)

    assert states(world) == [RequestState.FAILED]
    assert "invalid_format" in world.org.records["CampaignMember"][member]["Gift_Sync_Error__c"]
    [gift] = world.org.records["Gift__c"].values()
    assert "invalid_format" in gift["Sync_Error__c"]


def test_two_members_with_one_address_get_two_gifts_even_after_lost_answers(world: World) -> None:
    campaign = world.campaign()
    for _ in range(2):
        world.contact_member(campaign, Email="shared@example.com")
    world.provider.failures = [OutcomeUnknown("no answer")] * 2
    world.sync(campaign, allow_duplicates=True)

    world.clock.move(seconds=PATIENCE.in_flight_seconds + 1)
    world.sweep()
    world.run_jobs()

    assert states(world) == [RequestState.SENT] * 2
    assert len({gift.provider_gift_id for gift in world.gifts()}) == 2
    assert len(world.provider.gifts) == 2


def test_interchangeable_rows_are_matched_by_number(world: World) -> None:
    campaign = world.campaign()
    for _ in range(3):
        world.contact_member(campaign, Email="shared@example.com")
    world.sync(campaign, allow_duplicates=True)
    rows, found = world.gifts(), list(world.provider.gifts.values())

    pairs = match(rows, found[:2])

    assert len(pairs) == 2
    assert len({gift.provider_gift_id for gift in pairs.values()}) == 2


def test_an_echoed_key_decides_over_the_recipient(world: World) -> None:
    campaign = world.campaign()
    for _ in range(2):
        world.contact_member(campaign, Email="shared@example.com")
    world.sync(campaign, allow_duplicates=True)
    first, second = world.gifts()
    recipient = GiftRecipient("Ada", "Byron", "shared@example.com")
    now = world.clock()
    echoed = ProviderGift(
        "g9", ProviderStatus.SUBMITTED, "campaign-1", recipient, now, now, dedupe_key=second.key
    )

    pairs = match([first, second], [echoed])

    assert pairs == {second.key: echoed}


def test_a_lost_lease_keeps_the_request_from_leaving(world: World) -> None:
    campaign = world.campaign(contacts=2)
    original = world.provider.request_gift
    seen = threading.Event()

    def slow(order: GiftOrder) -> ProviderGift:
        gift = original(order)
        if not seen.is_set():
            seen.set()
            world.clock.move(seconds=PATIENCE.lease_seconds + 1)
        return gift

    world.provider.request_gift = slow  # type: ignore[method-assign]  # the fake is made slow for this test
    request_gifts = world.request_gifts
    report = world.plan_sync(world.link(campaign).link_id)
    object.__setattr__(request_gifts, "threads", 1)
    request_gifts(world.org_id, world.gifts()[0].job_id)

    assert report.run.planned == 2
    assert len(world.provider.orders) == 1
    assert sorted(states(world)) == [RequestState.PLANNED, RequestState.SENT]


def _planned_in_two_jobs(world: World) -> tuple[str, str]:
    """Ids of two jobs, with 200 gifts and with 20 gifts."""
    world.plan_sync(world.link(world.campaign(contacts=220)).link_id)
    [(first, _), (second, _)] = Counter(gift.job_id for gift in world.gifts()).most_common()
    return first, second


def test_a_job_goes_on_with_what_waits_behind_it(world: World) -> None:
    first, second = _planned_in_two_jobs(world)

    world.request_gifts(world.org_id, first)
    made = len(world.provider.orders)
    world.request_gifts(world.org_id, second)

    assert made == len(world.provider.orders) == 220
    assert {gift.job_id for gift in world.gifts()} == {first}


def test_a_job_takes_nothing_more_where_the_account_is_paused(world: World) -> None:
    first, second = _planned_in_two_jobs(world)
    world.provider.failures = [ProviderPaused("wait", retry_after_seconds=60.0)] * 200

    world.request_gifts(world.org_id, first)

    assert [gift.state for gift in world.gifts() if gift.job_id == second] == [RequestState.PLANNED] * 20


def test_a_ledger_that_does_not_answer_when_asked_for_more_loses_no_outcome(world: World) -> None:
    first, _ = _planned_in_two_jobs(world)
    failed: list[str] = []

    def restarts(_c: object, _u: object, statement: str, *_: object) -> None:
        if "next_attempt_at IS NULL" in statement:
            failed.append(statement)
            raise OperationalError(statement, {}, Exception("restarting"))

    event.listen(world.store.engine, "before_cursor_execute", restarts)
    world.request_gifts(world.org_id, first)

    assert len(failed) == 1
    assert sorted(Counter(states(world)).items()) == [("planned", 20), ("sent", 200)]
    assert len(world.provider.orders) == 200


def test_a_person_cannot_have_sent_again_what_a_webhook_settles_just_then(world: World) -> None:
    world.provider.lists_gifts = False
    world.provider.failures = [OutcomeUnknown("no answer")]
    world.sync(world.campaign(contacts=1))
    [gift], [gift_id] = world.gifts(), world.provider.gifts
    begin, told = world.store.write, list[str]()

    def be_told_first() -> AbstractContextManager[Unit]:
        if not told:
            told.append(gift_id)
            world.deliver(gift_id)
            world.apply_events()
        return begin()

    world.store.write = be_told_first  # type: ignore[method-assign,assignment]  # what happens just before
    with pytest.raises(CallerError):
        world.settle_by_hand.was_not_sent(gift.key)
    world.run_jobs()

    assert states(world) == [RequestState.SENT]
    assert len(world.provider.orders) == 1


def test_a_late_answer_that_went_to_a_twin_leaves_a_row_alone_that_others_are_asking_for(
    world: World,
) -> None:
    campaign = world.campaign()
    for _ in range(2):
        world.contact_member(campaign, Email="shared@example.com")
    world.plan_sync(world.link(campaign, allow_duplicates=True).link_id)
    ask, (mine, twin) = world.provider.request_gift, world.gifts()

    def be_paused(order: GiftOrder) -> ProviderGift:
        """Meanwhile others found the gift, took it for the twin's, and ask for this one themselves."""
        gift = ask(order)
        with world.store.write() as unit:
            unit.gifts.change(
                {
                    mine.key: GiftChanges(owner="other/1.1"),
                    twin.key: GiftChanges(state=RequestState.SENT, provider_gift_id=gift.provider_gift_id),
                }
            )
        return gift

    with world.store.write() as unit:
        unit.gifts.change({twin.key: GiftChanges(state=RequestState.UNKNOWN, next_attempt_at=None)})
    world.provider.request_gift = be_paused  # type: ignore[method-assign]  # what happens meanwhile
    world.run_jobs()

    rows = {gift.key: gift for gift in world.gifts()}
    assert (rows[mine.key].state, rows[mine.key].owner) == (RequestState.SENDING, "other/1.1")
