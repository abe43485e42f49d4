"""Putting the package's parts onto a layout or a Lightning record page, and taking them off again.

Nothing else on the page changes; a part that is there already, in whatever shape an administrator gave it, is
left alone. Taking off is the exact reverse of putting on.
"""

from collections.abc import Iterable, Iterator

from lxml import etree

from tasks.package_parts import PageParts
from tasks.salesforce_xml import (
    all_at,
    insert,
    insert_in_order,
    local_name,
    new,
    parse,
    take_out,
    text_at,
    to_bytes,
    to_bytes_like,
)

QUICK_ACTION = "QuickAction"
CUSTOM_BUTTON = "CustomButton"
CONFIGURES_ACTIONS, ACTION_NAMES = "enableActionsConfiguration", "actionNames"
SEARCH_LAYOUTS, LIST_BUTTONS = "searchLayouts", "listViewButtons"
PREFERRED_REGIONS = ("sidebar", "rightsidebar", "main")


class NoPlace(Exception):
    """A page has no region that takes a component; the message names the page's regions."""


def put_on_layout(content: bytes, parts: PageParts) -> bytes:
    """The layout with buttons, actions and related lists.

    A layout without actions of its own shows the global ones; it is not given any, because that would hide
    those from its users.
    """
    root = parse(content)
    for name in parts.web_links:
        if name not in {element.text for element in all_at(root, "customButtons")}:
            insert_in_order(root, new("customButtons", text=name))
    for actions in all_at(root, "platformActionList"):
        for name, kind in _actions(parts):
            if name not in {
                text_at(item, "actionName") for item in all_at(actions, "platformActionListItems")
            }:
                _append_action(actions, name, kind)
    for name in parts.related_lists:
        if name not in {text_at(each, "relatedList") for each in all_at(root, "relatedLists")}:
            columns = [new("fields", text=column) for column in parts.columns]
            insert_in_order(root, new("relatedLists", *columns, new("relatedList", text=name)))
    return to_bytes_like(root, content)


def take_off_layout(content: bytes, parts: PageParts) -> bytes:
    """The layout without them."""
    root = parse(content)
    wanted = {name for name, _ in _actions(parts)}
    placed = list(_placed_on_layout(root, parts, wanted))
    orders = [int(text_at(element, "sortOrder") or 0) for element in placed if _is_action(element)]
    for element in placed:
        take_out(element)
    _move_up(root, orders)
    return to_bytes_like(root, content)


def put_on_page(content: bytes, parts: PageParts) -> bytes:
    """The record page with components at the end of its sidebar, and actions where it chooses them itself.

    Whoever lacks the package's permission is shown neither. Raises NoPlace.
    """
    root = parse(content)
    for listed in _action_lists(root):
        for name, _ in _actions(parts):
            if name not in {text_at(each, "value") for each in all_at(listed, "valueListItems")}:
                entry = new("valueListItems", new("value", text=name), *_only_for(parts.permission))
                insert(listed, len(listed), entry)
    for name in parts.components:
        if name not in {text_at(each, "componentInstance/componentName") for each in _items(root)}:
            instance = new(
                "componentInstance",
                new("componentName", text=name),
                new("identifier", text=f"c_{name}"),
                *_only_for(parts.permission),
            )
            region = _region(root)
            items = all_at(region, "itemInstances")
            index = region.index(items[-1]) + 1 if items else 0
            insert(region, index, new("itemInstances", instance))
    return to_bytes_like(root, content)


def take_off_page(content: bytes, parts: PageParts) -> bytes:
    """The record page without them."""
    root = parse(content)
    wanted = {name for name, _ in _actions(parts)}
    for listed in _action_lists(root):
        for entry in all_at(listed, "valueListItems"):
            if text_at(entry, "value") in wanted:
                take_out(entry)
    for item in list(_items(root)):
        if text_at(item, "componentInstance/componentName") in parts.components:
            take_out(item)
    return to_bytes_like(root, content)


def search_layout_of(content: bytes) -> bytes:
    """What an object's file says of its lists, and nothing else of it: only that is changed and sent back."""
    root = parse(content)
    for child in list(root):
        if local_name(child) != SEARCH_LAYOUTS:
            take_out(child)
    return to_bytes(root)


