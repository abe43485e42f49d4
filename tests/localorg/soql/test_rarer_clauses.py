"""TYPEOF, sub-totals, formatted values, and the user's time zone."""

from collections.abc import Callable
from typing import Any

import pytest

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.soql.execute import QueryResult

Ask = Callable[..., QueryResult]
Refusal = Callable[[str], SalesforceError]


def values(ask: Ask, text: str, **options: Any) -> list[tuple[Any, ...]]:
    """The records without their attributes."""
    return [tuple(list(record.values())[1:]) for record in ask(text, **options).records]


def test_a_parent_shows_the_fields_of_its_type(ask: Ask) -> None:
    found = ask(
        "SELECT Subject, TYPEOF What WHEN Account THEN Industry, Name WHEN Campaign THEN Status ELSE Name "
        "END FROM Task ORDER BY Subject"
    ).records

    call, think = found
    assert call["What"]["attributes"]["type"] == "Account"
    assert (call["What"]["Industry"], call["What"]["Name"]) == ("Energy", "Acme")
    assert think["What"] is None


def test_a_parent_of_another_type_shows_the_other_fields(ask: Ask) -> None:
    (record,) = ask(
        "SELECT TYPEOF What WHEN Campaign THEN Status ELSE Name END FROM Task WHERE Subject = 'Call'"
    ).records

    assert record["What"]["Name"] == "Acme"
    assert record["What"]["attributes"]["url"].split("/")[-2] == "Account"


def test_a_parent_of_another_type_is_left_out_without_else(ask: Ask) -> None:
    (record,) = ask(
        "SELECT TYPEOF What WHEN Campaign THEN Status END FROM Task WHERE Subject = 'Call'"
    ).records

    assert record["What"] is None


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("SELECT TYPEOF Account WHEN Account THEN Name END FROM Contact", "MALFORMED_QUERY", "several types"),
        ("SELECT TYPEOF What WHEN Contact THEN Name END FROM Task", "MALFORMED_QUERY", "lead to Contact"),
        ("SELECT TYPEOF What WHEN Account THEN Nope END FROM Task", "INVALID_FIELD", "'Nope'"),
        (
            "SELECT What.Name, TYPEOF What WHEN Account THEN Name END FROM Task",
            "MALFORMED_QUERY",
            "duplicate",
        ),
        (
            "SELECT COUNT(Id), TYPEOF What WHEN Account THEN Name END FROM Task",
            "MALFORMED_QUERY",
            "Only fields",
        ),
    ],
)
def test_a_typeof_that_makes_no_sense_is_refused(
    refusal: Refusal, text: str, code: str, message: str
) -> None:
    error = refusal(text)

    assert error.code == code
    assert message in error.message


def test_rollup_adds_sub_totals_and_a_total(ask: Ask) -> None:
    found = values(
        ask,
        "SELECT StageName, Account.Name, COUNT(Id) n, GROUPING(StageName) g FROM Opportunity "
        "GROUP BY ROLLUP(StageName, Account.Name) ORDER BY GROUPING(StageName), StageName, COUNT(Id)",
    )

    assert sorted(found, key=str) == sorted(
        [
            ("Prospecting", "Acme", 1, 0),
            ("Prospecting", None, 1, 0),
            ("Prospecting", None, 2, 0),
            ("Closed Won", "Acme", 1, 0),
            ("Closed Won", None, 1, 0),
            (None, None, 3, 1),
        ],
        key=str,
    )
    assert found[-1] == (None, None, 3, 1)


def test_cube_adds_the_totals_of_every_key(ask: Ask) -> None:
    found = values(
        ask,
        "SELECT StageName, Account.Name, COUNT(Id) FROM Opportunity GROUP BY CUBE(StageName, Account.Name)",
    )

    assert (None, "Acme", 2) in found
    assert len(found) == 3 + 2 + 2 + 1


def test_sub_totals_obey_having(ask: Ask) -> None:
    found = values(
        ask, "SELECT StageName, COUNT(Id) FROM Opportunity GROUP BY ROLLUP(StageName) HAVING COUNT(Id) > 1"
    )

    assert sorted(found, key=str) == [("Prospecting", 2), (None, 3)]


def test_no_rows_have_no_total(ask: Ask) -> None:
    assert values(ask, "SELECT Name, COUNT(Id) FROM Lead WHERE Name = 'x' GROUP BY ROLLUP(Name)") == []


def test_too_many_keys_are_refused(refusal: Refusal) -> None:
    error = refusal("SELECT COUNT(Id) FROM Contact GROUP BY CUBE(Title, Department, LeadSource, Email)")

    assert error.message.endswith("CUBE takes at most 3 fields")


@pytest.mark.parametrize(
    ("selected", "shown"),
    [
        ("FORMAT(Amount)", "$900.50"),
        ("FORMAT(convertCurrency(Amount)) a", "$900.50"),
        ("convertCurrency(Amount)", 900.5),
        ("FORMAT(CloseDate) day", "4/1/2026"),
        ("FORMAT(CreatedDate) made", "3/18/2026, 10:30 AM"),
    ],
)
def test_values_are_shown_as_the_locale_writes_them(ask: Ask, selected: str, shown: Any) -> None:
    assert values(ask, f"SELECT {selected} FROM Opportunity WHERE Name = 'Large'") == [(shown,)]  # noqa: S608 -- SOQL


def test_an_aggregate_can_be_formatted(ask: Ask) -> None:
    text = (
        "SELECT Account.Name, FORMAT(SUM(Amount)) n FROM Opportunity WHERE Amount > 0 GROUP BY Account.Name"
    )

    assert values(ask, text) == [("Acme", "$1,000.50")]


