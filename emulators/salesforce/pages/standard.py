"""Layouts and record pages of a fresh org, written as metadata components from `standard.yml`."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from lxml import etree

from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.metadata.registry import BY_NAME
from emulators.salesforce.org import Org
from emulators.salesforce.soap.envelope import element, new_root

_SEEDED = "standard pages"
_BEHAVIOUR = {"!": "Required", "~": "Readonly"}
_TEMPLATE = "flexipage:recordHomeTemplateDesktop"
_HIGHLIGHTS = "force:highlightsPanel"
_REGIONS = {
    "header": (_HIGHLIGHTS,),
    "main": ("force:detailPanel", "force:relatedListContainer"),
    "sidebar": ("runtime_sales_activities:activityPanel",),
}


def seed_pages(org: Org) -> None:
    """Put the pages into an org that has not had them; what its administrator deleted stays deleted."""
    if org.setting(_SEEDED):
        return
    components = Components(org)
    with org.transaction():
        for member, content in _standard_pages().items():
            info = BY_NAME[member.type]
            path = f"{info.folder}/{member.full_name}.{info.suffix}"
            components.store(member, path, content, {}, info.key_prefix)
        org.set_setting(_SEEDED, "yes")


@cache
def _standard_pages() -> Mapping[Member, bytes]:
    source = yaml.safe_load((files("emulators.salesforce.pages") / "standard.yml").read_text("utf-8"))
    return dict(_pages(source))


def _pages(source: dict[str, Any]) -> Iterator[tuple[Member, bytes]]:
    for name, layout in source["layouts"].items():
        yield Member("Layout", name), etree.tostring(_layout(layout))
    for name, page in source["record_pages"].items():
        yield Member("FlexiPage", name), etree.tostring(_record_page(page))


def _layout(source: dict[str, Any]) -> etree._Element:
    root = new_root("Layout")
    root.extend(_section(section) for section in source["sections"])
    actions = (_action(name, order) for order, name in enumerate(source["actions"]))
    root.append(element("platformActionList", None, element("actionListContext", "Record"), *actions))
    for name, columns in source["related"].items():
        fields = (element("fields", column) for column in columns)
        root.append(element("relatedLists", None, *fields, element("relatedList", name)))
    return root


def _section(source: dict[str, Any]) -> etree._Element:
    columns = (
        element("layoutColumns", None, *(_item(field) for field in column)) for column in source["columns"]
    )
    style = "TwoColumnsTopToBottom" if len(source["columns"]) == 2 else "OneColumn"
    return element(
        "layoutSections",
        None,
        element("customLabel", "false"),
        element("detailHeading", "true"),
        element("editHeading", "true"),
        element("label", source["label"]),
        *columns,
        element("style", style),
    )


def _item(field: str) -> etree._Element:
    name = field.rstrip("!~")
    behaviour = _BEHAVIOUR.get(field[len(name) :], "Edit")
    return element("layoutItems", None, element("behavior", behaviour), element("field", name))


def _action(name: str, order: int) -> etree._Element:
    kind = "QuickAction" if "." in name else "StandardButton"
    told = (("actionName", name), ("actionType", kind), ("sortOrder", str(order)))
    return element("platformActionListItems", None, *(element(key, value) for key, value in told))


def _record_page(source: dict[str, Any]) -> etree._Element:
    root = new_root("FlexiPage")
    for name, component_names in _REGIONS.items():
        items = (_component(component_name, source["actions"]) for component_name in component_names)
        root.append(
            element("flexiPageRegions", None, *items, element("name", name), element("type", "Region"))
        )
    root.append(element("masterLabel", source["label"]))
    root.append(element("sobjectType", source["object"]))
    root.append(element("template", None, element("name", _TEMPLATE)))
    root.append(element("type", "RecordPage"))
    return root


def _component(name: str, actions: list[str]) -> etree._Element:
    instance = element(
        "componentInstance",
        None,
        *(_configured(actions) if name == _HIGHLIGHTS else ()),
        element("componentName", name),
        element("identifier", name.replace(":", "_")),
    )
    return element("itemInstances", None, instance)


def _configured(actions: list[str]) -> Iterator[etree._Element]:
    """That the page offers these actions, whatever the layout says."""
    entries = (element("valueListItems", None, element("value", name)) for name in actions)
    listed = element("valueList", None, *entries)
    yield element("componentInstanceProperties", None, element("name", "actionNames"), listed)
    switch = (element("name", "enableActionsConfiguration"), element("value", "true"))
    yield element("componentInstanceProperties", None, *switch)
