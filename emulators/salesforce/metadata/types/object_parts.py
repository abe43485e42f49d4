"""What else lives in an object's file: list views, web links, compact layouts, validation rules."""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from emulators.salesforce import formula
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.metadata.components import Member, StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import CheckedType
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.schema.model import ValidationRule as Rule
from emulators.salesforce.soap.envelope import child_elements, child_named, local_name, text_of

_LIST_COLUMNS = {
    "NAME",
    "FULL_NAME",
    "OWNER.ALIAS",
    "OWNER_NAME",
    "CREATED_DATE",
    "CREATEDBY_USER",
    "LAST_UPDATE",
    "UPDATEDBY_USER",
    "RECORDTYPE",
}


def object_of(component: Component, draft: Draft) -> SObjectType | None:
    """The object that a part belongs to, by the part's name."""
    return draft.sobject(component.member.full_name.partition(".")[0])


def elements_named(parent: etree._Element, *names: str) -> Iterator[etree._Element]:
    """All children with one of the names."""
    return (child for child in child_elements(parent) if local_name(child) in names)


def missing_field(sobject: SObjectType | None, name: str) -> bool:
    """True when the object has no such field; a path (`Owner.Name`) is judged by its first step."""
    if sobject is None:
        return True
    first = name.partition(".")[0]
    step = first.removesuffix("__r") + "__c" if first.endswith("__r") else first
    return all(sobject.field_named(candidate) is None for candidate in (step, f"{step}Id"))


class ListView(CheckedType):
    """Columns and filters must be fields; standard columns have names of their own, in capitals."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        if component.element is None:
            return
        sobject = object_of(component, draft)
        if not text_of(component.element, "label"):
            yield component.problem("Required field is missing: label")
        filtered = (
            child
            for part in elements_named(component.element, "filters")
            for child in elements_named(part, "field")
        )
        for child in (*elements_named(component.element, "columns"), *filtered):
            name = (child.text or "").strip()
            if not _is_standard_column(name) and missing_field(sobject, name):
                yield component.problem(f"Could not resolve list view column: {name}", child)


def _is_standard_column(name: str) -> bool:
    return name in _LIST_COLUMNS or (name.isupper() and not name.endswith("__C"))


class CompactLayout(CheckedType):
    """Fields must exist."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        if component.element is None:
            return
        sobject = object_of(component, draft)
        for child in elements_named(component.element, "fields"):
            name = (child.text or "").strip()
            if missing_field(sobject, name):
                object_name = component.member.full_name.partition(".")[0]
                yield component.problem(
                    f"In field: field - no CustomField named {object_name}.{name} found", child
                )


class WebLink(CheckedType):
    """A button or link; a URL link needs an address."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        element = component.element
        if element is None:
            return
        if object_of(component, draft) is None:
            name = component.member.full_name.partition(".")[0]
            yield component.problem(f"In field: fullName - no CustomObject named {name} found")
        if text_of(element, "linkType") == "url" and not text_of(element, "url"):
            yield component.problem("Required field is missing: url")
        if not text_of(element, "masterLabel"):
            yield component.problem("Required field is missing: masterLabel")


class ValidationRule(CheckedType):
    """Applied to the schema; a formula that could not be evaluated later is refused now."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        element = component.element
        if element is None:
            return
        sobject = object_of(component, draft)
        field = text_of(element, "errorDisplayField")
        if field and missing_field(sobject, field):
            text = f"In field: errorDisplayField - no CustomField named {_qualified(component, field)} found"
            yield component.problem(text, child_named(element, "errorDisplayField"))
        try:
            if sobject is not None:
                formula.check(text_of(element, "errorConditionFormula"), sobject, formula.Kind.BOOLEAN)
        except SalesforceError as error:
            yield component.problem(error.message, child_named(element, "errorConditionFormula"))

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        sobject = object_of(component, draft)
        element = component.element
        if sobject is not None and element is not None:
            name = component.member.full_name.partition(".")[2]
            rule = Rule(
                name=name,
                formula=text_of(element, "errorConditionFormula"),
                message=text_of(element, "errorMessage"),
                error_field=text_of(element, "errorDisplayField"),
                active=text_of(element, "active") == "true",
            )
            draft.put_object(replace(sobject, validation_rules={**sobject.validation_rules, name: rule}))
        return super().apply(component, draft)

    def remove(self, member: Member, draft: Draft) -> None:
        super().remove(member, draft)
        object_name, _, name = member.full_name.partition(".")
        sobject = draft.sobject(object_name)
        if sobject is not None:
            kept = {key: rule for key, rule in sobject.validation_rules.items() if key != name}
            draft.put_object(replace(sobject, validation_rules=kept))


def _qualified(component: Component, field: str) -> str:
    return f"{component.member.full_name.partition('.')[0]}.{field}"
