"""Each rule a query can break: the code, the place and the words."""

from collections.abc import Callable

import pytest

from emulators.salesforce.errors import SalesforceError

Refusal = Callable[[str], SalesforceError]

REFUSED = [
    (
        "SELECT Nope FROM Contact",
        "INVALID_FIELD",
        8,
        "No such column 'Nope' on entity 'Contact'. If you are attempting",
    ),
    (
        "SELECT Id FROM Contact WHERE Nope = 1",
        "INVALID_FIELD",
        30,
        "No such column 'Nope' on entity 'Contact'",
    ),
    ("SELECT Account.Nope FROM Contact", "INVALID_FIELD", 8, "No such column 'Nope' on entity 'Account'"),
    ("SELECT Id FROM Contact ORDER BY Nope", "INVALID_FIELD", 33, "No such column 'Nope'"),
    ("SELECT Id, (SELECT Nope FROM Contacts) FROM Account", "INVALID_FIELD", 20, "No such column 'Nope'"),
    ("SELECT Who.Nope FROM Task", "INVALID_FIELD", 8, "No such column 'Nope' on entity 'Name'"),
    (
        "SELECT Nope.Name FROM Contact",
        "INVALID_FIELD",
        8,
        "Didn't understand relationship 'Nope' in field path",
    ),
    ("SELECT AccountId.Name FROM Contact", "INVALID_FIELD", 8, "Didn't understand relationship 'AccountId'"),
    ("SELECT Id FROM Activity", "INVALID_TYPE", 16, "sObject type 'Activity' is not supported"),
    (
        "SELECT Id FROM Nope",
        "INVALID_TYPE",
        16,
        "sObject type 'Nope' is not supported. If you are attempting",
    ),
    (
        "SELECT (SELECT Id FROM Contact) FROM Account",
        "INVALID_TYPE",
        24,
        "Didn't understand relationship 'Contact'",
    ),
    (
        "SELECT Id FROM Contact WHERE AccountId IN (SELECT Id FROM Nope)",
        "INVALID_TYPE",
        59,
        "sObject type 'Nope'",
    ),
    (
        "SELECT Id FROM Contact WHERE Score__c = '1'",
        "INVALID_FIELD",
        41,
        "field 'Score__c' must be of type double and should not be enclosed in quotes",
    ),
    (
        "SELECT Id FROM Contact WHERE Vip__c = 'true'",
        "INVALID_FIELD",
        39,
        "field 'Vip__c' must be of type boolean and should not be enclosed in quotes",
    ),
    (
        "SELECT Id FROM Contact WHERE Birthdate = '2020-01-01'",
        "INVALID_FIELD",
        42,
        "must be of type date and",
    ),
    (
        "SELECT Id FROM Contact WHERE Birthdate = 2020-01-01T00:00:00Z",
        "INVALID_FIELD",
        42,
        "of type date and",
    ),
    (
        "SELECT Id FROM Contact WHERE CreatedDate > 2020-01-01",
        "INVALID_FIELD",
        44,
        "must be of type dateTime and",
    ),
    (
        "SELECT Id FROM Contact WHERE LastName = 1",
        "INVALID_FIELD",
        41,
        "value of filter criterion for field 'LastName' must be of type string and should be enclosed",
    ),
    ("SELECT Id FROM Contact WHERE LastName IN ('a', 1)", "INVALID_FIELD", 48, "must be of type string and"),
    ("SELECT Id FROM Contact WHERE Id = 1", "INVALID_FIELD", 35, "must be of type ID and should be enclosed"),
    ("SELECT Id FROM Contact WHERE Id = 'abc'", "INVALID_QUERY_FILTER_OPERATOR", 35, "invalid ID field: abc"),
    (
        "SELECT Id FROM Contact WHERE AccountId IN ('x')",
        "INVALID_QUERY_FILTER_OPERATOR",
        44,
        "invalid ID field: x",
    ),
    (
        "SELECT Id FROM Contact WHERE Id LIKE '003%'",
        "INVALID_QUERY_FILTER_OPERATOR",
        30,
        "invalid operator on id field",
    ),
    (
        "SELECT Id FROM Contact WHERE Vip__c > true",
        "INVALID_QUERY_FILTER_OPERATOR",
        30,
        "invalid operator on boolean",
    ),
    (
        "SELECT Id FROM Contact WHERE LastName INCLUDES ('a')",
        "INVALID_QUERY_FILTER_OPERATOR",
        30,
        "invalid operator",
    ),
    (
        "SELECT Id FROM Contact WHERE Notes__c = 'a'",
        "INVALID_FIELD",
        30,
        "field 'Notes__c' can not be filtered in a query call",
    ),
    ("SELECT Id FROM Contact ORDER BY Notes__c", "MALFORMED_QUERY", 33, "field 'Notes__c' can not be sorted"),
    (
        "SELECT Notes__c FROM Contact GROUP BY Notes__c",
        "MALFORMED_QUERY",
        39,
        "field 'Notes__c' can not be grouped",
    ),
    (
        "SELECT Id FROM Contact WHERE Birthdate = 2020-02-30",
        "MALFORMED_QUERY",
        42,
        "Invalid date: 2020-02-30",
    ),
    (
        "SELECT Id FROM Contact WHERE CreatedDate = 2020-01-01T25:00:00Z",
        "MALFORMED_QUERY",
        44,
        "Invalid datetime",
    ),
    (
        r"SELECT Id FROM Contact WHERE LastName = '\q'",
        "MALFORMED_QUERY",
        41,
        r"Illegal character sequence '\q'",
    ),
    ("SELECT Id, Id FROM Contact", "MALFORMED_QUERY", 12, "duplicate field selected: Id"),
    ("SELECT LastName n FROM Contact", "MALFORMED_QUERY", 8, "only aggregate expressions use field aliasing"),
    (
        "SELECT LastName, COUNT(Id) FROM Contact",
        "MALFORMED_QUERY",
        8,
        "Field must be grouped or aggregated: LastName",
    ),
    (
        "SELECT COUNT(Id) FROM Contact ORDER BY LastName",
        "MALFORMED_QUERY",
        40,
        "must be grouped or aggregated",
    ),
    (
        "SELECT COUNT(Id) FROM Contact GROUP BY Title HAVING LastName = 'x'",
        "MALFORMED_QUERY",
        53,
        "must be grouped",
    ),
    ("SELECT CALENDAR_YEAR(CreatedDate) FROM Contact", "MALFORMED_QUERY", 8, "must be grouped or aggregated"),
    ("SELECT CALENDAR_YEAR(LastName) FROM Contact", "MALFORMED_QUERY", 8, "does not support CALENDAR_YEAR"),
    ("SELECT SUM(LastName) FROM Contact", "MALFORMED_QUERY", 8, "does not support aggregate operator SUM"),
    ("SELECT COUNT(Id) a, COUNT(Id) a FROM Contact", "MALFORMED_QUERY", 21, "duplicate alias: a"),
    ("SELECT COUNT(), Id FROM Contact", "MALFORMED_QUERY", 1, "COUNT() must be the only element"),
    (
        "SELECT Id FROM Contact WHERE COUNT(Id) > 1",
        "MALFORMED_QUERY",
        30,
        "Aggregate functions are not allowed",
    ),
    ("SELECT Id FROM Contact HAVING COUNT(Id) > 1", "MALFORMED_QUERY", 24, "unexpected token: 'HAVING'"),
    ("SELECT Id FROM Contact ORDER BY COUNT(Id)", "MALFORMED_QUERY", 33, "only beside aggregates"),
    (
        "SELECT (SELECT COUNT(Id) FROM Contacts) FROM Account",
        "MALFORMED_QUERY",
        9,
        "not allowed in sub-queries",
    ),
    ("SELECT COUNT(Id), (SELECT Id FROM Contacts) FROM Account", "MALFORMED_QUERY", 19, "beside aggregates"),
    ("SELECT FIELDS(ALL) FROM Contact", "MALFORMED_QUERY", 8, "must have a LIMIT of at most 200"),
    (
        "SELECT FIELDS(CUSTOM) FROM Contact LIMIT 201",
        "MALFORMED_QUERY",
        8,
        "must have a LIMIT of at most 200",
    ),
    ("SELECT FIELDS(MOST) FROM Contact LIMIT 1", "MALFORMED_QUERY", 8, "FIELDS takes"),
    ("SELECT NOPE(Id) FROM Contact", "MALFORMED_QUERY", 8, "Invalid function: NOPE"),
    ("SELECT COUNT(Id, Name) FROM Contact", "MALFORMED_QUERY", 8, "COUNT takes one field"),
    (
        "SELECT Id FROM Contact WHERE Id IN (SELECT Id FROM Contact)",
        "MALFORMED_QUERY",
        37,
        "The inner and outer selects should not be on the same object type",
    ),
    (
        "SELECT Id FROM Contact WHERE Id IN (SELECT AccountId FROM Opportunity)",
        "MALFORMED_QUERY",
        30,
        "should point to the same object type",
    ),
    (
        "SELECT Id FROM Contact WHERE AccountId IN (SELECT Id, Name FROM Account)",
        "MALFORMED_QUERY",
        44,
        "must have exactly one field",
    ),
    (
        (
            "SELECT Id FROM Contact WHERE AccountId IN (SELECT AccountId FROM Opportunity WHERE OwnerId IN "
            "(SELECT Id FROM User))"
        ),
        "MALFORMED_QUERY",
        96,
        "Nesting of semi join sub-selects is not supported",
    ),
    ("SELECT Account.Parent.Parent.Parent.Parent.Parent.Name FROM Contact", "MALFORMED_QUERY", 8, "5 levels"),
]


@pytest.mark.parametrize(("text", "code", "column", "message"), REFUSED)
def test_a_refusal_says_what_and_where(
    refusal: Refusal, text: str, code: str, column: int, message: str
) -> None:
    error = refusal(text)

    assert error.code == code
    assert error.status == 400
    assert message in error.message
    assert f"ERROR at Row:1:Column:{column}\n" in error.message
