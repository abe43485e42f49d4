"""CustomTab and CustomApplication: kept; what they show must exist."""

from collections.abc import Iterator

from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import CheckedType
from emulators.salesforce.metadata.types.object_parts import elements_named
from emulators.salesforce.soap.envelope import text_of

_STANDARD_TABS = "standard-"


class CustomTab(CheckedType):
    """A tab of a custom object is named as its object."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        if component.element is None:
            return
        name = component.member.full_name
        if text_of(component.element, "customObject") == "true" and draft.sobject(name) is None:
            yield component.problem(f"In field: fullName - no CustomObject named {name} found")


class CustomApplication(CheckedType):
    """Its tabs must exist."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        if component.element is None:
            return
        for entry in elements_named(component.element, "tabs"):
            name = (entry.text or "").strip()
            if not name.startswith(_STANDARD_TABS) and not draft.exists("CustomTab", name):
                yield component.problem(f"In field: tab - no CustomTab named {name} found", entry)
