"""What goes with a deleted record."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, FieldType

Refusal = Callable[[Callable[[], object]], SalesforceError]


def alive(org: Org, sobject: str) -> int:
    return int(org.db.all(f'SELECT COUNT(*) FROM "{sobject}" WHERE "IsDeleted" = 0')[0][0])  # noqa: S608 -- names of ours


def constrain(org: Org, constraint: str) -> None:
    gift = org.schema.objects["Gift__c"]
    contact = replace(gift.fields["Contact__c"], delete_constraint=constraint)
    with org.transaction():
        org.replace_schema(org.schema.with_object(gift.with_field(contact)))


@pytest.fixture
def contact(gifts: Org) -> str:
    user = gifts.user("admin@local.example")
    assert user is not None
    dml = Dml(gifts, user)
    contact = dml.insert("Contact", {"LastName": "Berg"})
    dml.insert("Gift__c", {"Contact__c": contact})
    dml.insert("Task", {"Subject": "Gift sent", "WhoId": contact})
    return contact


def test_activities_go_and_look_ups_are_emptied(gifts: Org, dml: Dml, contact: str) -> None:
    dml.delete("Contact", contact)

    assert (alive(gifts, "Contact"), alive(gifts, "Task"), alive(gifts, "Gift__c")) == (0, 0, 1)
    assert gifts.db.one('SELECT "Contact__c" FROM "Gift__c"')["Contact__c"] is None


def test_a_cascading_look_up_takes_the_children_with_it(gifts: Org, contact: str) -> None:
    constrain(gifts, "Cascade")
    user = gifts.user("admin@local.example")
    assert user is not None

    Dml(gifts, user).delete("Contact", contact)

    assert alive(gifts, "Gift__c") == 0


def test_a_restricting_look_up_forbids_the_deletion(gifts: Org, contact: str, refusal: Refusal) -> None:
    constrain(gifts, "Restrict")
    user = gifts.user("admin@local.example")
    assert user is not None

    error = refusal(lambda: Dml(gifts, user).delete("Contact", contact))

    assert error.code == "DELETE_FAILED"
    assert error.message.startswith(
        "Your attempt to delete Berg could not be completed because it is associated with the following Gifts"
    )
    assert (alive(gifts, "Contact"), alive(gifts, "Task")) == (1, 1)


def test_records_that_lead_to_each_other_go_together(gifts: Org) -> None:
    gift = gifts.schema.objects["Gift__c"]
    parent = replace(
        gift.fields["Contact__c"], name="Of__c", reference_to=("Gift__c",), delete_constraint="Cascade"
    )
    with gifts.transaction():
        gifts.replace_schema(gifts.schema.with_object(gift.with_field(parent)))
    user = gifts.user("admin@local.example")
    assert user is not None
    dml = Dml(gifts, user)
    first = dml.insert("Gift__c", {})
    second = dml.insert("Gift__c", {"Of__c": first})
    dml.update("Gift__c", first, {"Of__c": second})

    dml.delete("Gift__c", first)

    assert alive(gifts, "Gift__c") == 0


def test_a_formula_over_a_look_up_follows_when_that_is_emptied(gifts: Org, contact: str) -> None:
    gift = gifts.schema.objects["Gift__c"]
    formula = Field(
        name="Whose__c",
        label="Whose",
        type=FieldType.STRING,
        custom=True,
        length=1300,
        formula='IF(ISBLANK(Contact__c), "nobody", Name)',
    )
    with gifts.transaction():
        gifts.replace_schema(gifts.schema.with_object(gift.with_field(formula)))
    user = gifts.user("admin@local.example")
    assert user is not None
    dml = Dml(gifts, user)
    dml.insert("Gift__c", {"Contact__c": contact})
    before = gifts.db.one('SELECT "Whose__c" FROM "Gift__c" ORDER BY "Id" DESC')

    dml.delete("Contact", contact)

    after = gifts.db.one('SELECT "Whose__c" FROM "Gift__c" ORDER BY "Id" DESC')
    assert (before["Whose__c"], after["Whose__c"]) == ("G-000002", "nobody")


def test_what_is_not_an_id_of_the_object_is_malformed(dml: Dml, refusal: Refusal) -> None:
    malformed = refusal(lambda: dml.delete("Contact", "12"))
    foreign = refusal(lambda: dml.delete("Contact", "001000000000001AAA"))
    missing = refusal(lambda: dml.delete("Contact", "003000000000999AAA"))

    assert (malformed.code, malformed.message) == ("MALFORMED_ID", "malformed id 12")
    assert foreign.message == "Contact ID: id value of incorrect type: 001000000000001AAA"
    assert (missing.code, missing.status) == ("INVALID_CROSS_REFERENCE_KEY", 404)
