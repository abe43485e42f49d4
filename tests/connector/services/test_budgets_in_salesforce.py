"""Gift_Budget__c: one record for each budget and period, written only when something changed."""

from datetime import UTC, datetime

from connector.domain.budget import BudgetHolder, GiftBudget, Period
from connector.domain.money import Money
from connector.errors import TemporaryError
from connector.services.writing.write_budgets import WriteBudgets
from tests.connector.services.test_budgets import ROBIN, ask, limit
from tests.connector.world import World


def records(world: World) -> list[dict[str, object]]:
    return list(world.org.records.get("Gift_Budget__c", {}).values())


def test_a_budget_is_shown_with_what_is_spent_and_written_only_when_that_changes(world: World) -> None:
    write = WriteBudgets(world.store, world.open_org, world.clock)
    limit(world, 10_000, BudgetHolder.USER, ROBIN, period=Period.MONTH)
    first = write()
    calls = world.org.calls["write"]
    second = write()
    ask(world, ROBIN, "1")
    world.run_jobs()
    third = write()

    assert (first, second, third) == (1, 0, 1)
    assert world.org.calls["write"] == calls + 1
    [shown] = records(world)
    assert (shown["User__c"], shown["Limit__c"], shown["Spent__c"]) == (ROBIN, 100.0, 25.0)
    assert (shown["Period_Start__c"], shown["Period_End__c"]) == ("2026-03-01", "2026-03-31")
    assert shown["Currency_Code__c"] == "EUR"


def test_a_new_period_gets_a_record_of_its_own(world: World) -> None:
    write = WriteBudgets(world.store, world.open_org, world.clock)
    limit(world, 10_000, BudgetHolder.ORG, period=Period.QUARTER)
    write()
    world.clock.now = datetime(2026, 4, 1, tzinfo=UTC)
    write()

    assert [shown["Period_Start__c"] for shown in records(world)] == ["2026-01-01", "2026-04-01"]


def test_another_process_writes_the_same_record_again(world: World) -> None:
    limit(world, 10_000, BudgetHolder.ORG)

    for _ in range(2):
        WriteBudgets(world.store, world.open_org, world.clock)()

    [shown] = records(world)
    assert (shown["Budget_Name__c"], shown["Team__c"], shown["Period_Start__c"]) == (
        "All gifts, in all",
        None,
        None,
    )


def test_an_admin_reads_whose_budget_it_is_and_what_is_left_of_it(world: World) -> None:
    campaign = world.campaign(contacts=2, name="Spring")
    link = world.link(campaign)
    world.set_terms.budget(
        GiftBudget(
            org_id=world.org_id,
            limit=Money(10_000, "EUR"),
            holder=BudgetHolder.CAMPAIGN,
            scope=link.link_id,
            period=Period.QUARTER,
            name="Spring",
        ),
        "cli",
    )
    world.plan_sync(link.link_id)

    WriteBudgets(world.store, world.open_org, world.clock)()

    [shown] = records(world)
    assert shown["Budget_Name__c"] == "Campaign Spring, quarter 1 of 2026"
    assert (shown["Campaign__c"], shown["User__c"]) == (campaign, None)
    assert (shown["Limit__c"], shown["Spent__c"], shown["Remaining__c"]) == (100.0, 0.0, 50.0)


def test_a_budget_that_was_removed_is_closed_by_whichever_process_comes_next(world: World) -> None:
    limit(world, 10_000, BudgetHolder.ORG)
    limit(world, 5_000, BudgetHolder.USER, ROBIN)
    WriteBudgets(world.store, world.open_org, world.clock)()
    with world.store.read() as unit:
        [gone] = [b for b in unit.gift_budgets.of_org(world.org_id) if b.holder is BudgetHolder.USER]
    world.set_terms.remove_budget(world.org_id, gone.budget_id, "ada")

    another = WriteBudgets(world.store, world.open_org, world.clock)
    another()
    calls = sum(world.org.calls.values())
    idle = another()
    limit(world, 5_000, BudgetHolder.USER, ROBIN)
    back = another()

    assert (idle, sum(world.org.calls.values()) - calls) == (0, 2)
    assert back == 1
    assert [shown["Closed__c"] for shown in records(world)] == [False, False]


def test_the_last_budget_of_an_org_is_closed_as_well(world: World) -> None:
    write = WriteBudgets(world.store, world.open_org, world.clock)
    limit(world, 10_000, BudgetHolder.ORG)
    write()
    with world.store.read() as unit:
        [gone] = unit.gift_budgets.of_org(world.org_id)
    world.set_terms.remove_budget(world.org_id, gone.budget_id, "ada")

    write()

    [shown] = records(world)
    assert (shown["Closed__c"], shown["Limit__c"]) == (True, 100.0)


def test_an_org_that_does_not_answer_is_tried_again(world: World) -> None:
    write = WriteBudgets(world.store, world.open_org, world.clock)
    limit(world, 10_000, BudgetHolder.ORG)
    world.org.next_failures = [TemporaryError("unavailable")]

    assert (write(), write()) == (0, 1)


def test_all_budgets_of_an_org_take_one_call(world: World) -> None:
    for period in Period:
        budget = GiftBudget(org_id=world.org_id, limit=Money(1, "EUR"), period=period)
        world.set_terms.budget(budget, "cli")

    WriteBudgets(world.store, world.open_org, world.clock)()

    assert len(records(world)) == 4
    assert world.org.calls["write"] == 1
