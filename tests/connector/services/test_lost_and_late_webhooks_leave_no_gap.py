"""A milestone is told once though its webhook is lost for good, late, or overtaken by a later one."""

from datetime import datetime, timedelta

from connector.ports import ProviderStatus, WriteOutcome, WriteState
from tests.connector.world import ACCOUNT, World


def timeline(world: World) -> dict[str, str]:
    """Subject to date; a subject that stands twice fails."""
    tasks = list(world.org.records.get("Task", {}).values())
    told = {task["Subject"]: task["ActivityDate"] for task in tasks}
    assert len(told) == len(tasks)
    return told


def one_gift(world: World) -> str:
    """The platform's id of a gift that was sent today and told to Salesforce."""
    world.sync(world.campaign(contacts=1))
    world.write_back(world.org_id)
    [gift_id] = world.provider.gifts
    return gift_id


def moves(world: World, gift_id: str, status: ProviderStatus) -> datetime:
    """A day later the gift is there; nobody is told yet."""
    world.clock.move(days=1)
    world.provider.move(gift_id, status)
    return world.clock()


def comes_a_day_late(world: World, gift_id: str) -> tuple[dict[str, str], bytes]:
    """Headers and body of a report on the gift as it is now; each attempt to deliver it is signed anew."""
    return world.provider.event(gift_id, signed_at=world.clock() + timedelta(days=1))


def day(moment: datetime) -> str:
    return moment.date().isoformat()


def test_a_silent_gift_that_was_delivered_was_claimed_too(world: World) -> None:
    gift_id = one_gift(world)
    sent_at = world.clock()
    moves(world, gift_id, ProviderStatus.REDEEMED)
    delivered_at = moves(world, gift_id, ProviderStatus.DELIVERED)

    world.clock.move(days=2)
    world.reconcile()
    world.write_back(world.org_id)

    assert timeline(world) == {
        "Gift Created": day(sent_at),
        "Gift Claimed": day(delivered_at),
        "Gift Delivered": day(delivered_at),
    }
    [gift] = world.org.records["Gift__c"].values()
    assert gift["Claimed_Date__c"] == gift["Delivered_Date__c"]


def test_milestones_of_the_same_moment_are_written_in_their_order(world: World) -> None:
    """Timelines show the newest Task of a day first."""
    world.sync(world.campaign(contacts=12))
    for gift_id in world.provider.gifts:
        world.provider.move(gift_id, ProviderStatus.DELIVERED)
        world.deliver(gift_id)
    while world.apply_events():
        pass

    world.write_back(world.org_id)

    told: dict[str, list[str]] = {}
    for task in world.org.records["Task"].values():
        told.setdefault(task["WhoId"], []).append(task["Subject"])
    assert list(told.values()) == [["Gift Created", "Gift Claimed", "Gift Delivered"]] * 12


def test_a_delivery_report_alone_tells_of_the_claim(world: World) -> None:
    gift_id = one_gift(world)
    moves(world, gift_id, ProviderStatus.REDEEMED)
    moves(world, gift_id, ProviderStatus.DELIVERED)

    world.deliver(gift_id)
    world.apply_events()
    world.write_back(world.org_id)

    assert set(timeline(world)) == {"Gift Created", "Gift Claimed", "Gift Delivered"}


def test_a_claim_that_comes_before_the_write_back_gives_its_own_date(world: World) -> None:
    gift_id = one_gift(world)
    claimed_at = moves(world, gift_id, ProviderStatus.REDEEMED)
    late = comes_a_day_late(world, gift_id)
    moves(world, gift_id, ProviderStatus.DELIVERED)

    world.deliver(gift_id)
    world.apply_events()
    world.receive_event(ACCOUNT, *late)
    world.apply_events()
    world.write_back(world.org_id)

    assert timeline(world)["Gift Claimed"] == day(claimed_at)


def test_a_claim_that_comes_after_the_write_back_dates_the_gift_and_writes_no_second_task(
    world: World,
) -> None:
    gift_id = one_gift(world)
    claimed_at = moves(world, gift_id, ProviderStatus.REDEEMED)
    late = comes_a_day_late(world, gift_id)
    delivered_at = moves(world, gift_id, ProviderStatus.DELIVERED)
    world.deliver(gift_id)
    world.apply_events()
    world.write_back(world.org_id)

    world.receive_event(ACCOUNT, *late)
    world.apply_events()
    world.write_back(world.org_id)

    assert timeline(world)["Gift Claimed"] == day(delivered_at)
    [gift] = world.org.records["Gift__c"].values()
    assert gift["Claimed_Date__c"].startswith(day(claimed_at))


def test_a_task_that_the_org_has_not_taken_yet_gets_the_better_date(world: World) -> None:
    gift_id = one_gift(world)
    claimed_at = moves(world, gift_id, ProviderStatus.REDEEMED)
    late = comes_a_day_late(world, gift_id)
    moves(world, gift_id, ProviderStatus.DELIVERED)
    world.deliver(gift_id)
    world.apply_events()
    locked = WriteOutcome(WriteState.RETRY, code="UNABLE_TO_LOCK_ROW")
    world.org.next_outcomes["Task"] = [locked, locked]
    world.write_back(world.org_id)
    assert set(timeline(world)) == {"Gift Created"}

    world.receive_event(ACCOUNT, *late)
    world.apply_events()
    world.clock.move(hours=1)
    world.write_back(world.org_id)

    assert timeline(world)["Gift Claimed"] == day(claimed_at)


def test_a_gift_that_expired_in_silence_was_not_claimed(world: World) -> None:
    gift_id = one_gift(world)
    moves(world, gift_id, ProviderStatus.EXPIRED)

    world.clock.move(days=2)
    world.reconcile()
    world.write_back(world.org_id)

    assert set(timeline(world)) == {"Gift Created"}
