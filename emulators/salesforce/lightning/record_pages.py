"""Lightning record pages: which one an object has, and what it shows to one user.

An app's override comes first, then the object's first record page by name: a page that nothing assigns is
taken for the org's default. Without any there is Salesforce's usual arrangement.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from emulators.salesforce.errors import NotSupportedHere
from emulators.salesforce.lightning.visibility import Beholder
from emulators.salesforce.metadata.components import Components, Member, StoredComponent
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.soap.envelope import child_named, parse_xml, text_of, texts_of

_TABSET, _TAB = "flexipage:tabset", "flexipage:tab"
_USUAL = {
    "header": ("force:highlightsPanel",),
    "main": ("force:detailPanel", "force:relatedListContainer"),
    "sidebar": ("runtime_sales_activities:activityPanel",),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A component on a page. name: with its namespace, or a bundle of the org's own.

    actions: names of the actions that the page itself configures; None where it leaves that to the layout.
    heading: of the tab that it stands on. unknown: why it is not shown, where its rule cannot be evaluated.
    """

    name: str
    properties: Mapping[str, str] = field(default_factory=dict)
    actions: tuple[str, ...] | None = None
    heading: str = ""
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page with what each region shows, in order."""

    label: str
    regions: Mapping[str, tuple[Placed, ...]]

    def placed(self) -> Iterator[Placed]:
        """Every component, region by region."""
        for components in self.regions.values():
            yield from components

    def beside(self) -> tuple[Placed, ...]:
        """What stands neither on top nor in the main region."""
        others = (parts for name, parts in self.regions.items() if name not in {"header", "main"})
        return tuple(placed for parts in others for placed in parts)


def record_page_of(org: Org, sobject: SObjectType, beholder: Beholder) -> RecordPage:
    """The object's page as one user sees it."""
    stored = _assigned(org, sobject) or next(_pages_of(org, sobject), None)
    if stored is None:
        usual = {name: tuple(Placed(each) for each in parts) for name, parts in _USUAL.items()}
        return RecordPage(f"{sobject.label} Record Page", usual)
    reader = _Page(parse_xml(stored.content), beholder)
    return RecordPage(text_of(reader.root, "masterLabel"), dict(reader.regions()))


def _pages_of(org: Org, sobject: SObjectType) -> Iterator[StoredComponent]:
    for stored in Components(org).of_type("FlexiPage"):
        root = parse_xml(stored.content)
        if text_of(root, "type") == "RecordPage" and text_of(root, "sobjectType") == sobject.name:
            yield stored


def _assigned(org: Org, sobject: SObjectType) -> StoredComponent | None:
    """The page that an app shows for the object."""
    for app in Components(org).of_type("CustomApplication"):
        for override in parse_xml(app.content).iterfind("{*}actionOverrides"):
            named = text_of(override, "pageOrSobjectType") == sobject.name
            if (
                named
                and text_of(override, "actionName") == "View"
                and text_of(override, "type") == "Flexipage"
            ):
                return Components(org).find(Member("FlexiPage", text_of(override, "content")))
    return None


class _Page:
    def __init__(self, root: etree._Element, beholder: Beholder) -> None:
        self.root = root
        self._beholder = beholder
        self._parts = {text_of(part, "name"): part for part in root.iterfind("{*}flexiPageRegions")}

    def regions(self) -> Iterator[tuple[str, tuple[Placed, ...]]]:
        for name, part in self._parts.items():
            if text_of(part, "type") != "Facet":
                yield name, tuple(self._components(part, ""))

    def _components(self, part: etree._Element, heading: str) -> Iterator[Placed]:
        for instance in part.iterfind("{*}itemInstances/{*}componentInstance"):
            name = text_of(instance, "componentName")
            try:
                if not self._beholder.may_see(instance):
                    continue
                placed = Placed(name, _properties(instance), self._actions(instance), heading)
            except NotSupportedHere as error:
                yield Placed(name, heading=heading, unknown=error.message)
                continue
            inner = self._facet(placed.properties.get("tabs", "") if name == _TABSET else "")
            inner = self._facet(placed.properties.get("body", "")) if name == _TAB else inner
            if name == _TAB:
                heading_of_tab = placed.properties.get("title", "")
                yield from self._components(inner, heading_of_tab) if inner is not None else ()
            elif name == _TABSET:
                yield from self._components(inner, heading) if inner is not None else ()
            else:
                yield placed

    def _facet(self, name: str) -> etree._Element | None:
        return self._parts.get(name)

    def _actions(self, instance: etree._Element) -> tuple[str, ...] | None:
        """What the highlights panel offers, when the page configures that itself."""
        if _properties(instance).get("enableActionsConfiguration") != "true":
            return None
        for told in instance.iterfind("{*}componentInstanceProperties"):
            if text_of(told, "name") == "actionNames":
                entries = told.iterfind("{*}valueList/{*}valueListItems")
                return tuple(text_of(each, "value") for each in entries if self._beholder.may_see(each))
        return ()


def _properties(instance: etree._Element) -> dict[str, str]:
    told = instance.iterfind("{*}componentInstanceProperties")
    return {
        text_of(each, "name"): text_of(each, "value")
        for each in told
        if child_named(each, "value") is not None
    }


def compact_fields(org: Org, sobject: SObjectType) -> list[str]:
    """The fields of the compact layout that is assigned to the object, the first of which is its name."""
    stored = Components(org).find(Member("CustomObject", sobject.name))
    assigned = (
        text_of(parse_xml(stored.content), "compactLayoutAssignment") if stored and stored.content else ""
    )
    layout = Components(org).find(Member("CompactLayout", f"{sobject.name}.{assigned}"))
    if layout is not None:
        return texts_of(parse_xml(layout.content), "fields")
    return list(_SYSTEM_COMPACT.get(sobject.name, ("Name", "OwnerId")))


# What the system's own compact layouts show; other objects show name and owner.
_SYSTEM_COMPACT = {
    "Account": ("Name", "Type", "Phone", "Website", "OwnerId"),
    "Campaign": ("Name", "Type", "Status", "StartDate", "EndDate"),
    "Contact": ("Name", "Title", "AccountId", "Phone", "Email", "OwnerId"),
    "Lead": ("Name", "Title", "Company", "Phone", "Email"),
    "Opportunity": ("Name", "AccountId", "CloseDate", "Amount", "StageName", "OwnerId"),
    "Task": ("Subject", "ActivityDate", "Status", "WhoId", "WhatId"),
}
