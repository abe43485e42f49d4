"""Whatever is asked, the answer is records or a Salesforce error."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.soql.execute import QueryResult

Ask = Callable[..., QueryResult]

SETTINGS = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])

WORDS = st.sampled_from(
    [
        *[
            "SELECT",
            "FROM",
            "WHERE",
            "AND",
            "OR",
            "NOT",
            "IN",
            "LIKE",
            "INCLUDES",
            "EXCLUDES",
            "GROUP",
            "BY",
            "HAVING",
            "ORDER",
            "LIMIT",
            "OFFSET",
            "ASC",
            "DESC",
            "NULLS",
        ],
        *[
            "FIRST",
            "LAST",
            "FOR",
            "VIEW",
            "ALL",
            "ROWS",
            "USING",
            "SCOPE",
            "mine",
            "WITH",
            "SECURITY_ENFORCED",
            "null",
            "true",
            "false",
            "TODAY",
        ],
        *[
            "Id",
            "LastName",
            "Account.Name",
            "Score__c",
            "Vip__c",
            "Birthdate",
            "CreatedDate",
            "Interests__c",
            "Contact",
            "Account",
            "Contacts",
        ],
        *[
            "COUNT(",
            "COUNT()",
            "SUM(",
            "MAX(",
            "FIELDS(ALL)",
            "toLabel(",
            "CALENDAR_YEAR(",
            "(",
            ")",
            ",",
            "=",
            "!=",
            "<",
            ">",
            "<=",
            ">=",
            ":",
            "'",
            "'x'",
            "'%'",
            "'\\u00e9'",
        ],
        *[
            "'\\ud800'",
            "1",
            "-1",
            "0",
            "2001",
            "1e400",
            "99999999999999999999",
            "2020-01-01",
            "2020-99-99",
            "2020-01-01T00:00:00Z",
        ],
        *[
            "LAST_N_DAYS:5",
            "LAST_N_YEARS:99999999",
            "N_DAYS_AGO:999999999999999999",
            "c.Id",
            "Who.Name",
            "What.Type",
        ],
    ]
)

FIELDS = st.sampled_from(
    [
        "Id",
        "LastName",
        "AccountId",
        "Account.Name",
        "Score__c",
        "Vip__c",
        "Birthdate",
        "CreatedDate",
        "Interests__c",
        "Notes__c",
        "Tier__c",
        "MailingAddress",
        "toLabel(Tier__c)",
        "CALENDAR_MONTH(CreatedDate)",
        "COUNT(Id)",
        "MAX(Birthdate)",
        "SUM(Score__c)",
        "Owner.Profile.Name",
    ]
)
VALUES = st.sampled_from(
    [
        "'x'",
        "''",
        "null",
        "1",
        "-2.5",
        "true",
        "2020-01-01",
        "2020-01-01T00:00:00Z",
        "TODAY",
        "LAST_N_DAYS:3",
        "'003000000000001'",
        "'%_%'",
        "1e999",
        "'\\ud83d\\ude00'",
    ]
)
OPERATORS = st.sampled_from(["=", "!=", "<", ">", "<=", ">=", "LIKE"])
CONDITIONS = st.recursive(
    st.builds("{} {} {}".format, FIELDS, OPERATORS, VALUES)
    | st.builds(
        "{} {} ({}, {})".format, FIELDS, st.sampled_from(["IN", "NOT IN", "INCLUDES"]), VALUES, VALUES
    ),
    lambda inner: (
        st.builds("({} AND {})".format, inner, inner)
        | st.builds("({} OR {})".format, inner, inner)
        | st.builds("(NOT {})".format, inner)
    ),
    max_leaves=6,
)


@SETTINGS
@given(words=st.lists(WORDS, max_size=30))
def test_any_words_are_answered_or_refused(ask: Ask, words: list[str]) -> None:
    _answered_or_refused(ask, "SELECT Id FROM Contact " + " ".join(words))  # noqa: S608 -- SOQL, no SQL
    _answered_or_refused(ask, " ".join(words))


@SETTINGS
@given(text=st.text(max_size=80))
def test_any_text_is_answered_or_refused(ask: Ask, text: str) -> None:
    _answered_or_refused(ask, text)
    _answered_or_refused(ask, f"SELECT Id FROM Contact WHERE LastName = '{text}'")  # noqa: S608 -- SOQL, no SQL


@SETTINGS
@given(
    fields=st.lists(FIELDS, min_size=1, max_size=4),
    condition=CONDITIONS,
    group=st.lists(FIELDS, max_size=2),
    order=st.lists(FIELDS, max_size=2),
)
def test_any_sentence_of_the_grammar_is_answered_or_refused(
    ask: Ask, fields: list[str], condition: str, group: list[str], order: list[str]
) -> None:
    text = f"SELECT {', '.join(fields)} FROM Contact WHERE {condition}"  # noqa: S608 -- SOQL, no SQL
    text += f" GROUP BY {', '.join(group)}" if group else ""
    text += f" ORDER BY {', '.join(order)}" if order else ""

    _answered_or_refused(ask, text)


@SETTINGS
@given(condition=CONDITIONS)
def test_a_condition_and_its_negation_share_the_records_between_them(ask: Ask, condition: str) -> None:
    try:
        found = _ids(ask, condition)
        others = _ids(ask, f"NOT ({condition})")
    except SalesforceError:
        return

    assert not found & others
    assert found | others == _ids(ask, "Id != null")


def _ids(ask: Ask, condition: str) -> set[str]:
    return {record["Id"] for record in ask(f"SELECT Id FROM Contact WHERE {condition}").records}  # noqa: S608 -- SOQL, no SQL


def _answered_or_refused(ask: Ask, text: str) -> None:
    try:
        result = ask(text)
    except SalesforceError as error:
        assert error.code  # noqa: PT017 -- every refusal is fine as long as it has a code
    else:
        assert result.total_size >= len(result.records)
