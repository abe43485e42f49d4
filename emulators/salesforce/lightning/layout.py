"""What a deployed page layout places on a record page."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from emulators.salesforce.metadata.components import Components, StoredComponent
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, FieldType, SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.soap.envelope import METADATA_NS, parse_xml

_NS = {"m": METADATA_NS}
_NAME = "Name"


@dataclass(frozen=True, slots=True)
class Placed:
    """A field on a layout. required: by the field itself or by the layout."""

    field: Field
    required: bool
    editable: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its columns of fields."""

    label: str
    columns: tuple[tuple[Placed, ...], ...]

    @property
    def fields(self) -> tuple[Placed, ...]:
        """All fields, column by column."""
        return tuple(placed for column in self.columns for placed in column)


@dataclass(frozen=True, slots=True)
class RelatedList:
    """Records that point here by a look-up. Standard lists have a name for a child and no look-up."""

    child: str
    lookup: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageLayout:
    """sections, web links by name, and related lists, as the layout orders them."""

    sections: tuple[Section, ...]
    buttons: tuple[str, ...] = ()
    related: tuple[RelatedList, ...] = field(default=())


def layout_of(org: Org, sobject: SObjectType, access: Access) -> PageLayout:
    """The object's first layout by name, less what the user may not see.

    Layout assignments of profiles are not looked at. Without a layout there is one section with the fields
    that may be written.
    """
    found = stored_layout(org, sobject)
    if found is None:
        return PageLayout((Section(sobject.label, (tuple(_writable(sobject, access)),)),))
    root = parse_xml(found.content)
    buttons = tuple((node.text or "").strip() for node in root.findall("m:customButtons", _NS))
    return PageLayout(tuple(_sections(root, sobject, access)), buttons, tuple(_related(root)))


def stored_layout(org: Org, sobject: SObjectType) -> StoredComponent | None:
    """The object's first layout by name."""
    layouts = Components(org).of_type("Layout")
    return next((found for found in layouts if found.full_name.startswith(f"{sobject.name}-")), None)


def _sections(root: etree._Element, sobject: SObjectType, access: Access) -> Iterator[Section]:
    for section in root.findall("m:layoutSections", _NS):
        columns = tuple(
            tuple(
                one for item in column.findall("m:layoutItems", _NS) for one in _placed(item, sobject, access)
            )
            for column in section.findall("m:layoutColumns", _NS)
        )
        if any(columns):
            yield Section(section.findtext("m:label", "", _NS), columns)


def _placed(item: etree._Element, sobject: SObjectType, access: Access) -> Iterator[Placed]:
    """The fields of an item: a name or an address stands for its parts."""
    named = sobject.field_named(item.findtext("m:field", "", _NS).strip())
    if named is None:
        return
    behaviour = item.findtext("m:behavior", "", _NS)
    parts = [part for part in sobject.fields.values() if part.compound == named.name]
    for one in parts if _stands_for_parts(named) and parts else [named]:
        if access.field_readable(sobject, one):
            required = not one.nillable if parts else behaviour == "Required" or not one.nillable
            writable = one.updateable and one.createable and access.field_editable(sobject, one)
            yield Placed(one, required and not one.defaulted_on_create, behaviour != "Readonly" and writable)


def _stands_for_parts(named: Field) -> bool:
    return named.type is FieldType.ADDRESS or named.name == _NAME


def _writable(sobject: SObjectType, access: Access) -> Iterator[Placed]:
    for one in sobject.fields.values():
        if one.createable and access.field_editable(sobject, one):
            yield Placed(one, not one.nillable and not one.defaulted_on_create, editable=True)


def _related(root: etree._Element) -> Iterator[RelatedList]:
    """Custom lists are named `Child__c.Lookup__c`; standard ones by names of their own, without a look-up."""
    for node in root.findall("m:relatedLists", _NS):
        child, _, lookup = node.findtext("m:relatedList", "", _NS).strip().partition(".")
        columns = ((column.text or "").strip() for column in node.findall("m:fields", _NS))
        yield RelatedList(child, lookup, tuple(columns))
