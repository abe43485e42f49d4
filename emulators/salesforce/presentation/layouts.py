"""Page layouts and compact layouts as describeLayout and describeCompactLayouts show them.

Sections have one column here: the items of a layout come in its order, one in a row.
Source: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_layouts.htm
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from emulators.salesforce.lightning.layout import (
    PageLayout,
    Placed,
    RelatedList,
    Section,
    layout_of,
    stored_layout,
)
from emulators.salesforce.lightning.values import name_field
from emulators.salesforce.metadata.components import Components, Member, StoredComponent
from emulators.salesforce.org import Org
from emulators.salesforce.schema.describe import describe_field, describe_object
from emulators.salesforce.schema.model import Field, SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.soap.envelope import parse_xml, text_of, texts_of

_SYSTEM = "SYSTEM"


def describe_layouts(org: Org, sobject: SObjectType, access: Access, base_path: str) -> dict[str, Any]:
    """The object's layout, and for each record type that it is the one; layouts are not assigned here."""
    stored = stored_layout(org, sobject)
    layout_id = stored.id if stored else None
    infos = describe_object(org.schema, sobject, access, base_path)["recordTypeInfos"]
    chosen_among = [info for info in infos if info["available"] and not info["master"]]
    return {
        "layouts": [_layout(org, sobject, access, layout_id)],
        "recordTypeMappings": [_mapping(sobject, info, layout_id) for info in infos],
        "recordTypeSelectorRequired": [len(chosen_among) > 1],
    }


def describe_compact_layouts(
    org: Org, sobject: SObjectType, access: Access, base_path: str
) -> dict[str, Any]:
    """The deployed compact layouts and the system's own, which shows the name alone."""
    deployed = list(Components(org).inside("CompactLayout", sobject.name))
    layouts = [_compact(sobject, access, found) for found in deployed]
    named = name_field(sobject)
    layouts.append(_compact_entry(sobject, access, None, _SYSTEM, "System Default", [named] if named else []))
    chosen = _assigned(org, sobject)
    default_id = next((layout["id"] for layout in layouts if layout["name"] == chosen), None)
    infos = describe_object(org.schema, sobject, access, base_path)["recordTypeInfos"]
    return {
        "compactLayouts": layouts,
        "defaultCompactLayoutId": default_id,
        "recordTypeCompactLayoutMappings": [
            {
                "available": info["available"],
                "compactLayoutId": default_id,
                "compactLayoutName": chosen,
                "recordTypeId": info["recordTypeId"],
                "recordTypeName": info["name"],
                "urls": {},
            }
            for info in infos
        ],
    }


def _layout(org: Org, sobject: SObjectType, access: Access, layout_id: str | None) -> dict[str, Any]:
    page = layout_of(org, sobject, access)
    sections = [_section(sobject, access, section, layout_id) for section in page.sections]
    return {
        "buttonLayoutSection": {
            "detailButtons": [{"custom": True, "label": name, "name": name} for name in page.buttons]
        },
        "detailLayoutSections": sections,
        "editLayoutSections": sections,
        "feedView": None,
        "highlightsPanelLayoutSection": None,
        "id": layout_id,
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []},
        "relatedContent": None,
        "relatedLists": list(_related_lists(org, page, access)),
        "saveOptions": [],
    }


def _section(sobject: SObjectType, access: Access, section: Section, layout_id: str | None) -> dict[str, Any]:
    rows = [
        {"layoutItems": [_item(sobject, access, placed, order)], "numItems": 1}
        for order, placed in enumerate(section.fields, start=1)
    ]
    return {
        "collapsed": False,
        "columns": 1,
        "heading": section.label,
        "layoutRows": rows,
        "layoutSectionId": None,
        "parentLayoutId": layout_id,
        "rows": len(rows),
        "tabOrder": "TopToBottom",
        "useCollapsibleSection": False,
        "useHeading": bool(section.label),
    }


def _item(sobject: SObjectType, access: Access, placed: Placed, order: int) -> dict[str, Any]:
    return {
        "editableForNew": placed.editable,
        "editableForUpdate": placed.editable,
        "label": placed.field.label,
        "layoutComponents": [_component(sobject, access, placed.field, order)],
        "placeholder": False,
        "required": placed.required,
    }


def _component(sobject: SObjectType, access: Access, field: Field, order: int) -> dict[str, Any]:
    return {
        "details": describe_field(sobject, field, access),
        "displayLines": 1,
        "tabOrder": order,
        "type": "Field",
        "value": field.name,
    }


def _related_lists(org: Org, page: PageLayout, access: Access) -> Iterator[dict[str, Any]]:
    """Those of objects that point here by a look-up of their own, as far as the user sees them."""
    for wanted in page.related:
        child = org.schema.objects.get(wanted.child)
        reference = child.field_named(wanted.lookup) if child else None
        if child is None or reference is None or not access.readable(child):
            continue
        if not access.field_readable(child, reference):
            continue
        yield {
            "accessLevelRequiredForCreate": None,
            "buttons": [],
            "columns": list(_columns(child, wanted, access)),
            "custom": child.custom,
            "field": reference.name,
            "label": child.label_plural,
            "name": reference.child_relationship_name,
            "sobject": child.name,
            "sort": [],
        }


def _columns(child: SObjectType, wanted: RelatedList, access: Access) -> Iterator[dict[str, Any]]:
    for name in wanted.columns:
        field = child.field_named(name)
        if field is not None and access.field_readable(child, field):
            yield {
                "field": f"{child.name}.{field.name}",
                "fieldApiName": field.name,
                "format": None,
                "label": field.label,
                "lookupId": None,
                "name": field.name,
            }


def _mapping(sobject: SObjectType, info: dict[str, Any], layout_id: str | None) -> dict[str, Any]:
    found = next((kind for kind in sobject.record_types.values() if kind.id == info["recordTypeId"]), None)
    offered = found.values if found else {}
    picklists = [
        {"picklistName": name, "picklistValues": [{"active": True, "value": value} for value in values]}
        for name, values in offered.items()
    ]
    return {**info, "layoutId": layout_id, "picklistsForRecordType": picklists}


def _compact(sobject: SObjectType, access: Access, stored: StoredComponent) -> dict[str, Any]:
    root: etree._Element = parse_xml(stored.content)
    fields = [found for name in texts_of(root, "fields") if (found := sobject.field_named(name))]
    name = stored.full_name.rpartition(".")[2]
    return _compact_entry(sobject, access, stored.id, name, text_of(root, "label"), fields)


def _compact_entry(
    sobject: SObjectType, access: Access, layout_id: str | None, name: str, label: str, fields: list[Field]
) -> dict[str, Any]:
    seen = [field for field in fields if access.field_readable(sobject, field)]
    items = [
        {
            "editableForNew": False,
            "editableForUpdate": False,
            "label": field.label,
            "layoutComponents": [_component(sobject, access, field, order)],
            "placeholder": False,
            "required": False,
        }
        for order, field in enumerate(seen)
    ]
    return {
        "actions": [],
        "fieldItems": items,
        "id": layout_id,
        "imageItems": [],
        "label": label,
        "name": name,
        "objectType": sobject.name,
    }


def _assigned(org: Org, sobject: SObjectType) -> str:
    """The compact layout that the deployed object names; the system's where it names none."""
    stored = Components(org).find(Member("CustomObject", sobject.name))
    root = parse_xml(stored.content) if stored and stored.content else None
    return text_of(root, "compactLayoutAssignment") or _SYSTEM
