"""What refers to a custom field by its formula, and keeps it from being deleted.

A field is not deleted while a formula field or an active validation rule uses it. What else uses it, such as
a flow, is not looked into here.
Source: https://www.simplysfdc.com/2016/09/salesforce-delete-custom-field.html
"""

from collections.abc import Iterator

from emulators.salesforce import formula
from emulators.salesforce.metadata.draft import ACTIVITY, ACTIVITY_FACES, Draft
from emulators.salesforce.schema.model import SObjectType


def users_of_field(draft: Draft, sobject: SObjectType, field_name: str) -> list[str]:
    """Them, as Salesforce lists them; fields of Activity are used by Task and Event as well."""
    faces = ACTIVITY_FACES if sobject.name == ACTIVITY else ()
    owners = [sobject, *(draft.schema.objects[name] for name in faces)]
    return sorted({user for owner in owners for user in _users(owner, field_name)})


def _users(sobject: SObjectType, field_name: str) -> Iterator[str]:
    for field in sobject.fields.values():
        text = field.formula or field.default_formula
        if field.name != field_name and _names(text, field_name):
            yield f"Custom Formula Field - {sobject.name}.{field.name}"
    for rule in sobject.validation_rules.values():
        if rule.active and _names(rule.formula, field_name):
            yield f"Validation Rule - {sobject.name}.{rule.name}"


def _names(text: str, field_name: str) -> bool:
    wanted = field_name.casefold()
    return bool(text) and wanted in {name.casefold() for name in formula.fields_in(text)}
