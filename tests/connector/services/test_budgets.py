"""What people, teams, campaigns and orgs may spend; asked in the transaction that plans the gift."""

import threading
from datetime import UTC, datetime

import pytest

from connector.domain.budget import BudgetHolder, BudgetUse, GiftBudget, Period, Team
from connector.domain.gift import Gift, RequestState
from connector.domain.money import Money
from connector.errors import CallerError
from connector.ports import ProviderStatus
from connector.services.gifts.decide_approval import Decider
from connector.services.sending.ask_for_gift import AskedGift
from tests.connector.services.test_approval import always
from tests.connector.world import World

ROBIN, SAM, KIM = "005000000000011AAA", "005000000000012AAA", "005000000000013AAA"


def limit(world: World, units: int, holder: BudgetHolder, scope: str = "", **more: object) -> GiftBudget:
    budget = GiftBudget(
        org_id=world.org_id,
        limit=Money(units, "EUR"),
        holder=holder,
        scope=scope,
        **more,  # type: ignore[arg-type]
    )
    world.set_terms.budget(budget, "mia@example.com")
    return budget


def person(world: World) -> str:
    return world.org.add(
        "Contact",
        FirstName="Ada",
        LastName="Byron",
        Email="ada@example.com",
        HasOptedOutOfEmail=False,
        Gift_Opt_Out__c=False,
    )


def ask(world: World, sender: str, key: str, contact: str = "") -> Gift:
    return world.ask_for_gift(
        AskedGift(
            org_id=world.org_id,
            request_key=key,
            record_id=contact or person(world),
            gift_campaign_id="campaign-2",
            value=Money(2500, "EUR"),
            sender_user_id=sender,
        )
    )


def use(world: World, budget: GiftBudget) -> BudgetUse:
    with world.store.read() as unit:
        return unit.gift_budgets.use(budget, now=world.clock())


def test_a_person_spends_no_more_than_their_budget_and_others_are_free(world: World) -> None:
    limit(world, 5000, BudgetHolder.USER, ROBIN)
    ask(world, ROBIN, "1")
    ask(world, ROBIN[:15], "2")

    with pytest.raises(CallerError) as refused:
        ask(world, ROBIN, "3")
    ask(world, SAM, "4")

    assert refused.value.code == "user_budget"
    assert "the sender's budget is used up" in str(refused.value)
    assert len(world.gifts()) == 3


def test_a_team_shares_its_budget(world: World) -> None:
    team = Team(team_id="team-1", org_id=world.org_id, name="North", members={ROBIN: "Robin", SAM: "Sam"})
    world.set_terms.team(team, "mia@example.com")
    budget = limit(world, 5000, BudgetHolder.TEAM, "team-1")
    ask(world, ROBIN, "1")
    ask(world, SAM, "2")

    with pytest.raises(CallerError) as refused:
        ask(world, SAM, "3")
    ask(world, KIM, "4")

    assert refused.value.code == "team_budget"
    assert use(world, budget) == BudgetUse(reserved=5000)


def test_whoever_leaves_a_team_spends_on_its_budget_no_more(world: World) -> None:
    team = Team(team_id="team-1", org_id=world.org_id, name="North", members={ROBIN: "Robin"})
    world.set_terms.team(team, "mia@example.com")
    budget = limit(world, 2500, BudgetHolder.TEAM, "team-1")
    ask(world, ROBIN, "1")

    world.set_terms.team(
        Team(team_id="team-1", org_id=world.org_id, name="North", members={SAM: "Sam"}), "mia@example.com"
    )

    assert use(world, budget) == BudgetUse()
    assert ask(world, ROBIN, "2").state is RequestState.PLANNED


def test_a_team_that_is_gone_takes_its_budget_along(world: World) -> None:
    team = Team(team_id="team-1", org_id=world.org_id, name="North", members={ROBIN: "Robin"})
    world.set_terms.team(team, "mia@example.com")
    limit(world, 0, BudgetHolder.TEAM, "team-1")

    world.set_terms.remove_team(world.org_id, "team-1", "mia@example.com")

    assert ask(world, ROBIN, "1").state is RequestState.PLANNED