@pytest.mark.parametrize(
    "function", ["FORMAT(Name)", "convertCurrency(Probability)", "FORMAT(toLabel(StageName))"]
)
def test_what_cannot_be_formatted_is_refused(refusal: Refusal, function: str) -> None:
    assert refusal(f"SELECT {function} FROM Opportunity").code == "MALFORMED_QUERY"  # noqa: S608 -- SOQL


def test_sub_totals_stand_where_their_nulls_do_also_among_picklists(ask: Ask) -> None:
    text = "SELECT Tier__c, Vip__c, COUNT(Id) FROM Contact WHERE Tier__c != null "

    found = values(ask, text + "GROUP BY ROLLUP(Tier__c, Vip__c) ORDER BY Tier__c, Vip__c")

    assert found == [(None, None, 2), ("1", None, 1), ("1", True, 1), ("2", None, 1), ("2", False, 1)]


@pytest.mark.parametrize(
    ("having", "expected"),
    [
        ("StageName = 'Prospecting'", [("Prospecting", 2)]),
        ("GROUPING(StageName) = 1", [(None, 3)]),
        ("GROUPING(StageName) = 0 AND MAX(StageName) > 'Closed Won'", [("Prospecting", 2)]),
        ("MIN(StageName) = 'Closed Won' AND COUNT(Id) > 1", [(None, 3)]),
    ],
)
def test_having_takes_a_key_that_does_not_group_for_null(ask: Ask, having: str, expected: Any) -> None:
    text = "SELECT StageName, COUNT(Id) FROM Opportunity GROUP BY ROLLUP(StageName) HAVING "

    assert values(ask, text + having) == expected


@pytest.mark.parametrize(
    "text",
    [
        "SELECT GROUPING(StageName) FROM Opportunity GROUP BY StageName",
        "SELECT StageName FROM Opportunity GROUP BY StageName HAVING GROUPING(StageName) = 1",
        "SELECT GROUPING(Name) FROM Opportunity GROUP BY ROLLUP(StageName)",
    ],
)
def test_grouping_needs_a_key_that_makes_sub_totals(refusal: Refusal, text: str) -> None:
    error = refusal(text)

    assert error.code == "MALFORMED_QUERY"
    assert error.message.endswith("GROUPING takes a field of GROUP BY ROLLUP or GROUP BY CUBE")


def test_days_begin_in_the_users_time_zone(ask: Ask) -> None:
    everyone = values(ask, "SELECT COUNT(Id) FROM Contact WHERE CreatedDate = TODAY")
    text = "SELECT COUNT(Id) FROM Contact WHERE CreatedDate = YESTERDAY"

    in_kiritimati = values(ask, text, time_zone="Pacific/Kiritimati")

    assert everyone == [(4,)]
    assert in_kiritimati == [(0,)]
    assert values(ask, text.replace("YESTERDAY", "TODAY"), time_zone="Pacific/Kiritimati") == everyone


def test_times_are_told_apart_in_the_users_time_zone(ask: Ask) -> None:
    text = "SELECT DAY_ONLY(convertTimezone(CreatedDate)) d, HOUR_IN_DAY(convertTimezone(CreatedDate)) h "
    grouped = (
        "FROM Lead GROUP BY DAY_ONLY(convertTimezone(CreatedDate)), HOUR_IN_DAY(convertTimezone(CreatedDate))"
    )

    assert values(ask, text + grouped) == [("2026-03-18", 10)]
    assert values(ask, text + grouped, time_zone="Pacific/Kiritimati") == [("2026-03-19", 0)]


def test_an_unknown_time_zone_is_gmt(ask: Ask) -> None:
    assert values(ask, "SELECT COUNT(Id) FROM Lead WHERE CreatedDate = TODAY", time_zone="Mars/Olympus") == [
        (1,)
    ]


def test_picklists_sort_as_they_are_defined(ask: Ask) -> None:
    found = values(ask, "SELECT StageName FROM Opportunity ORDER BY StageName DESC, Name")

    assert [stage for (stage,) in found] == ["Closed Won", "Prospecting", "Prospecting"]


def test_fiscal_functions_reach_over_a_join(ask: Ask) -> None:
    found = values(
        ask,
        "SELECT Account.Name, FISCAL_YEAR(CloseDate), FISCAL_QUARTER(CloseDate) q, SUM(Amount) "
        "FROM Opportunity WHERE Account.Name != null GROUP BY Account.Name, "
        "FISCAL_YEAR(CloseDate), FISCAL_QUARTER(CloseDate) "
        "ORDER BY FISCAL_QUARTER(CloseDate)",
    )

    assert found == [("Acme", 2026, 1, 100.0), ("Acme", 2026, 2, 900.5)]


def test_rows_can_be_skipped_without_a_limit(ask: Ask) -> None:
    assert values(ask, "SELECT LastName FROM Contact ORDER BY LastName OFFSET 3") == [("d'Arc",)]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("Name = 'x' OR Id IN (SELECT AccountId FROM Contact)", "only allowed at the top level"),
        ("NOT Id IN (SELECT AccountId FROM Contact)", "only allowed at the top level"),
        ("Id IN (SELECT AccountId FROM Contact LIMIT 1)", "not allowed in a semi join"),
        ("Id IN (SELECT AccountId FROM Contact ORDER BY Name)", "not allowed in a semi join"),
        (
            "Id IN (SELECT AccountId FROM Opportunity)" + " AND Id IN (SELECT AccountId FROM Contact)" * 2,
            "Maximum 2",
        ),
    ],
)
def test_semi_joins_keep_to_the_platforms_rules(refusal: Refusal, condition: str, message: str) -> None:
    assert message in refusal(f"SELECT Id FROM Account WHERE {condition}").message  # noqa: S608 -- SOQL
