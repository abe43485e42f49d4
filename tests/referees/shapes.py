"""Whether an answer has the shape of a recorded one: no missing key, no value of another kind."""

import json
from collections.abc import Iterator
from typing import Any

from lxml import etree

_NUMBERS = (int, float)


def parsed(text: str) -> Any:
    """JSON as it is, XML as nested dictionaries by local name, anything else as its first line."""
    stripped = text.strip()
    if stripped.startswith(("{", "[")):
        return json.loads(stripped)
    if stripped.startswith("<"):
        return _tree(etree.fromstring(stripped.encode()))
    return stripped.splitlines()[0] if stripped else ""


def differences(recorded: Any, ours: Any, at: str = "") -> Iterator[str]:
    """What of the recorded shape the answer lacks. Null fits everything; lists compare what both have."""
    if recorded is None or ours is None:
        return
    if isinstance(recorded, dict) and isinstance(ours, dict):
        for key, value in recorded.items():
            if key not in ours:
                yield f"{at}.{key} is missing"
            else:
                yield from differences(value, ours[key], f"{at}.{key}")
    elif isinstance(recorded, list) and isinstance(ours, list):
        for one, other in _pairs(recorded, ours):
            yield from differences(one, other, f"{at}[]")
    elif _kind(recorded) != _kind(ours):
        yield f"{at} is {_kind(ours)} and not {_kind(recorded)}"


def ids(recorded: Any, ours: Any) -> Iterator[tuple[str, str]]:
    """Recorded record Ids with those in the same place of the answer."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        for key in recorded.keys() & ours.keys():
            yield from ids(recorded[key], ours[key])
    elif isinstance(recorded, list) and isinstance(ours, list):
        for one, other in zip(recorded, ours, strict=False):
            yield from ids(one, other)
    elif isinstance(recorded, str) and isinstance(ours, str) and _alike(recorded, ours):
        yield recorded, ours


def _alike(recorded: str, ours: str) -> bool:
    """Whether both could be Ids of the same object."""
    return len(recorded) == len(ours) in {15, 18} and ours[0].isdigit() and ours.isalnum()


def _pairs(recorded: list[Any], ours: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Things with a name by name, others by place."""
    by_name = {item.get("name"): item for item in ours if isinstance(item, dict) and "name" in item}
    for place, item in enumerate(recorded):
        if by_name and isinstance(item, dict) and "name" in item:
            if item["name"] in by_name:
                yield item, by_name[item["name"]]
        elif place < len(ours):
            yield item, ours[place]


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, _NUMBERS):
        return "a number"
    return {str: "text", list: "a list", dict: "an object"}[type(value)]


def _tree(element: etree._Element) -> Any:
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        return (element.text or "").strip()
    tree: dict[str, Any] = {}
    for child in children:
        tree.setdefault(etree.QName(child).localname, _tree(child))
    return tree