def test_a_month_and_a_year_are_two_budgets_of_one_person(world: World) -> None:
    limit(world, 2500, BudgetHolder.USER, ROBIN, period=Period.MONTH)
    limit(world, 5000, BudgetHolder.USER, ROBIN, period=Period.YEAR)
    ask(world, ROBIN, "march")
    world.clock.now = datetime(2026, 4, 1, tzinfo=UTC)
    ask(world, ROBIN, "april")
    world.clock.now = datetime(2026, 5, 1, tzinfo=UTC)

    with pytest.raises(CallerError):
        ask(world, ROBIN, "may")


def test_a_gift_that_waits_for_approval_is_reserved_and_a_refused_one_is_free_again(world: World) -> None:
    always(world)
    budget = limit(world, 2500, BudgetHolder.ORG)
    world.sync(world.campaign(contacts=1))
    [waiting] = world.gifts()
    reserved = use(world, budget)

    by = Decider("005000000000007AAA", "mia@example.com")
    world.decide_approvals.refuse(world.org_id, [waiting.key], by, "No")

    assert reserved == BudgetUse(reserved=2500)
    assert use(world, budget) == BudgetUse()


@pytest.mark.parametrize("ending", [ProviderStatus.CANCELLED, ProviderStatus.EXPIRED])
def test_what_was_taken_back_may_be_spent_again(world: World, ending: ProviderStatus) -> None:
    budget = limit(world, 2500, BudgetHolder.USER, ROBIN)
    ask(world, ROBIN, "1")
    world.run_jobs()
    spent = use(world, budget)
    [gift_id] = world.provider.gifts

    world.provider.move(gift_id, ending)
    world.deliver(gift_id)
    world.apply_events()

    assert spent == BudgetUse(spent=2500)
    assert use(world, budget) == BudgetUse()
    assert ask(world, ROBIN, "2").state is RequestState.PLANNED


def test_many_who_ask_at_once_never_pass_the_limit(world: World) -> None:
    team = Team(team_id="team-1", org_id=world.org_id, name="North", members={ROBIN: "Robin", SAM: "Sam"})
    world.set_terms.team(team, "mia@example.com")
    budget = limit(world, 5 * 2500 + 2499, BudgetHolder.TEAM, "team-1")
    contacts = [person(world) for _ in range(16)]
    refused: list[str] = []
    ready = threading.Barrier(16)

    def send(number: int) -> None:
        ready.wait()
        try:
            ask(world, ROBIN if number % 2 else SAM, f"key-{number}", contacts[number])
        except CallerError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == ["team_budget"] * 11
    assert use(world, budget) == BudgetUse(reserved=5 * 2500)


def test_another_orgs_budget_is_neither_seen_nor_removed(world: World) -> None:
    budget = limit(world, 2500, BudgetHolder.USER, ROBIN)

    with pytest.raises(CallerError) as refused:
        world.set_terms.remove_budget("00D000000000002EAA", budget.budget_id, "eve@example.com")

    assert refused.value.code == "unknown_budget"
    with world.store.read() as unit:
        assert unit.gift_budgets.of_org("00D000000000002EAA") == []
        assert unit.gift_budgets.of_org(world.org_id) == [budget]


def test_every_change_of_terms_is_in_the_audit_log(world: World) -> None:
    budget = limit(world, 2500, BudgetHolder.USER, ROBIN)
    world.set_terms.remove_budget(world.org_id, budget.budget_id, "noa@example.com")

    with world.store.read() as unit:
        entries = [(entry.actor, entry.action) for entry in unit.audit.all_of(world.org_id)]
    assert entries == [("mia@example.com", "budget.set"), ("noa@example.com", "budget.removed")]


@pytest.mark.parametrize(
    ("period", "end"),
    [
        (Period.MONTH, datetime(2027, 1, 1, tzinfo=UTC)),
        (Period.QUARTER, datetime(2027, 1, 1, tzinfo=UTC)),
        (Period.YEAR, datetime(2027, 1, 1, tzinfo=UTC)),
        (Period.TOTAL, None),
    ],
)
def test_a_period_ends_where_the_next_begins(period: Period, end: datetime | None) -> None:
    assert period.end(datetime(2026, 12, 31, 23, 59, tzinfo=UTC)) == end
