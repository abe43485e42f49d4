"""StandardValueSet: the values of standard picklists."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lxml import etree

from emulators.salesforce.metadata.components import StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import CheckedType, keep
from emulators.salesforce.metadata.types.picklists import read_values, repeated_values
from emulators.salesforce.org import Org
from emulators.salesforce.soap.envelope import element, new_root

_ENTRY = "standardValue"
# Source: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/standardvalueset_names.htm
FIELDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "AccountOwnership": (("Account", "Ownership"),),
    "AccountRating": (("Account", "Rating"), ("Lead", "Rating")),
    "AccountType": (("Account", "Type"),),
    "CampaignMemberStatus": (("CampaignMember", "Status"),),
    "CampaignStatus": (("Campaign", "Status"),),
    "CampaignType": (("Campaign", "Type"),),
    "ContactRole": (("OpportunityContactRole", "Role"),),
    "EventSubject": (("Event", "Subject"),),
    "Industry": (("Account", "Industry"), ("Lead", "Industry")),
    "LeadSource": (
        ("Account", "AccountSource"),
        ("Contact", "LeadSource"),
        ("Lead", "LeadSource"),
        ("Opportunity", "LeadSource"),
    ),
    "LeadStatus": (("Lead", "Status"),),
    "OpportunityStage": (("Opportunity", "StageName"),),
    "OpportunityType": (("Opportunity", "Type"),),
    "Salutation": (("Contact", "Salutation"), ("Lead", "Salutation")),
    "TaskPriority": (("Task", "Priority"),),
    "TaskStatus": (("Task", "Status"),),
    "TaskSubject": (("Task", "Subject"),),
}


class StandardValueSet(CheckedType):
    """Applied to every standard field that uses it. What stages and statuses mean is not changed by it."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        del draft
        if component.member.full_name not in FIELDS:
            name = component.member.full_name
            yield component.problem(f"The local org does not support: standard value set {name}")
        elif component.element is not None:
            for entry, value in repeated_values(component.element, _ENTRY):
                yield component.problem(f"Duplicate value found: {value}", entry)

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        if component.element is not None:
            values = read_values(component.element, _ENTRY)
            default = next((value.value for value in values if value.default), None)
            for object_name, field_name in FIELDS[component.member.full_name]:
                field = draft.field(object_name, field_name)
                if field is not None:
                    chosen = default if default is not None else field.default_value
                    draft.put_field(object_name, replace(field, picklist_values=values, default_value=chosen))
        return keep(component, draft)

    def builtin_names(self, org: Org) -> list[str]:
        del org
        return list(FIELDS)

    def builtin(self, name: str, org: Org) -> etree._Element:
        root = new_root("StandardValueSet")
        root.append(element("sorted", "false"))
        object_name, field_name = FIELDS[name][0]
        field = org.schema.objects[object_name].fields[field_name]
        for value in field.picklist_values:
            default = "true" if value.default else "false"
            told = (("fullName", value.value), ("default", default), ("label", value.label))
            root.append(element(_ENTRY, None, *(element(key, text) for key, text in told)))
        return root
