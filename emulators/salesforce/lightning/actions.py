"""The actions of a record page: standard buttons, quick actions, and buttons that open an address.

A page that configures its actions names them; otherwise the layout's list for Lightning does, or its buttons
where it has none. Standard buttons that the stage cannot carry out are not offered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.lightning.layout import stored_layout
from emulators.salesforce.lightning.merge import merged, opens_something
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.security.users import OrgUser
from emulators.salesforce.soap.envelope import parse_xml, text_of, texts_of


@dataclass(frozen=True, slots=True)
class Action:
    """One entry of the ribbon.

    name: API name, as the platform gives it to the button. url: of a standard page or a web link.
    component: of a quick action that shows one. problem: why it leads nowhere.
    """

    name: str
    label: str
    url: str = ""
    new_window: bool = False
    component: str = ""
    problem: str = ""


class Ribbon:
    """The actions of one record for one user."""

    def __init__(self, org: Org, user: OrgUser, sobject: SObjectType, row: Mapping[str, Any]) -> None:
        self._org = org
        self._user = user
        self._access = Access(org, user)
        self._sobject = sobject
        self._row = row

    def actions(self, configured: tuple[str, ...] | None) -> list[Action]:
        """configured: names that the page gives; None where it leaves the choice to the layout."""
        names = self._of_layout() if configured is None else configured
        found = (self._action(name) for name in dict.fromkeys(names))
        return [action for action in found if action is not None]

    def _of_layout(self) -> Iterator[str]:
        stored = stored_layout(self._org, self._sobject)
        if stored is None:
            yield from ("Edit", "Delete")
            return
        root = parse_xml(stored.content)
        listed = root.find("{*}platformActionList")
        if listed is not None:
            items = sorted(listed.iterfind("{*}platformActionListItems"), key=_order)
            yield from (text_of(item, "actionName") for item in items)
            return
        yield from ("Edit", "Delete")
        quick = root.iterfind("{*}quickActionList/{*}quickActionListItems")
        yield from (text_of(item, "quickActionName") for item in quick)
        yield from (f"{self._sobject.name}.{name}" for name in texts_of(root, "customButtons"))

    def _action(self, name: str) -> Action | None:
        if "." not in name:
            return self._standard(name)
        components = Components(self._org)
        quick = components.find(Member("QuickAction", name))
        if quick is not None:
            return _quick_action(name, parse_xml(quick.content))
        link = components.find(Member("WebLink", name))
        return None if link is None else self._web_link(name, parse_xml(link.content))

    def _standard(self, name: str) -> Action | None:
        path = f"/lightning/r/{self._sobject.name}/{self._row['Id']}"
        if name == "Edit" and self._sobject.updateable and self._access.editable(self._sobject):
            return Action("Edit", "Edit", f"{path}/edit")
        if name == "Delete" and self._sobject.deletable and self._access.deletable(self._sobject):
            return Action("Delete", "Delete", f"{path}/delete")
        return None

    def _web_link(self, name: str, link: etree._Element) -> Action | None:
        label = text_of(link, "masterLabel")
        try:
            url = merged(text_of(link, "url"), self._org, self._user, self._sobject, self._row)
        except SalesforceError as error:
            return Action(name, label, problem=error.message)
        if not opens_something(url):
            return Action(name, label, problem=f"This button's address is no address: {url or '(empty)'}")
        return Action(name, label, url, new_window=text_of(link, "openType") == "newWindow")


def _quick_action(name: str, action: etree._Element) -> Action | None:
    """Only those that show a component; others are drawn by the platform itself."""
    component = text_of(action, "lightningWebComponent")
    label = text_of(action, "label") or name.partition(".")[2]
    return Action(name, label, component=component) if component else None


def _order(item: etree._Element) -> int:
    text = text_of(item, "sortOrder")
    return int(text) if text.isdecimal() else 0
