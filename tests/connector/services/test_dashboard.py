"""How gifting went, in numbers; counted in the database, for one org, by days of UTC."""

from datetime import UTC, datetime

import pytest

from connector.domain.money import Money
from connector.errors import ConfigurationError, PermanentError
from connector.ports import ProviderStatus
from connector.services.gifts.dashboard import TellDashboard
from connector.web.portal.charts import HEIGHT, WIDTH, amounts, bar_chart
from tests.connector.services.test_budgets import ROBIN, ask
from tests.connector.world import World


def test_sends_redemptions_spending_and_failures_are_counted(world: World) -> None:
    for number in range(4):
        ask(world, ROBIN, f"key-{number}")
    world.provider.failures = [PermanentError("refused", code="no")]
    world.run_jobs()
    claimed, canceled, _ = list(world.provider.gifts)
    world.provider.move(claimed, ProviderStatus.DELIVERED)
    world.provider.cancel(canceled)
    for gift_id in (claimed, canceled):
        world.deliver(gift_id)
    world.apply_events()

    found = TellDashboard(world.store, world.clock)(world.org_id, 30)

    assert (found.sent.total, found.claimed.total, found.failed.total) == (3, 1, 1)
    assert found.claimed_percent == pytest.approx(100 / 3)
    assert found.spent("EUR") == Money(5000, "EUR")
    assert found.sent.values[-1] == 3


def test_another_orgs_gifts_are_not_counted(world: World) -> None:
    ask(world, ROBIN, "key-1")

    found = TellDashboard(world.store, world.clock)("00D000000000002EAA", 30)

    assert (found.sent.total, found.queue.requests, found.claimed_percent) == (0, 0, None)


@pytest.mark.parametrize(("days", "counted"), [(30, 1), (90, 2), (365, 3)])
def test_a_period_counts_its_own_days_and_today(world: World, days: int, counted: int) -> None:
    for number, moment in enumerate([(2025, 6, 1), (2026, 1, 20), (2026, 3, 2)]):
        world.clock.now = datetime(*moment, 23, 59, tzinfo=UTC)
        ask(world, ROBIN, f"key-{number}")
        world.run_jobs()

    found = TellDashboard(world.store, world.clock)(world.org_id, days)

    assert found.sent.total == counted
    assert len(found.sent.values) <= 30


def test_what_waits_is_named_with_the_longest_wait(world: World) -> None:
    ask(world, ROBIN, "key-1")
    world.provider.failures = [ConfigurationError("gone", code="gone")]
    world.run_jobs()
    world.clock.move(hours=3)
    ask(world, ROBIN, "key-2")
    world.run_jobs()
    world.clock.move(hours=1)
    ask(world, ROBIN, "key-3")
    with world.store.write() as unit:
        unit.health.record_usage(world.org_id, 40, 100, now=world.clock())

    found = TellDashboard(world.store, world.clock)(world.org_id, 30)

    assert (found.queue.requests, found.queue.troubled) == (1, 1)
    assert found.queue.oldest_request == world.clock()
    assert found.queue.writes == 2
    assert found.api_usage == (40, 100)


def test_bars_stay_within_the_drawing_and_tell_their_numbers(world: World) -> None:
    ask(world, ROBIN, "key-1")
    world.run_jobs()
    found = TellDashboard(world.store, world.clock)(world.org_id, 30)

    chart = bar_chart("spend", found.spend["EUR"], amounts("EUR"))

    assert chart.title == "Spent in EUR: 25.00 EUR"
    assert chart.bars[-1].shown == "25.00 EUR"
    assert "25.00 EUR" in chart.description
    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT
    assert all(bar.height == 0 for bar in chart.bars[:-1])


def test_a_chart_of_nothing_is_drawn(world: World) -> None:
    found = TellDashboard(world.store, world.clock)(world.org_id, 30)

    assert bar_chart("sent", found.sent).title == "Gifts sent: 0"
