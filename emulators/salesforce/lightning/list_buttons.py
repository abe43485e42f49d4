"""The buttons over a list view, which act on the records selected in it."""

from collections.abc import Iterator
from dataclasses import dataclass

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.lightning.merge import merged, opens_something
from emulators.salesforce.lightning.visit import Visit
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.soap.envelope import parse_xml, text_of, texts_of


@dataclass(frozen=True, slots=True)
class ListButton:
    """url: what it opens. A flow gets the selected Ids as `ids`; no other address is told of them here."""

    name: str
    label: str
    url: str


def list_buttons(visit: Visit, sobject: SObjectType) -> Iterator[ListButton]:
    """Those that the object's search layout names and that lead somewhere."""
    stored = Components(visit.org).find(Member("CustomObject", sobject.name))
    root = parse_xml(stored.content) if stored and stored.content else None
    layouts = [] if root is None else root.findall("{*}searchLayouts")
    for name in dict.fromkeys(name for layout in layouts for name in texts_of(layout, "listViewButtons")):
        link = Components(visit.org).find(Member("WebLink", f"{sobject.name}.{name}"))
        if link is None:
            continue
        element = parse_xml(link.content)
        try:
            url = merged(text_of(element, "url"), visit.org, visit.user, sobject, None)
        except SalesforceError:
            continue
        if opens_something(url):
            yield ListButton(name, text_of(element, "masterLabel"), url)
