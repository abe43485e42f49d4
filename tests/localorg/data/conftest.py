"""A deployed object to try the general rules of DML on."""

from collections.abc import Callable
from typing import Any

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import (
    Field,
    FieldType,
    PicklistValue,
    SObjectType,
    ValidationRule,
)
from emulators.salesforce.schema.standard import system_fields

ADMIN = "admin@local.example"


def custom(name: str, kind: FieldType, **facts: Any) -> Field:
    label = name.removesuffix("__c").replace("_", " ")
    return Field(name=name, label=label, type=kind, custom=True, **facts)


def gift_fields() -> tuple[Field, ...]:
    """One of each type that has rules of its own."""
    status = (PicklistValue("Sent", "Sent"), PicklistValue("Clicked", "Clicked"))
    return (
        Field(
            name="Name",
            label="Gift Number",
            type=FieldType.STRING,
            length=80,
            nillable=False,
            createable=False,
            updateable=False,
            name_field=True,
            auto_number="G-{000000}",
        ),
        custom(
            "External_Id__c",
            FieldType.STRING,
            length=64,
            external_id=True,
            unique=True,
            case_sensitive=True,
        ),
        custom("Code__c", FieldType.STRING, length=20, unique=True),
        custom(
            "Contact__c",
            FieldType.REFERENCE,
            length=18,
            reference_to=("Contact",),
            relationship_name="Contact__r",
            child_relationship_name="Gifts__r",
        ),
        custom(
            "Lead__c",
            FieldType.REFERENCE,
            length=18,
            reference_to=("Lead",),
            relationship_name="Lead__r",
            child_relationship_name="Gifts__r",
        ),
        custom(
            "Send_Status__c", FieldType.PICKLIST, length=255, restricted_picklist=True, picklist_values=status
        ),
        custom(
            "Tags__c", FieldType.MULTIPICKLIST, length=4099, restricted_picklist=True, picklist_values=status
        ),
        custom("Gift_Value__c", FieldType.CURRENCY, precision=18, scale=2),
        custom("Score__c", FieldType.DOUBLE, precision=5, scale=1),
        custom("Clicked_At__c", FieldType.DATETIME),
        custom("Due__c", FieldType.DATE),
        custom(
            "Opt_Out__c", FieldType.BOOLEAN, nillable=False, default_value=False, defaulted_on_create=True
        ),
        custom("Source__c", FieldType.STRING, length=20, default_formula='"API"'),
    )


def make_gift_object(*rules: ValidationRule) -> SObjectType:
    fields = {f.name: f for f in gift_fields()}
    system = system_fields("Record")
    return SObjectType(
        name="Gift__c",
        label="Gift",
        label_plural="Gifts",
        key_prefix="a00",
        fields={"Id": system["Id"], "IsDeleted": system["IsDeleted"], **fields, **system},
        custom=True,
        activities=True,
        validation_rules={r.name: r for r in rules},
    )


@pytest.fixture
def gift_object() -> Callable[..., SObjectType]:
    """Makes a Gift__c with the given validation rules."""
    return make_gift_object


@pytest.fixture
def gifts(org: Org) -> Org:
    """The org with Gift__c in it."""
    with org.transaction():
        org.replace_schema(org.schema.with_object(make_gift_object()))
    return org


@pytest.fixture
def dml(org: Org) -> Dml:
    """Writes as the administrator; made for each use, since a Dml lives as long as a request."""
    user = org.user(ADMIN)
    assert user is not None
    return Dml(org, user)


@pytest.fixture
def refusal() -> Callable[[Callable[[], object]], SalesforceError]:
    """The error with which a write is refused."""

    def of(write: Callable[[], object]) -> SalesforceError:
        with pytest.raises(SalesforceError) as refused:
            write()
        return refused.value

    return of
