"""Conditions over records that are there."""

from collections.abc import Callable

import pytest

from emulators.salesforce.soql.execute import QueryResult

Ask = Callable[..., QueryResult]
Names = Callable[[str], list[str]]

EVERYONE = ["Archer", "Baker", "Cole", "d'Arc"]

FOUND = [
    # text, without regard to case
    ("LastName = 'archer'", ["Archer"]),
    ("LastName != 'ARCHER'", ["Baker", "Cole", "d'Arc"]),
    (r"LastName = 'd\'arc'", ["d'Arc"]),
    ("LastName > 'B' AND LastName <= 'cole'", ["Baker", "Cole"]),
    ("LastName IN ('archer', 'BAKER', 'nobody')", ["Archer", "Baker"]),
    ("LastName NOT IN ('Archer', 'Baker')", ["Cole", "d'Arc"]),
    (r"Title = 'two\nlines'", ["d'Arc"]),
    # capitals of any alphabet
    ("Department = 'BÜRO ÆRØ;ÜBER'", ["d'Arc"]),
    ("Department != 'BÜRO ÆRØ;ÜBER'", ["Archer", "Baker", "Cole"]),
    ("Department IN ('x', 'bÜro ærØ;über')", ["d'Arc"]),
    ("Department NOT IN ('x', 'bÜro ærØ;über')", ["Archer", "Baker", "Cole"]),
    ("Department LIKE 'BÜ%ærØ%'", ["d'Arc"]),
    ("Department LIKE 'b_ro%'", ["d'Arc"]),
    ("Key__c = 'Ä-1'", []),
    # a case-sensitive field
    ("Key__c = 'a-1'", ["Archer"]),
    ("Key__c IN ('A-1')", ["Baker"]),
    # patterns
    ("LastName LIKE 'a%'", ["Archer"]),
    ("LastName LIKE '_ole'", ["Cole"]),
    ("Name LIKE '%b baker'", ["Baker"]),
    (r"Title LIKE '100\% \_fun%'", ["Cole"]),
    (r"Title LIKE '100\_%'", []),
    (r"Title LIKE '%\\'", ["Cole"]),
    ("(NOT LastName LIKE 'a%')", ["Baker", "Cole", "d'Arc"]),
    ("Title LIKE null", ["Archer", "Baker"]),
    # nothing
    ("Email = null", ["Cole", "d'Arc"]),
    ("Email = ''", ["Cole", "d'Arc"]),
    ("Email != null", ["Archer", "Baker"]),
    ("Email != ''", ["Archer", "Baker"]),
    ("Email > ''", ["Archer", "Baker"]),
    ("Email < ''", []),
    ("Email != 'ann@acme.example'", ["Baker", "Cole", "d'Arc"]),
    ("Email IN ('ann@acme.example', null)", ["Archer", "Cole", "d'Arc"]),
    ("Email NOT IN ('ann@acme.example')", ["Baker", "Cole", "d'Arc"]),
    ("NOT Email = 'ann@acme.example'", ["Baker", "Cole", "d'Arc"]),
    ("Score__c > null", []),
    # numbers
    ("Score__c > 10", ["Baker"]),
    ("Score__c >= 10.0", ["Archer", "Baker"]),
    ("Score__c < 0", ["Cole"]),
    ("Score__c = 2.05e1", ["Baker"]),
    ("Score__c IN (10, -3)", ["Archer", "Cole"]),
    ("Score__c NOT IN (10, -3)", ["Baker", "d'Arc"]),
    ("Score__c != 10", ["Baker", "Cole", "d'Arc"]),
    # booleans
    ("Vip__c = true", ["Archer"]),
    ("Vip__c = FALSE", ["Baker", "Cole", "d'Arc"]),
    ("Vip__c != true", ["Baker", "Cole", "d'Arc"]),
    ("Account.IsDeleted = false", EVERYONE),
    # days and times
    ("Birthdate = 1980-03-18", ["Archer"]),
    ("Birthdate < 1985-01-01", ["Archer"]),
    ("Birthdate = LAST_N_YEARS:40", ["Baker"]),
    ("Birthdate < LAST_N_YEARS:40", ["Archer"]),
    ("CreatedDate > LAST_N_DAYS:1", EVERYONE),
    ("CreatedDate = LAST_N_DAYS:0", EVERYONE),
    ("CreatedDate > LAST_N_DAYS:0", EVERYONE),
    ("CreatedDate = TODAY", EVERYONE),
    ("CreatedDate < TODAY", []),
    ("CreatedDate <= TODAY", EVERYONE),
    ("CreatedDate > TODAY", []),
    ("CreatedDate >= TODAY", EVERYONE),
    ("CreatedDate != TODAY", []),
    ("CreatedDate > YESTERDAY", EVERYONE),
    ("CreatedDate IN (YESTERDAY, THIS_WEEK)", EVERYONE),
    ("CreatedDate NOT IN (YESTERDAY, TODAY)", []),
    ("CreatedDate = 2026-03-18T10:30:00Z", EVERYONE),
    ("CreatedDate = 2026-03-18T12:30:00+02:00", EVERYONE),
    ("CreatedDate >= 2026-03-18T10:30:00.001Z", []),
    ("CALENDAR_YEAR(CreatedDate) = 2026", EVERYONE),
    ("CALENDAR_MONTH(Birthdate) = 12", ["Baker"]),
    ("CALENDAR_QUARTER(Birthdate) = 1", ["Archer"]),
    ("DAY_IN_MONTH(Birthdate) = 18", ["Archer"]),
    ("DAY_IN_WEEK(CreatedDate) = 4", EVERYONE),
    ("DAY_IN_YEAR(CreatedDate) = 77", EVERYONE),
    ("WEEK_IN_MONTH(CreatedDate) = 3", EVERYONE),
    ("WEEK_IN_YEAR(CreatedDate) = 11", EVERYONE),
    ("HOUR_IN_DAY(CreatedDate) = 10", EVERYONE),
    ("HOUR_IN_DAY(convertTimezone(CreatedDate)) = 10", EVERYONE),
    ("DAY_ONLY(CreatedDate) = TODAY", EVERYONE),
    ("DAY_ONLY(CreatedDate) = 2026-03-18", EVERYONE),
    ("FISCAL_YEAR(CreatedDate) = 2026", EVERYONE),
    # several choices in one field
    ("Interests__c INCLUDES ('Tea')", ["Archer"]),
    ("Interests__c INCLUDES ('tea;books')", ["Archer"]),
    ("Interests__c INCLUDES ('Tea;Coffee')", []),
    ("Interests__c INCLUDES ('Coffee', 'Books')", ["Archer", "Cole"]),
    ("Interests__c EXCLUDES ('Tea', 'Coffee')", ["Baker", "d'Arc"]),
    ("Interests__c INCLUDES (null)", ["d'Arc"]),
    ("Interests__c = 'Tea;Books'", ["Archer"]),
    # labels
    ("Tier__c = '1'", ["Archer"]),
    ("toLabel(Tier__c) = 'Silver'", ["Baker"]),
    ("toLabel(Tier__c) = 'silver'", ["Baker"]),
    # parents
    ("Account.Name = 'acme'", ["Archer", "Baker"]),
    ("Account.Name != 'Acme'", ["Cole", "d'Arc"]),
    ("Account.Name = null", ["d'Arc"]),
    ("Contact.Account.Name = 'Bolt'", ["Cole"]),
    ("Account.Owner.Profile.Name = 'System Administrator'", ["Archer", "Baker", "Cole"]),
    ("AccountId = null", ["d'Arc"]),
    # semi-joins and anti-joins
    ("AccountId IN (SELECT Id FROM Account WHERE Name = 'Acme')", ["Archer", "Baker"]),
    ("AccountId NOT IN (SELECT Id FROM Account WHERE Name = 'Acme')", ["Cole", "d'Arc"]),
    ("AccountId IN (SELECT AccountId FROM Opportunity WHERE Amount > 500)", ["Archer", "Baker"]),
    ("AccountId NOT IN (SELECT AccountId FROM Opportunity)", ["Cole", "d'Arc"]),
    ("Id IN (SELECT WhoId FROM Task)", ["Archer"]),
    # junctions
    ("LastName = 'Archer' OR LastName = 'Baker' OR LastName = 'Cole'", ["Archer", "Baker", "Cole"]),
    ("(LastName = 'Archer' OR LastName = 'Baker') AND Score__c > 15", ["Baker"]),
    ("NOT (LastName = 'Archer' OR LastName = 'Baker')", ["Cole", "d'Arc"]),
    ("NOT NOT LastName = 'Archer'", ["Archer"]),
]


