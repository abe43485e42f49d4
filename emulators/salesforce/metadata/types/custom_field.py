"""CustomField: on custom and standard objects, and on Activity for both Task and Event."""

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from emulators.salesforce import formula
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.metadata.components import Member, StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem, Refused
from emulators.salesforce.metadata.pruning import take_off
from emulators.salesforce.metadata.references import users_of_field
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import CheckedType, keep
from emulators.salesforce.metadata.types.field_rules import RULES, setting_problems
from emulators.salesforce.metadata.types.field_schema import holds, read_field
from emulators.salesforce.metadata.types.object_kinds import auto_number_problem
from emulators.salesforce.metadata.types.picklists import repeated_values
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.soap.envelope import child_named, text_of, texts_of

_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*__c")
_MAX_NAME = 43


class CustomField(CheckedType):
    """Applied to the schema. Standard fields are only kept: they hold the same, whatever is set."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        element = component.element
        object_name, _, name = component.member.full_name.rpartition(".")
        if element is None:
            return
        sobject = draft.sobject(object_name)
        if sobject is None:
            yield component.problem(f"In field: fullName - no CustomObject named {object_name} found")
            return
        if not name.endswith("__c"):
            if sobject.field_named(name) is None:
                yield component.problem("Could not resolve standard field's name.")
            return
        yield from _name_problems(component, name)
        if not text_of(element, "label"):
            yield component.problem("Must specify a non-empty label for the CustomField")
        type_name = text_of(element, "type")
        if type_name not in RULES:
            problem = f"The local org does not support: fields of type {type_name}"
            yield component.problem(problem if type_name else "Required field is missing: type")
            return
        for setting, text in setting_problems(element, type_name):
            yield component.problem(text, child_named(element, setting))
        if number := auto_number_problem(element):
            yield component.problem(number, child_named(element, "displayFormat"))
        yield from _reference_problems(component, element, draft)
        yield from _picklist_problems(component, element, draft)
        yield from _formula_problems(component, element, sobject)

    def remark(self, component: Component, draft: Draft) -> str:
        del draft
        text = "" if component.element is None else text_of(component.element, "formula")
        if not text or not formula.depends_on_reader(text):
            return ""
        return (
            "The local org calculates formulas that depend on the reader for its pages and its UI API alone: "
            "elsewhere the field shows nothing"
        )

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        object_name, _, name = component.member.full_name.rpartition(".")
        sobject = draft.sobject(object_name)
        if component.element is not None and sobject is not None and name.endswith("__c"):
            known = sobject.field_named(name)
            name = known.name if known else name
            draft.put_field(sobject.name, read_field(component.element, name, draft.schema))
            # Names are the same whatever their capitals; the first way to write one stays.
            component = replace(component, member=Member(component.member.type, f"{sobject.name}.{name}"))
        return keep(component, draft)

    def remove(self, member: Member, draft: Draft) -> None:
        object_name, _, name = member.full_name.rpartition(".")
        sobject = draft.sobject(object_name)
        field = draft.field(object_name, name)
        if sobject is None or field is None or not field.custom:
            raise Refused(f"No CustomField named: {member.full_name} found")
        users = users_of_field(draft, sobject, field.name)
        if users:
            raise Refused(f"This custom field is referenced elsewhere in Salesforce. : {', '.join(users)}")
        if draft.components.find(member) is not None:
            super().remove(member, draft)
        take_off(draft, sobject.name, field.name)
        draft.drop_field(sobject.name, field.name)
        draft.org.db.execute(
            'DELETE FROM "FieldPermissions" WHERE "Field" = ?', (f"{sobject.name}.{field.name}",)
        )


def _name_problems(component: Component, name: str) -> Iterator[Problem]:
    if not _NAME.fullmatch(name) or len(name) > _MAX_NAME:
        yield component.problem(
            f"The Custom Field Name you provided {name.removesuffix('__c')} on object "
            f"{component.member.full_name.rpartition('.')[0]} can only contain alphanumeric characters, must "
            "begin with a letter, cannot end with an underscore, and cannot contain two consecutive "
            "underscore characters"
        )


def _formula_problems(
    component: Component, element: etree._Element, sobject: SObjectType
) -> Iterator[Problem]:
    """A formula is refused now when it could not be calculated later."""
    default = "" if text_of(element, "type") == "Checkbox" else text_of(element, "defaultValue")
    wanted = formula.kind_of_field(holds(text_of(element, "type")))
    for name, text, check in (
        ("formula", text_of(element, "formula"), formula.check_field),
        ("defaultValue", default, formula.check),
    ):
        try:
            if text:
                check(text, sobject, wanted)
        except SalesforceError as error:
            yield component.problem(error.message, child_named(element, name))


def _reference_problems(component: Component, element: etree._Element, draft: Draft) -> Iterator[Problem]:
    if text_of(element, "type") not in {"Lookup", "MasterDetail"}:
        return
    target = text_of(element, "referenceTo")
    at = child_named(element, "referenceTo")
    if target and draft.sobject(target) is None:
        yield component.problem(
            f"referenceTo value of '{target}' does not resolve to a valid sObject type", at
        )
    constraint = text_of(element, "deleteConstraint") or "SetNull"
    if text_of(element, "required") == "true" and constraint == "SetNull":
        text = "must specify either cascade delete or restrict delete for required lookup foreign key"
        yield component.problem(text, child_named(element, "required"))
    yield from _relationship_problems(component, element, target, draft)


def _relationship_problems(
    component: Component, element: etree._Element, target: str, draft: Draft
) -> Iterator[Problem]:
    name = text_of(element, "relationshipName")
    if not name:
        return
    for sobject, field in draft.schema.children_of(target):
        taken = field.child_relationship_name.casefold() == f"{name}__r".casefold()
        if taken and f"{sobject.name}.{field.name}" != component.member.full_name:
            text = f"There is already a Child Relationship named {name} on {target}."
            yield component.problem(text, child_named(element, "relationshipName"))


def _picklist_problems(component: Component, element: etree._Element, draft: Draft) -> Iterator[Problem]:
    value_set = child_named(element, "valueSet")
    if value_set is None:
        return
    definition = child_named(value_set, "valueSetDefinition")
    for name in texts_of(value_set, "valueSetName"):
        if name not in draft.schema.global_value_sets:
            text = f"In field: valueSetName - no GlobalValueSet named {name} found"
            yield component.problem(text, child_named(value_set, "valueSetName"))
    if definition is None and not texts_of(value_set, "valueSetName"):
        yield component.problem("Must specify either valueSetName or valueSetDefinition", value_set)
    if definition is not None:
        for entry, value in repeated_values(definition, "value"):
            yield component.problem(f"Duplicate value found: {value}", entry)
