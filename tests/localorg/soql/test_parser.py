"""What the grammar takes and what it refuses, with the place it points at."""

import re

import pytest

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.soql.parser import parse
from emulators.salesforce.soql.tokens import MAX_QUERY_CHARACTERS
from emulators.salesforce.soql.tree import (
    Call,
    Comparison,
    FieldItem,
    Junction,
    Literal,
    LiteralKind,
    Not,
    Path,
    Query,
    SubqueryItem,
)

ACCEPTED = [
    "SELECT Id FROM Account",
    "select id from account",
    "  SELECT\n\tId\r\n FROM Account  ",
    "SELECT Id, Name FROM Contact c",
    "SELECT c.Id, c.Account.Name FROM Contact AS c",
    "SELECT a.Name, c.Id FROM Contact c, c.Account a",
    "SELECT Account.Owner.Manager.Profile.Name FROM Contact",
    "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
    "SELECT Id, (SELECT Id, (SELECT Id FROM Tasks) FROM Contacts WHERE Name LIKE 'A%' LIMIT 1) FROM Account",
    "SELECT COUNT() FROM Account",
    "SELECT COUNT(Id) total, Name FROM Account GROUP BY Name HAVING COUNT(Id) > 1",
    "SELECT CALENDAR_YEAR(convertTimezone(CreatedDate)) FROM Account GROUP BY CALENDAR_YEAR(CreatedDate)",
    "SELECT FIELDS(ALL) FROM Account LIMIT 200",
    "SELECT toLabel(Status) FROM Lead",
    "SELECT Id FROM A WHERE B = 'x'",
    "SELECT Id FROM A WHERE B='x'AND C=1",
    "SELECT Id FROM A WHERE B != null AND C <> 'y'",
    "SELECT Id FROM A WHERE B < 1 AND C <= -1.5 AND D > +2 AND E >= 1e3 AND F = .5",
    "SELECT Id FROM A WHERE B = TRUE OR C = false",
    "SELECT Id FROM A WHERE B = 2020-01-31 AND C > 2020-01-31T00:00:00Z",
    "SELECT Id FROM A WHERE D < 2020-01-31T00:00:00.123+02:00",
    "SELECT Id FROM A WHERE B = 2020-01-31T00:00:00-0800",
    "SELECT Id FROM A WHERE T = 12:30:00Z",
    "SELECT Id FROM A WHERE B = TODAY AND C > LAST_N_DAYS:30 AND D < n_months_ago:2",
    "SELECT Id FROM A WHERE B IN ('x')",
    "SELECT Id FROM A WHERE B IN ('x', 'y') AND C NOT IN (1, 2, null)",
    "SELECT Id FROM A WHERE Id IN (SELECT AId FROM B WHERE C = 1)",
    "SELECT Id FROM A WHERE Id NOT IN (SELECT AId FROM B)",
    "SELECT Id FROM A WHERE B LIKE '%x_'",
    "SELECT Id FROM A WHERE B INCLUDES ('x;y', 'z') AND C EXCLUDES ('w')",
    "SELECT Id FROM A WHERE NOT B = 1",
    "SELECT Id FROM A WHERE (NOT (B = 1)) AND ((C = 2))",
    "SELECT Id FROM A WHERE (B = 1 AND C = 2) OR (D = 3 AND (E = 4 OR F = 5))",
    r"SELECT Id FROM A WHERE B = 'it\'s \\ \n \u00e9'",
    "SELECT Id FROM A ORDER BY B",
    "SELECT Id FROM A ORDER BY B ASC NULLS LAST, C DESC NULLS FIRST, D.E",
    "SELECT Id FROM A LIMIT 10 OFFSET 20",
    "SELECT Id FROM A WHERE B = 1 LIMIT 0",
    "SELECT Id FROM A FOR VIEW",
    "SELECT Id FROM A LIMIT 1 FOR REFERENCE",
    "SELECT Id FROM A FOR VIEW FOR REFERENCE",
    "SELECT Id FROM A UPDATE TRACKING",
    "SELECT Id FROM A ALL ROWS",
    "SELECT Id FROM A USING SCOPE mine WHERE B = 1",
    "SELECT Id FROM A WITH SECURITY_ENFORCED",
    "SELECT Id FROM A WHERE B = 1 WITH USER_MODE ORDER BY C",
    "SELECT Group, Order, Limit FROM Order",
    "SELECT Id FROM Group WHERE Limit = 1",
    "SELECT Select FROM From",
]

