"""Formula fields and default values: deployed, calculated, refused by name."""

import io
import zipfile
from typing import Any

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.metadata.deploy import Options, Outcome, deploy
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"


def fields_on_contact(org: Org, *fields: str) -> Outcome:
    package = f"<Package xmlns='{NAMESPACE}'><types><members>*</members><name>CustomField</name></types>"
    names = "".join(f"<members>Contact.{f.split('<')[0]}</members>" for f in fields)
    package = package.replace("<members>*</members>", names) + "<version>66.0</version></Package>"
    inside = "".join(
        f"<fields><fullName>{name}</fullName><label>{name}</label>{rest}</fields>"
        for name, rest in (field.split("<", 1) for field in fields)
        for rest in [f"<{rest}"]
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("package.xml", package)
        archive.writestr(
            "objects/Contact.object", f"<CustomObject xmlns='{NAMESPACE}'>{inside}</CustomObject>"
        )
    return deploy(org, content.getvalue(), Options())


def number(formula: str) -> str:
    return f"<formula>{formula}</formula><precision>18</precision><scale>2</scale><type>Number</type>"


def contact(org: Org, record_id: str) -> dict[str, Any]:
    return dict(org.db.all('SELECT * FROM "Contact" WHERE "Id" = ?', (record_id,))[0])


def test_formulas_are_calculated_for_old_and_new_records_whatever_their_order(org: Org) -> None:
    old = Dml(org, SYSTEM).insert("Contact", {"LastName": "Berg"})

    outcome = fields_on_contact(
        org,
        "Twice__c" + number("Size__c * 2"),
        "Size__c" + number("LEN(LastName)"),
        "Loud__c<formula>UPPER(LastName)</formula><type>Text</type>",
        "Long__c<formula>Size__c &gt; 4</formula><type>Checkbox</type>",
    )

    dml = Dml(org, SYSTEM)
    new = dml.insert("Contact", {"LastName": "Dahlen"})
    dml.update("Contact", new, {"LastName": "Dahl"})
    assert outcome.problems == []
    assert [contact(org, old)[name] for name in ("Size__c", "Twice__c", "Loud__c", "Long__c")] == [
        4,
        8,
        "BERG",
        0,
    ]
    assert [contact(org, new)[name] for name in ("Size__c", "Twice__c", "Loud__c")] == [4, 8, "DAHL"]


def test_blanks_count_as_zero_where_the_field_says_so(org: Org) -> None:
    treated = "<formulaTreatBlanksAs>BlankAsZero</formulaTreatBlanksAs>"
    formula = "<formula>MailingLatitude + 1</formula>"
    rest = "<precision>18</precision><scale>2</scale><type>Number</type>"

    outcome = fields_on_contact(
        org, f"Zero__c{formula}{treated}{rest}", f"Blank__c{formula}{treated.replace('Zero', 'Blank')}{rest}"
    )

    made = contact(org, Dml(org, SYSTEM).insert("Contact", {"LastName": "Berg"}))
    assert outcome.problems == []
    assert (made["Zero__c"], made["Blank__c"]) == (1, None)


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("A__c" + number("YEAR(Birthdate)"), "The local org does not support: the formula function YEAR"),
        ("A__c" + number("TODAY() - Birthdate"), "The local org does not support: TODAY in a formula field"),
        ("A__c" + number("Account.AnnualRevenue"), "does not support: formulas that refer to Account.Annual"),
        ("A__c" + number("Nothing__c"), "Field Nothing__c does not exist. Check spelling."),
        (
            "A__c" + number("LastName"),
            "Formula result is data type (Text), incompatible with expected data type",
        ),
        ("A__c" + number("IF(ISNEW(), 1, 2)"), "Function ISNEW may not be used in this type of formula"),
        (
            "A__c<defaultValue>REGEX(1</defaultValue><length>9</length><type>Text</type>",
            "Syntax error",
        ),
        (
            "A__c<defaultValue>$User.Email</defaultValue><length>80</length><type>Text</type>",
            "does not support: formulas that refer to $User.Email",
        ),
    ],
)
def test_what_could_not_be_calculated_is_refused_at_deploy(org: Org, field: str, problem: str) -> None:
    outcome = fields_on_contact(org, field)

    assert [problem in p.text for p in outcome.problems] == [True], outcome.problems


def test_formulas_that_depend_on_the_reader_are_taken_and_show_nothing_and_the_deploy_says_so(
    org: Org,
) -> None:
    record_id = Dml(org, SYSTEM).insert("Contact", {"LastName": "Berg"})

    outcome = fields_on_contact(
        org,
        "Link__c<formula>$Setup.Links__c.Home__c &amp; CASESAFEID(Id)</formula><type>Text</type>",
        "Key__c<formula>CASESAFEID(LEFT(Id, 15))</formula><type>Text</type>",
    )

    told = {success.member.full_name: success.warning for success in outcome.successes}
    assert outcome.problems == []
    assert contact(org, record_id)["Link__c"] is None
    assert contact(org, record_id)["Key__c"] == record_id
    assert "depend on the reader" in told["Contact.Link__c"]
    assert told["Contact.Key__c"] == ""


def test_default_values_cannot_depend_on_the_reader(org: Org) -> None:
    outcome = fields_on_contact(
        org, "Home__c<defaultValue>$Setup.Links__c.Home__c</defaultValue><length>80</length><type>Text</type>"
    )

    assert [problem.text for problem in outcome.problems] == [
        "The local org does not support: formulas that refer to $Setup.Links__c.Home__c"
    ]