@pytest.mark.parametrize(("condition", "expected"), FOUND)
def test_a_condition_finds_exactly_what_it_says(
    last_names: Names, condition: str, expected: list[str]
) -> None:
    assert last_names(condition) == expected


def test_an_id_of_fifteen_characters_finds_its_record(ask: Ask) -> None:
    record = ask("SELECT Id FROM Contact WHERE LastName = 'Cole'").records[0]

    found = ask(f"SELECT LastName FROM Contact WHERE Id = '{record['Id'][:15]}'").records  # noqa: S608 -- SOQL, no SQL

    assert [r["LastName"] for r in found] == ["Cole"]


def test_a_list_may_be_far_longer_than_sqlites_parameters(last_names: Names) -> None:
    many = ", ".join(f"'n{i}'" for i in range(9000))

    assert last_names(f"LastName IN ({many}, 'Cole')") == ["Cole"]


def test_a_chain_may_be_far_longer_than_sqlites_expressions_are_deep(last_names: Names) -> None:
    chain = " OR ".join(f"LastName = 'n{i}'" for i in range(3000))

    assert last_names(f"{chain} OR LastName = 'Cole'") == ["Cole"]


def test_values_never_become_part_of_the_statement(last_names: Names) -> None:
    assert last_names("LastName = '\" OR 1=1 --'") == []
    assert last_names(r"LastName = '\') OR (\'1\'=\'1'") == []


def test_aliases_stand_for_objects_and_for_paths(ask: Ask) -> None:
    records = ask(
        "SELECT c.LastName FROM Contact c, c.Account a WHERE a.Name = 'Bolt' AND c.FirstName = 'Cy'"
    )

    assert [r["LastName"] for r in records.records] == ["Cole"]
