"""What a write-back may cost an org: five calls for a thousand gifts at each stage, three for a few."""

import pytest

from connector.adapters.salesforce.org import QUERIES_PER_CALL
from connector.domain.recipient import Person
from connector.ports import ProviderStatus
from connector.services.writing.member_statuses import statuses_of
from connector.services.writing.person_totals import totals_of
from tests.connector.counting_org import CountingOrg
from tests.connector.world import World


def written_home(world: World) -> bool:
    return all(gift.dirty_since is None for gift in world.gifts())


def tell(world: World, status: ProviderStatus) -> None:
    """Every gift gets a status, and a webhook tells of it."""
    world.clock.move(hours=1)
    for gift_id in list(world.provider.gifts):
        world.provider.move(gift_id, status)
        world.deliver(gift_id)
    while world.apply_events():
        pass


@pytest.mark.slow
def test_a_thousand_gifts_take_five_calls(world: World) -> None:
    world.sync(world.campaign(contacts=500, leads=500))
    counted = CountingOrg(world)

    world.write_back(world.org_id)

    assert counted.calls == 5
    assert written_home(world)


@pytest.mark.parametrize("sobject", ["Contact", "Lead"])
def test_the_questions_about_a_thousand_people_fit_into_one_call(sobject: str) -> None:
    ids = [f"a0{number:013d}AAA" for number in range(1_000)]
    people = [Person(record_id) if sobject == "Contact" else Person(lead_id=record_id) for record_id in ids]

    totals, statuses = totals_of(people, ["701000000000001AAA"]), statuses_of(ids)

    assert len(totals.soqls) + len(statuses.soqls) == QUERIES_PER_CALL


@pytest.mark.parametrize("gifts", [1, 30])
def test_a_few_gifts_take_three_calls_at_each_stage(world: World, gifts: int) -> None:
    campaign = world.campaign(contacts=gifts, leads=gifts)
    world.sync(campaign)
    counted = CountingOrg(world)

    world.write_back(world.org_id)
    of_each_stage = [counted.calls]
    for status in (ProviderStatus.REDEEMED, ProviderStatus.DELIVERED):
        tell(world, status)
        before = counted.calls
        world.write_back(world.org_id)
        of_each_stage.append(counted.calls - before)

    assert of_each_stage == [3, 3, 3]
    assert written_home(world)
    totals = world.org.records["Campaign"][campaign]
    assert (totals["Gifts_Sent__c"], totals["Gifts_Redeemed__c"]) == (2 * gifts, 2 * gifts)


def test_what_has_not_changed_takes_no_call(world: World) -> None:
    world.sync(world.campaign(contacts=2))
    world.write_back(world.org_id)
    counted = CountingOrg(world)

    world.write_back(world.org_id)

    assert counted.calls == 0