def put_on_lists(content: bytes, parts: PageParts) -> bytes:
    """The search layout with buttons over list views."""
    root = parse(content)
    if parts.list_buttons and not all_at(root, SEARCH_LAYOUTS):
        insert(root, 0, new(SEARCH_LAYOUTS))
    for layout in all_at(root, SEARCH_LAYOUTS):
        for name in parts.list_buttons:
            if name not in {element.text for element in all_at(layout, LIST_BUTTONS)}:
                insert_in_order(layout, new(LIST_BUTTONS, text=name))
    return to_bytes_like(root, content)


def take_off_lists(content: bytes, parts: PageParts) -> bytes:
    """The search layout without them."""
    root = parse(content)
    for layout in all_at(root, SEARCH_LAYOUTS):
        for element in all_at(layout, LIST_BUTTONS):
            if element.text in parts.list_buttons:
                take_out(element)
    return to_bytes_like(root, content)


def objects_without_page(record_pages: Iterable[bytes], parts: Iterable[PageParts]) -> list[str]:
    """Objects that have components for record pages, and no record page of the org's own to put them on."""
    pages = list(record_pages)
    return [
        each.sobject
        for each in parts
        if each.components and not any(describes(content, each.sobject) for content in pages)
    ]


def _actions(parts: PageParts) -> list[tuple[str, str]]:
    """Names and kinds. A quick action stands for the button of its name: it says when nothing can be sent."""
    kinds = {f"{parts.sobject}.{name}": CUSTOM_BUTTON for name in parts.web_links}
    return list({**kinds, **dict.fromkeys(parts.quick_actions, QUICK_ACTION)}.items())


def _action_lists(root: etree._Element) -> Iterator[etree._Element]:
    """The actions of highlights panels that choose their own; others show the layout's."""
    for instance in all_at(root, "flexiPageRegions/itemInstances/componentInstance"):
        told = {text_at(each, "name"): each for each in all_at(instance, "componentInstanceProperties")}
        switch = told.get(CONFIGURES_ACTIONS)
        if switch is not None and text_at(switch, "value") == "true" and ACTION_NAMES in told:
            yield from all_at(told[ACTION_NAMES], "valueList")


def _only_for(permission: str) -> list[etree._Element]:
    """The rule that shows something to holders of a custom permission alone."""
    if not permission:
        return []
    criteria = new(
        "criteria",
        new("leftValue", text=f"{{!$Permission.CustomPermission.{permission}}}"),
        new("operator", text="EQUAL"),
        new("rightValue", text="true"),
    )
    return [new("visibilityRule", criteria)]


def _append_action(actions: etree._Element, name: str, kind: str) -> None:
    items = all_at(actions, "platformActionListItems")
    orders = [int(text_at(item, "sortOrder") or 0) for item in items]
    item = new(
        "platformActionListItems",
        new("actionName", text=name),
        new("actionType", text=kind),
        new("sortOrder", text=str(max(orders, default=-1) + 1)),
    )
    insert_in_order(actions, item)


def _is_action(element: etree._Element) -> bool:
    return local_name(element) == "platformActionListItems"


def _move_up(root: etree._Element, removed: list[int]) -> None:
    """Salesforce numbers actions without gaps; those behind a removed one move up."""
    for element in all_at(root, "platformActionList/platformActionListItems/sortOrder"):
        order = int(element.text or 0)
        if before := sum(1 for each in removed if each < order):
            element.text = str(order - before)


def _placed_on_layout(root: etree._Element, parts: PageParts, actions: set[str]) -> Iterator[etree._Element]:
    yield from (each for each in all_at(root, "customButtons") if each.text in parts.web_links)
    for item in all_at(root, "platformActionList/platformActionListItems"):
        if text_at(item, "actionName") in actions:
            yield item
    for related in all_at(root, "relatedLists"):
        if text_at(related, "relatedList") in parts.related_lists:
            yield related


def _items(root: etree._Element) -> list[etree._Element]:
    return all_at(root, "flexiPageRegions/itemInstances")


def _region(root: etree._Element) -> etree._Element:
    regions = {
        text_at(region, "name"): region
        for region in all_at(root, "flexiPageRegions")
        if text_at(region, "type") == "Region"
    }
    for name in PREFERRED_REGIONS:
        if name in regions:
            return regions[name]
    names = ", ".join(text_at(region, "name") for region in all_at(root, "flexiPageRegions")) or "none"
    raise NoPlace(f"no region of this page takes a component (its regions: {names}); place it by hand")


def describes(content: bytes, sobject: str) -> bool:
    """Whether a FlexiPage is a record page of the object."""
    root = parse(content)
    kind = text_at(root, "type")
    return (
        local_name(root) == "FlexiPage" and kind == "RecordPage" and text_at(root, "sobjectType") == sobject
    )
