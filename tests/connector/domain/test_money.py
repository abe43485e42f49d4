from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.money import Money, MoneyInvalid


@pytest.mark.parametrize(
    ("amount", "currency", "minor_units"),
    [
        ("25", "EUR", 2500),
        ("25.50", "eur", 2550),
        (" 0.01 ", "USD", 1),
        ("1500", "JPY", 1500),
        ("1.234", "KWD", 1234),
    ],
)
def test_amounts_are_read_in_the_units_of_their_currency(
    amount: str, currency: str, minor_units: int
) -> None:
    assert Money.parse(amount, currency) == Money(minor_units, currency.upper())


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("", "EUR"),
        ("ten", "EUR"),
        ("0.001", "EUR"),
        ("1.5", "JPY"),
        ("-1", "EUR"),
        ("NaN", "EUR"),
        ("1", "EURO"),
    ],
)
def test_what_is_no_amount_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(MoneyInvalid):
        Money.parse(amount, currency)


@given(st.integers(min_value=0, max_value=2**31 - 1), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_an_amount_written_out_reads_back_the_same(minor_units: int, currency: str) -> None:
    money = Money(minor_units, currency)

    amount, _, written_currency = str(money).partition(" ")

    assert Money.parse(amount, written_currency) == money
    assert Decimal(amount) == money.amount