REFUSED = [
    ("", 1, "unexpected token: '<EOF>'"),
    ("SELECT", 7, "unexpected token: '<EOF>'"),
    ("SELECT FROM Account", 8, "unexpected token: 'FROM'"),
    ("SELECT Id", 10, "unexpected token: '<EOF>'"),
    ("SELECT Id Account", 18, "unexpected token: '<EOF>'"),
    ("SELECT Id, FROM Account", 12, "unexpected token: 'FROM'"),
    ("SELECT Id FORM Account", 16, "unexpected token: 'Account'"),
    ("UPDATE Account", 1, "unexpected token: 'UPDATE'"),
    ("SELECT Id FROM", 15, "unexpected token: '<EOF>'"),
    ("SELECT Id FROM 'Account'", 16, "unexpected token: ''Account''"),
    ("SELECT Id FROM A WHERE", 23, "unexpected token: '<EOF>'"),
    ("SELECT Id FROM A WHERE B", 25, "unexpected token: '<EOF>'"),
    ("SELECT Id FROM A WHERE B =", 27, "unexpected token: '<EOF>'"),
    ("SELECT Id FROM A WHERE B == 1", 27, "unexpected token: '='"),
    ("SELECT Id FROM A WHERE B IS NULL", 26, "unexpected token: 'IS'"),
    ("SELECT Id FROM A WHERE B = 1 AND C = 2 OR D = 3", 40, "unexpected token: 'OR'"),
    ("SELECT Id FROM A WHERE B = 1 OR C = 2 AND D = 3", 39, "unexpected token: 'AND'"),
    ("SELECT Id FROM A WHERE (B = 1", 30, "unexpected token: '<EOF>'"),
    ("SELECT Id FROM A WHERE B = 1)", 29, "unexpected token: ')'"),
    ("SELECT Id FROM A WHERE B IN ()", 30, "unexpected token: ')'"),
    ("SELECT Id FROM A WHERE B IN 'x'", 29, "unexpected token: ''x''"),
    ("SELECT Id FROM A WHERE B IN ('x',)", 34, "unexpected token: ')'"),
    ("SELECT Id FROM A WHERE B NOT LIKE 'x'", 26, "unexpected token: 'NOT'"),
    ("SELECT Id FROM A WHERE B = C", 28, "Bind variables only allowed in Apex code"),
    ("SELECT Id FROM A WHERE B = :name", 28, "Bind variables only allowed in Apex code"),
    ("SELECT Id FROM A WHERE B IN :names", 29, "Bind variables only allowed in Apex code"),
    ("SELECT Id FROM A WHERE B = LAST_N_DAYS", 39, "unexpected token: '<EOF>'"),
    ("SELECT Id FROM A WHERE B = LAST_N_DAYS:x", 40, "unexpected token: 'x'"),
    ("SELECT Id FROM A WHERE B = 'x", 28, "line 1:27 mismatched character '<EOF>' expecting '''"),
    ("SELECT Id FROM A LIMIT -1", 24, "unexpected token: '-1'"),
    ("SELECT Id FROM A LIMIT 1.5", 24, "unexpected token: '1.5'"),
    ("SELECT Id FROM A LIMIT ten", 24, "unexpected token: 'ten'"),
    ("SELECT Id FROM A OFFSET 1 LIMIT 1", 27, "unexpected token: 'LIMIT'"),
    ("SELECT Id FROM A ORDER B", 24, "unexpected token: 'B'"),
    ("SELECT Id FROM A ORDER BY B WHERE C = 1", 29, "unexpected token: 'WHERE'"),
    ("SELECT Id FROM A ORDER BY B NULLS", 34, "unexpected token: '<EOF>'"),
    ("SELECT Id FROM A GROUP B", 24, "unexpected token: 'B'"),
    ("SELECT Id FROM A FOR EVER", 22, "unexpected token: 'EVER'"),
    ("SELECT Id FROM A; DROP TABLE A", 0, "line 1:16 no viable alternative at character ';'"),
    ("SELECT * FROM A", 0, "line 1:7 no viable alternative at character '*'"),
    ("SELECT Id FROM A WHERE B = 1\n  AND C @ 2", 0, "line 2:8 no viable alternative at character '@'"),
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_a_query_within_the_grammar_is_read_to_its_end(text: str) -> None:
    assert isinstance(parse(text), Query)


@pytest.mark.parametrize(("text", "column", "message"), REFUSED)
def test_a_query_outside_the_grammar_is_refused_where_it_goes_wrong(
    text: str, column: int, message: str
) -> None:
    with pytest.raises(SalesforceError) as caught:
        parse(text)

    assert caught.value.code == "MALFORMED_QUERY"
    assert caught.value.message.endswith(message)
    found = re.search(r"Row:1:Column:(\d+)", caught.value.message)
    assert (int(found.group(1)) if found else 0) == column


def test_every_clause_arrives_in_the_tree() -> None:
    query = parse(
        "SELECT Id, COUNT(Name) n, (SELECT Id FROM Cs) FROM A a WHERE x.Y = 'z' GROUP BY B "
        "HAVING COUNT(Id) > 1 ORDER BY C DESC NULLS LAST LIMIT 3 OFFSET 4 ALL ROWS"
    )

    first, second, third = query.select
    assert isinstance(first, FieldItem)
    assert first.expression == Path(("Id",), 7)
    assert isinstance(second, FieldItem)
    assert second == FieldItem(Call("COUNT", (Path(("Name",), 17),), 11), "n")
    assert isinstance(third, SubqueryItem)
    assert (query.source.name, query.source.alias) == ("A", "a")
    assert isinstance(query.where, Comparison)
    assert query.where.left == Path(("x", "Y"), 61)
    assert query.where.right == Literal(LiteralKind.STRING, "'z'", 67)
    assert (query.limit, query.offset, query.all_rows) == (3, 4, True)
    assert (query.order_by[0].descending, query.order_by[0].nulls_first) == (True, False)


def test_not_binds_to_the_next_term_alone() -> None:
    query = parse("SELECT Id FROM A WHERE NOT B = 1 AND C = 2")

    assert isinstance(query.where, Junction)
    assert isinstance(query.where.conditions[0], Not)
    assert isinstance(query.where.conditions[1], Comparison)


def test_the_row_counts_lines_and_the_column_starts_anew_in_each() -> None:
    with pytest.raises(SalesforceError) as caught:
        parse("SELECT Id\nFROM A\nWHERE B = 1 C")

    assert (
        caught.value.message
        == "\nWHERE B = 1 C\n            ^\nERROR at Row:3:Column:13\nunexpected token: 'C'"
    )


def test_brackets_nest_only_so_deep() -> None:
    with pytest.raises(SalesforceError, match="nested too deeply"):
        parse("SELECT Id FROM A WHERE " + "(" * 5000 + "B = 1" + ")" * 5000)


def test_a_query_has_a_longest_length() -> None:
    with pytest.raises(SalesforceError, match="longer than"):
        parse("SELECT Id FROM A WHERE B = '" + "x" * MAX_QUERY_CHARACTERS + "'")  # noqa: S608 -- SOQL, no SQL
