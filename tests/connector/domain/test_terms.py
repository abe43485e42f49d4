"""What gifts are sent on: budgets, field mappings, addresses, circuits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.budget import BudgetUse, GiftBudget, Period, room
from connector.domain.circuit import Circuit, CircuitState
from connector.domain.delivery import Address, LineItem
from connector.domain.field_mapping import Attribute, FieldMapping, MappingInvalid, default_mapping
from connector.domain.money import Money

NOW = datetime(2026, 5, 17, 12, 30, tzinfo=UTC)
AMOUNTS = st.integers(min_value=0, max_value=10**9)


@pytest.mark.parametrize(
    ("period", "start"),
    [
        (Period.MONTH, datetime(2026, 5, 1, tzinfo=UTC)),
        (Period.QUARTER, datetime(2026, 4, 1, tzinfo=UTC)),
        (Period.YEAR, datetime(2026, 1, 1, tzinfo=UTC)),
        (Period.TOTAL, None),
    ],
)
def test_a_period_begins_by_the_calendar(period: Period, start: datetime | None) -> None:
    assert period.start(NOW) == start


@given(limit=AMOUNTS, reserved=AMOUNTS, spent=AMOUNTS, value=st.integers(min_value=1, max_value=10**6))
def test_what_fits_never_passes_the_limit_and_one_more_would(
    limit: int, reserved: int, spent: int, value: int
) -> None:
    budget = GiftBudget(org_id="00D1", limit=Money(limit, "EUR"))
    use = BudgetUse(reserved, spent)

    count = room(budget, use, Money(value, "EUR"))

    assert count is not None
    assert count == 0 or use.total + count * value <= limit
    assert use.total + (count + 1) * value > limit


def test_nobody_knows_how_many_dollars_fit_into_euros() -> None:
    budget = GiftBudget(org_id="00D1", limit=Money(10_000, "EUR"))

    assert room(budget, BudgetUse(), Money(1, "USD")) == 0


def test_gifts_worth_nothing_always_fit() -> None:
    budget = GiftBudget(org_id="00D1", limit=Money(0, "EUR"))

    assert room(budget, BudgetUse(), Money(0, "EUR")) is None


def test_a_mapping_reads_through_lookups_and_takes_what_is_missing_for_empty() -> None:
    mapping = default_mapping("Contact").changed(Attribute.CITY, "Home__r.City__c")

    address = mapping.address({"MailingStreet": "1 Main St", "Home__r": {"City__c": "Dublin"}})

    assert address == Address(street="1 Main St", city="Dublin")
    assert mapping.address({"Home__r": None}) == Address()
    assert mapping.changed(Attribute.CITY, "").paths == default_mapping("Contact").paths


@given(path=st.text(max_size=30))
def test_no_path_but_api_names_reaches_a_query(path: str) -> None:
    letters = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.")

    try:
        mapping = default_mapping("Lead").changed(Attribute.EMAIL, path)
    except MappingInvalid:
        return

    assert set(mapping.paths[Attribute.EMAIL]) <= letters


def test_every_problem_of_a_mapping_is_named_at_once() -> None:
    with pytest.raises(MappingInvalid) as refused:
        FieldMapping("Account", {Attribute.EMAIL: "E-Mail"})

    assert all(part in str(refused.value) for part in ("Account", "E-Mail", "first_name", "street"))


@pytest.mark.parametrize(("variant", "quantity"), [("", 1), ("v1", 0)])
def test_a_line_item_is_something_and_at_least_one_of_it(variant: str, quantity: int) -> None:
    with pytest.raises(ValueError, match="variant"):
        LineItem(variant, quantity)


def test_a_longer_wait_that_is_known_stands() -> None:
    long = Circuit().asked_to_wait(600, "rate_limited", now=NOW)

    short = long.asked_to_wait(5, "rate_limited", now=NOW)

    assert short.wait_seconds(NOW) == 600


@given(outcomes=st.lists(st.sampled_from(["answer", "fail", "wait", "refuse"]), max_size=30))
def test_a_circuit_lets_a_call_through_in_the_end_whatever_happens(outcomes: list[str]) -> None:
    circuit, now = Circuit(), NOW
    for outcome in outcomes:
        now += timedelta(seconds=circuit.wait_seconds(now))
        circuit = circuit if circuit.state is CircuitState.CLOSED else circuit.trying(now)
        if outcome == "answer":
            circuit = circuit.answered()
        elif outcome == "fail":
            circuit = circuit.failed("down", now=now, jitter=0.5)
        elif outcome == "wait":
            circuit = circuit.asked_to_wait(30, "rate_limited", now=now)
        else:
            circuit = circuit.refused_credentials("invalid_token", now=now)

    wait = circuit.wait_seconds(now)
    assert wait <= timedelta(minutes=15).total_seconds()
    assert circuit.wait_seconds(now + timedelta(seconds=wait)) == 0
    assert circuit.answered() == Circuit()
