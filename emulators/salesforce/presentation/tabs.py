"""Tabs, and the apps that show them: deployed ones, a tab for each standard object, and an app of these.

Who may see which tab is not looked at; an object's tab is there for everyone who may read the object. There
are no icons and colours: the org draws none.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from emulators.salesforce.metadata.components import Components, StoredComponent
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.soap.envelope import parse_xml, text_of, texts_of

_STANDARD_PREFIX = "standard-"
_STANDARD_APP = "Sales"
_APP_KEY_PREFIX = "02u"


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab. path: within the org's site, or a whole address. sobject: empty for a tab of no object."""

    name: str
    label: str
    path: str
    sobject: str
    custom: bool


@dataclass(frozen=True, slots=True)
class TabSet:
    """An app with its tabs."""

    id: str
    label: str
    description: str
    tabs: tuple[Tab, ...]


def tabs_of(org: Org, access: Access) -> list[Tab]:
    """All tabs that the user may see: those of standard objects first."""
    standard = (found for found in org.schema.objects.values() if _has_tab(found) and access.readable(found))
    tabs = [_object_tab(found, f"{_STANDARD_PREFIX}{found.name}") for found in standard]
    return tabs + [
        tab for stored in Components(org).of_type("CustomTab") for tab in _custom(org, access, stored)
    ]


def tab_sets(org: Org, access: Access) -> Iterator[TabSet]:
    """The app of the standard objects, then the deployed ones."""
    tabs = {tab.name: tab for tab in tabs_of(org, access)}
    standard = tuple(tab for tab in tabs.values() if not tab.custom)
    yield TabSet(_standard_app_id(org), _STANDARD_APP, "", standard)
    for stored in Components(org).of_type("CustomApplication"):
        root = parse_xml(stored.content)
        shown = tuple(tabs[name] for name in texts_of(root, "tabs") if name in tabs)
        yield TabSet(stored.id, text_of(root, "label"), text_of(root, "description"), shown)


def has_pages(sobject: SObjectType) -> bool:
    """Whether the org shows records of the object on pages."""
    return sobject.modelled and sobject.searchable and bool(sobject.key_prefix)


def _has_tab(sobject: SObjectType) -> bool:
    return has_pages(sobject) and not sobject.custom


def _custom(org: Org, access: Access, stored: StoredComponent) -> Iterator[Tab]:
    """The tab, unless it is that of an object which the user may not read."""
    root = parse_xml(stored.content)
    if text_of(root, "customObject") != "true":
        path = text_of(root, "url") or f"/lightning/n/{stored.full_name}"
        yield Tab(stored.full_name, text_of(root, "label") or stored.full_name, path, "", custom=True)
        return
    sobject = org.schema.object_named(stored.full_name)
    if sobject is not None and access.readable(sobject):
        yield _object_tab(sobject, stored.full_name)


def _object_tab(sobject: SObjectType, name: str) -> Tab:
    path = f"/lightning/o/{sobject.name}/list"
    return Tab(name, sobject.label_plural, path, sobject.name, custom=sobject.custom)


def _standard_app_id(org: Org) -> str:
    known = org.setting("standard app")
    if known is None:
        known = org.next_id(_APP_KEY_PREFIX)
        org.set_setting("standard app", known)
    return known
