"""QuickAction and FlexiPage: kept; what they show and call must exist."""

from collections.abc import Iterator

from lxml import etree

from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import CheckedType
from emulators.salesforce.metadata.types.object_parts import missing_field
from emulators.salesforce.soap.envelope import METADATA_NS, child_named, text_of

_NS = {"m": METADATA_NS}
_BUNDLES = ("LightningComponentBundle", "AuraDefinitionBundle")
# element of a quick action, the type of what it names
_CALLED = (
    ("lightningWebComponent", "LightningComponentBundle"),
    ("lightningComponent", "AuraDefinitionBundle"),
    ("flowDefinition", "Flow"),
    ("page", "ApexPage"),
)
_RECORD = "Record."


class QuickAction(CheckedType):
    """An action of an object is named `Object.Action`; a global one has no dot."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        element = component.element
        if element is None:
            return
        owner, dot, _ = component.member.full_name.partition(".")
        if dot and draft.sobject(owner) is None:
            yield component.problem(f"In field: fullName - no CustomObject named {owner} found")
        target = text_of(element, "targetObject")
        if target and draft.sobject(target) is None:
            text = f"In field: targetObject - no CustomObject named {target} found"
            yield component.problem(text, child_named(element, "targetObject"))
        for name, type_name in _CALLED:
            called = text_of(element, name)
            if called and not draft.exists(type_name, called.removeprefix("c:")):
                text = f"In field: {name} - no {type_name} named {called} found"
                yield component.problem(text, child_named(element, name))
        sobject = draft.sobject(target or owner)
        for item in element.findall(".//m:quickActionLayoutItems/m:field", _NS):
            field = (item.text or "").strip()
            if missing_field(sobject, field):
                yield component.problem(f"In field: field - no CustomField named {field} found", item)


class FlexiPage(CheckedType):
    """Its object, its fields and the components of our own that it shows must exist."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        root = component.element
        if root is None:
            return
        object_name = text_of(root, "sobjectType")
        sobject = draft.sobject(object_name)
        if object_name and sobject is None:
            text = f"In field: sobjectType - no CustomObject named {object_name} found"
            yield component.problem(text, child_named(root, "sobjectType"))
        for shown in root.findall(".//m:componentInstance/m:componentName", _NS):
            if not _is_there(shown, draft):
                text = (
                    f"We couldn't retrieve the design time component information for component {shown.text}"
                )
                yield component.problem(text, shown)
        for item in root.findall(".//m:fieldInstance/m:fieldItem", _NS):
            name = (item.text or "").strip()
            if name.startswith(_RECORD) and missing_field(sobject, name.removeprefix(_RECORD)):
                yield component.problem(f"Something went wrong. The field {name} doesn't exist.", item)


def _is_there(shown: etree._Element, draft: Draft) -> bool:
    """Components of a namespace other than ours are Salesforce's and taken for granted."""
    namespace, colon, rest = (shown.text or "").strip().partition(":")
    if colon and namespace != "c":
        return True
    name = rest if colon else namespace
    return any(draft.exists(type_name, name) for type_name in _BUNDLES)
