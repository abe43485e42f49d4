"""The estimate of a dry run, against the calls that are made."""

import pytest

from connector.adapters.salesforce.planner import plan
from connector.services.gift_sync.estimate_calls import EstimateCalls
from tests.connector.counting_org import CountingOrg
from tests.connector.world import World


@pytest.mark.parametrize(("contacts", "leads"), [(1, 0), (450, 0), (300, 300)])
def test_an_estimate_is_what_the_first_write_back_takes(world: World, contacts: int, leads: int) -> None:
    link = world.link(world.campaign(contacts=contacts, leads=leads))
    estimate = EstimateCalls(lambda writes: len(plan(writes)), bulk_query_above=20_000)(
        contacts + leads, contacts + leads
    )
    counted = CountingOrg(world)

    world.plan_sync(link.link_id)
    reading = counted.calls
    world.run_jobs()
    world.clock.move(minutes=1)
    world.write_back(world.org_id)
    sending = counted.calls - reading

    assert reading == estimate.reading
    assert estimate.sending - 1 <= sending <= estimate.sending + 1


def test_a_large_campaign_is_read_in_few_calls_and_written_by_thousands() -> None:
    estimate = EstimateCalls(lambda writes: len(plan(writes)), bulk_query_above=20_000)

    small, large = estimate(1_000, 1_000), estimate(100_000, 100_000)

    assert large.reading < 10
    assert large.sending == 100 * small.sending
