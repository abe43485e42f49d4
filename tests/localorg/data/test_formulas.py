"""Formulas and the validation rules made of them."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulators.salesforce import formula
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.formula.evaluate import FormulaContext, evaluate
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import FieldType, SObjectType, ValidationRule
from emulators.salesforce.schema.standard import standard_schema

Refusal = Callable[[Callable[[], object]], SalesforceError]
LEAD = standard_schema().objects["Lead"]
NEEDS_PERSON = ValidationRule(
    name="Needs_Person",
    formula="AND(ISBLANK(Contact__c), ISBLANK(Lead__c))",
    message="A gift has a Contact or a Lead.",
    error_field="Contact__c",
)


def value(text: str, old: dict[str, Any] | None = None, **row: Any) -> Any:
    """The value of a formula that would pass a deploy, for a lead with these stored values."""
    formula.check(text, LEAD)
    blank = {f.name: 0 if f.type is FieldType.BOOLEAN else None for f in LEAD.fields.values()}
    before = None if old is None else {**blank, **old}
    context = FormulaContext(LEAD, {**blank, **row}, before, "2026-11-22T09:30:15.000+0000", "2026-11-22")
    return evaluate(text, context)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 ^ 2 - 4 / 2", 17.0),
        ("-(1 + 2) * 2", -6.0),
        ("2 > 1 && !(1 >= 2) || FALSE", True),
        ('"a" & "b" = "ab"', True),
        ("1 <> 1", False),
        ("1 / 0", None),
        ("ROUND(2.5, 0) = 3 && ROUND(-2.5, 0) = -3", True),
        ("MAX(1, 3, 2) - MIN(1, 3, 2) + ABS(-1)", 3.0),
        ('IF(LEN("four") = 4, "yes", "no")', "yes"),
        ('CASE(2, 1, "one", 2, "two", "many")', "two"),
        ('LEFT("gift", 2) & RIGHT("gift", 2) & TRIM(" s ")', "gifts"),
        ('BEGINS("gift", "gi") && CONTAINS("gift", "if")', True),
        ('UPPER("a") & LOWER("B") & TEXT(3)', "Ab3"),
        ('VALUE("12") + 1', 13.0),
        ("TODAY() + 1 - TODAY()", 1.0),
        ("NOW() > NOW() - 1", True),
        ('BLANKVALUE(NULL, "none")', "none"),
        ("/* why */ TRUE", True),
    ],
)
def test_literals_operators_and_functions(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("ISBLANK(Title)", {}, True),
        ("ISBLANK(Title)", {"Title": "CEO"}, False),
        ('ISPICKVAL(Status, "Open")', {"Status": "Open"}, True),
        ('TEXT(Rating) = "Hot"', {"Rating": "Hot"}, True),
        ("AnnualRevenue > 10", {"AnnualRevenue": 11.0}, True),
        ("AnnualRevenue > 10", {}, False),
        ("AnnualRevenue + 1", {}, None),
        ("NumberOfEmployees * 2", {"NumberOfEmployees": 4}, 8.0),
        ("ConvertedDate < TODAY()", {"ConvertedDate": "2026-11-21"}, True),
        ("DATEVALUE(CreatedDate) = TODAY()", {"CreatedDate": "2026-11-22T00:00:00.000+0000"}, True),
        ("title = company", {"Title": "x", "Company": "x"}, True),
        ("IsConverted", {"IsConverted": 1}, True),
    ],
)
def test_fields_of_the_record(text: str, row: dict[str, Any], expected: object) -> None:
    assert value(text, **row) == expected


def test_changes_are_seen_against_the_record_before() -> None:
    text = 'ISCHANGED(Title) && PRIORVALUE(Title) = "CTO" && NOT(ISNEW())'

    assert value(text, {"Title": "CTO"}, Title="CEO") is True
    assert value(text, {"Title": "CEO"}, Title="CEO") is False
    assert value("ISCHANGED(Title) || NOT(ISNEW())", None, Title="CEO") is False


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ISBLANK(Nothing__c)", "Field Nothing__c does not exist. Check spelling."),
        ("FROB(1)", "Unknown function FROB. Check spelling."),
        ("AND(TRUE", "Syntax error. Missing ')'"),
        ("1 +", "Syntax error. Formula is incomplete"),
        ("1 # 2", "Syntax error. Found '#'"),
        ("TRUE FALSE", "Syntax error. Extra FALSE"),
        ("LEN()", "Incorrect number of parameters for function 'LEN()'. Expected 1, received 0"),
        (
            'Status = "Open"',
            "Field Status is a picklist field. Picklist fields are only supported in certain functions.",
        ),
        (
            "Title > 5",
            "Incorrect parameter type for operator '>'. Expected Number, Date, DateTime, Time, received Text",
        ),
        (
            "CreatedDate > TODAY()",
            "Incorrect parameter type for operator '>'. Expected DateTime, received Date",
        ),
        ("Title & 1", "Incorrect parameter type for operator '&'. Expected Text, received Number"),
        ("TODAY() + TODAY()", "Incorrect parameter type for operator '+'. Expected Number, received Date"),
        ("1 - TODAY()", "Incorrect parameter type for operator '-'. Expected Number, received Date"),
        ("IF(Title, 1, 2)", "Incorrect parameter type for function 'IF()'. Expected Boolean, received Text"),
        ('IF(TRUE, 1, "2")', "Incorrect parameter type for function 'IF()'. Expected Number, received Text"),
        (
            'CASE(Status, "Open", 1, "x") = 1',
            "Incorrect parameter type for function 'CASE()'. Expected Number, received Text",
        ),
        ("ABS(Title)", "Incorrect parameter type for function 'ABS()'. Expected Number, received Text"),
        ("1" * 3901, "Formula is too long (3,901 characters). Maximum length is 3,900 characters."),
        ("ISCHANGED(1)", "Incorrect argument for function 'ISCHANGED()'. Use a field reference only."),
    ],
)
def test_a_formula_that_salesforce_would_refuse_is_refused(text: str, message: str) -> None:
    with pytest.raises(SalesforceError) as refused:
        formula.check(text, LEAD)

    assert (refused.value.code, refused.value.message) == ("FIELD_INTEGRITY_EXCEPTION", message)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('REGEX(Title, "a")', "the formula function REGEX"),
        ('$Profile.Name = "x"', "formulas that refer to $Profile.Name"),
        ('Owner.Name = "x"', "formulas that refer to Owner.Name"),
    ],
)
def test_what_is_not_evaluated_here_is_named(text: str, named: str) -> None:
    with pytest.raises(NotSupportedHere) as refused:
        formula.check(text, LEAD)

    assert refused.value.message == f"The local org does not support: {named}"


@pytest.mark.parametrize("text", ['REGEX(Title, "a")', "$User.Id", "Owner.Name"])
def test_an_unchecked_formula_is_named_when_it_is_evaluated(text: str) -> None:
    context = FormulaContext(LEAD, dict.fromkeys(LEAD.fields), None, "", "")

    with pytest.raises(NotSupportedHere):
        evaluate(text, context)


@pytest.mark.parametrize(
    "text",
    [
        "10 ^ 400",
        "0 ^ -1",
        "(0 - 3) ^ 0.5",
        "TODAY() + 99999999",
        "ROUND(1, 400)",
        'DATEVALUE("tomorrow")',
        'VALUE("nan")',
    ],
)
def test_what_cannot_be_calculated_is_blank(text: str) -> None:
    assert value(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('LEFT("gift", AnnualRevenue) & LEFT("gift", 0 - 1) & RIGHT("gift", AnnualRevenue)', ""),
        ('DATEVALUE("2026-11-22") = TODAY()', True),
        ('VALUE("1e2")', 100.0),
    ],
)
def test_blank_lengths_and_texts_that_are_days_or_numbers(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize("text", ["(" * 900 + "1" + ")" * 900, "1" + "+1" * 900, "!" * 900 + "TRUE"])
def test_a_formula_that_nests_without_end_is_refused_by_name(text: str) -> None:
    with pytest.raises(NotSupportedHere, match="formulas that nest deeper"):
        formula.check(text, LEAD)


def test_a_formula_gives_the_kind_of_value_that_is_asked_for() -> None:
    formula.check("ISBLANK(Title)", LEAD, formula.Kind.BOOLEAN)

    with pytest.raises(SalesforceError) as refused:
        formula.check("Title", LEAD, formula.Kind.BOOLEAN)

    text = "Formula result is data type (Text), incompatible with expected data type (true or false)."
    assert refused.value.message == text


@given(
    st.recursive(st.integers(0, 99).map(str), lambda e: st.tuples(e, st.sampled_from("+-*"), e).map(" ".join))
)
def test_arithmetic_without_brackets_is_that_of_python(text: str) -> None:
    assert value(text) == eval(text)  # noqa: S307 -- digits and signs only


@pytest.fixture
def guarded(org: Org, gift_object: Callable[..., SObjectType]) -> Org:
    """The org with a Gift__c that needs a person."""
    with org.transaction():
        org.replace_schema(org.schema.with_object(gift_object(NEEDS_PERSON)))
    return org


def test_a_broken_rule_refuses_the_record_with_its_message(guarded: Org, dml: Dml, refusal: Refusal) -> None:
    error = refusal(lambda: dml.insert("Gift__c", {}))

    assert error.as_rest() == {
        "message": "A gift has a Contact or a Lead.",
        "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "fields": ["Contact__c"],
    }
    assert guarded.db.one('SELECT 1 FROM "Gift__c"') is None


def test_a_kept_rule_lets_the_record_pass_until_an_update_breaks_it(
    guarded: Org, dml: Dml, refusal: Refusal
) -> None:
    contact = dml.insert("Contact", {"LastName": "Berg"})
    gift = dml.insert("Gift__c", {"Contact__c": contact})

    error = refusal(lambda: dml.update("Gift__c", gift, {"Contact__c": None}))

    assert error.code == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    assert guarded.db.one('SELECT "Contact__c" FROM "Gift__c"')["Contact__c"] == contact
