"""What a deleted field leaves behind in other components: nothing, so that they can be deployed again.

Salesforce takes a field off layouts and list views when it is deleted.
Source: https://www.simplysfdc.com/2016/09/salesforce-delete-custom-field.html
"""

from typing import cast

from lxml import etree

from emulators.salesforce.metadata.components import Member, StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.registry import key_prefix_of
from emulators.salesforce.soap.envelope import METADATA_NS, parse_xml

_NS = {"m": METADATA_NS}
# type, whether only components of the field's own object are meant, what goes
_PLACES = (
    ("Layout", True, ".//m:layoutItems[m:field = $name]"),
    ("Layout", False, "m:relatedLists[m:relatedList = concat($object, '.', $name)]"),
    ("Layout", False, "m:relatedLists[starts-with(m:relatedList, concat($object, '.'))]/m:fields[. = $name]"),
    ("ListView", True, "m:columns[. = $name] | m:filters[m:field = $name]"),
    ("RecordType", True, "m:picklistValues[m:picklist = $name]"),
)


def take_off(draft: Draft, object_name: str, field_name: str) -> None:
    """Take a field off everything that shows it and is kept."""
    for type_name, own, path in _PLACES:
        for stored in list(draft.components.of_type(type_name)):
            if not own or stored.full_name.startswith((f"{object_name}-", f"{object_name}.")):
                _take_off(draft, stored, path, object_name, field_name)


def _take_off(draft: Draft, stored: StoredComponent, path: str, object_name: str, field_name: str) -> None:
    root = parse_xml(stored.content)
    selected = root.xpath(path, namespaces=_NS, object=object_name, name=field_name)
    found = cast("list[etree._Element]", selected)  # noqa: SLF001 -- lxml has no public name for it
    for element in found:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    if found:
        member = Member(stored.type, stored.full_name)
        attachments = draft.components.attachments(member)
        content = etree.tostring(root)
        key_prefix = key_prefix_of(stored.type)
        draft.components.store(member, stored.file_name, content, attachments, key_prefix, stored.id)
