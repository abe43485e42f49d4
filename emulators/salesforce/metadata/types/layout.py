"""Layout: kept; the fields, buttons and related lists that it places must exist."""

from collections.abc import Iterator

from lxml import etree

from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import CheckedType
from emulators.salesforce.metadata.types.object_parts import missing_field
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.soap.envelope import METADATA_NS

_NS = {"m": METADATA_NS}


class Layout(CheckedType):
    """The object is the part of the name before the first hyphen."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        root = component.element
        if root is None:
            return
        object_name = component.member.full_name.partition("-")[0]
        sobject = draft.sobject(object_name)
        if sobject is None:
            yield component.problem(f"In field: fullName - no CustomObject named {object_name} found")
            return
        yield from _field_problems(component, root, sobject)
        for path in ("m:customButtons", ".//m:layoutItems/m:customLink"):
            for link in root.findall(path, _NS):
                name = (link.text or "").strip()
                if not draft.exists("WebLink", f"{object_name}.{name}"):
                    text = f"In field: {_tag(link)} - no WebLink named {object_name}.{name} found"
                    yield component.problem(text, link)
        yield from _action_problems(component, root, draft)
        yield from _related_list_problems(component, root, draft)


def _tag(element: etree._Element) -> str:
    return etree.QName(element).localname


def _field_problems(component: Component, root: etree._Element, sobject: SObjectType) -> Iterator[Problem]:
    placed: set[str] = set()
    for item in root.findall(".//m:layoutItems/m:field", _NS):
        name = (item.text or "").strip()
        if missing_field(sobject, name):
            yield component.problem(
                f"In field: field - no CustomField named {sobject.name}.{name} found", item
            )
        elif name in placed:
            yield component.problem(f"Duplicate layout item: {name}", item)
        placed.add(name)


def _action_problems(component: Component, root: etree._Element, draft: Draft) -> Iterator[Problem]:
    """Quick actions and buttons of objects are named `Object.Name`; others are Salesforce's own."""
    types = {"QuickAction": "QuickAction", "CustomButton": "WebLink"}
    for item in root.findall("m:platformActionList/m:platformActionListItems", _NS):
        name = (item.findtext("m:actionName", "", _NS) or "").strip()
        type_name = types.get((item.findtext("m:actionType", "", _NS) or "").strip())
        owner, dot, _ = name.partition(".")
        if type_name and dot and draft.sobject(owner) is not None and not draft.exists(type_name, name):
            yield component.problem(f"In field: actionName - no {type_name} named {name} found", item)


def _related_list_problems(component: Component, root: etree._Element, draft: Draft) -> Iterator[Problem]:
    """Custom related lists are named `Child__c.Lookup__c`; standard ones by names of their own."""
    for related in root.findall("m:relatedLists", _NS):
        name = (related.findtext("m:relatedList", "", _NS) or "").strip()
        child_name, _, lookup = name.partition(".")
        if not lookup:
            continue
        child = draft.sobject(child_name)
        if child is None or missing_field(child, lookup):
            text = f"Cannot find related list:{name}"
            yield component.problem(text, related.find("m:relatedList", _NS))
            continue
        for column in related.findall("m:fields", _NS):
            field = (column.text or "").strip()
            if not field.isupper() and missing_field(child, field):
                text = f"In field: fields - no CustomField named {child_name}.{field} found"
                yield component.problem(text, column)
