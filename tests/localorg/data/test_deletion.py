"""What goes with a deleted record."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org

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


def test_what_is_not_an_id_of_the_object_is_malformed(dml: Dml, refusal: Refusal) -> None:
    malformed = refusal(lambda: dml.delete("Contact", "12"))
    foreign = refusal(lambda: dml.delete("Contact", "001000000000001AAA"))
    missing = refusal(lambda: dml.delete("Contact", "003000000000999AAA"))

    assert (malformed.code, malformed.message) == ("MALFORMED_ID", "malformed id 12")
    assert foreign.message == "Contact ID: id value of incorrect type: 001000000000001AAA"
    assert (missing.code, missing.status) == ("INVALID_CROSS_REFERENCE_KEY", 404)
