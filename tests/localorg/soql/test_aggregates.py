"""Counting, summing and grouping."""

from collections.abc import Callable
from typing import Any

from emulators.salesforce.soql.execute import QueryResult

Ask = Callable[..., QueryResult]


def rows(result: Any) -> list[dict[str, Any]]:
    return [{k: v for k, v in record.items() if k != "attributes"} for record in result.records]


def test_count_alone_is_a_size_without_records(ask: Ask) -> None:
    result = ask("SELECT COUNT() FROM Contact WHERE LastName != 'Cole'")

    assert (result.total_size, result.records) == (3, [])


def test_count_stays_within_the_limit(ask: Ask) -> None:
    assert ask("SELECT count() FROM Contact LIMIT 2").total_size == 2


def test_aggregates_without_an_alias_are_numbered(ask: Ask) -> None:
    result = ask(
        "SELECT COUNT(Id), SUM(Amount), AVG(Amount) mean, MIN(CloseDate), MAX(Name) FROM Opportunity"
    )

    assert result.records[0]["attributes"] == {"type": "AggregateResult"}
    assert rows(result) == [
        {"expr0": 3, "expr1": 1000.5, "mean": 500.25, "expr2": "2025-12-31", "expr3": "Small"}
    ]


def test_counting_a_field_skips_nulls_and_distinct_skips_repeats(ask: Ask) -> None:
    result = ask("SELECT COUNT(Id) a, COUNT(AccountId) b, COUNT_DISTINCT(AccountId) c FROM Contact")

    assert rows(result) == [{"a": 4, "b": 3, "c": 2}]


def test_groups_keep_the_name_of_their_field(ask: Ask) -> None:
    result = ask(
        "SELECT Account.Name, COUNT(Id) n FROM Contact GROUP BY Account.Name "
        "ORDER BY COUNT(Id) DESC, Account.Name"
    )

    assert rows(result) == [{"Name": "Acme", "n": 2}, {"Name": None, "n": 1}, {"Name": "Bolt", "n": 1}]
    assert result.total_size == 3


def test_having_keeps_some_groups(ask: Ask) -> None:
    result = ask(
        "SELECT AccountId, COUNT(Id) FROM Contact GROUP BY AccountId "
        "HAVING COUNT(Id) > 1 AND AccountId != null"
    )

    assert [row["expr0"] for row in rows(result)] == [2]


def test_groups_may_be_parts_of_dates(ask: Ask) -> None:
    result = ask(
        "SELECT CALENDAR_YEAR(CloseDate) y, COUNT(Id) n FROM Opportunity GROUP BY CALENDAR_YEAR(CloseDate) "
        "ORDER BY CALENDAR_YEAR(CloseDate)"
    )

    assert rows(result) == [{"y": 2025, "n": 1}, {"y": 2026, "n": 2}]


def test_grouping_alone_lists_the_groups(ask: Ask) -> None:
    result = ask("SELECT StageName FROM Opportunity GROUP BY StageName")

    assert sorted(row["StageName"] for row in rows(result)) == ["Closed Won", "Prospecting"]


def test_an_empty_sum_is_null(ask: Ask) -> None:
    assert rows(ask("SELECT SUM(Amount) s FROM Opportunity WHERE Name = 'none'")) == [{"s": None}]


def test_groups_can_be_limited(ask: Ask) -> None:
    assert ask("SELECT LastName FROM Contact GROUP BY LastName LIMIT 2").total_size == 2


def test_capitals_make_no_difference_to_the_value_of_a_function(ask: Ask) -> None:
    text = "SELECT AccountId, COUNT(Id) n FROM Contact GROUP BY AccountId HAVING MAX(LastName) = 'BAKER'"

    assert [row["n"] for row in rows(ask(text))] == [2]
