"""What the package offers to the pages of one object, read from the package itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.salesforce_xml import all_at, parse, text_at

GIFT = "Gift__c"
# What a related list shows, as far as the package has it, behind the record's name.
COLUMNS = ("Gift_Name__c", "Send_Status__c", "Order_Status__c", "Sent_Date__c", "Gift_Value__c")
SENDING = "Send_Gifts"
OVER_LISTS = "massActionButton"
RECORD_PAGE = "lightning__RecordPage"


class PartsMissing(Exception):
    """The package has nothing for an object; the message names those it has something for."""


@dataclass(frozen=True, slots=True)
class PageParts:
    """API names of what belongs onto the pages of one object.

    web_links: buttons of record pages. list_buttons: those over list views.
    related_lists: `Gift__c.<lookup>`. components: names of Lightning web components for its record pages.
    permission: the custom permission without which record pages show neither; empty for everybody.
    """

    sobject: str
    web_links: tuple[str, ...] = ()
    list_buttons: tuple[str, ...] = ()
    quick_actions: tuple[str, ...] = ()
    related_lists: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    permission: str = ""

    def __bool__(self) -> bool:
        return bool(
            self.web_links or self.list_buttons or self.quick_actions or self.related_lists or self.components
        )


def parts_for(sobject: str, package: Path) -> PageParts:
    """What the package in this source folder offers. Raises PartsMissing when that is nothing."""
    fields = {path.name.split(".")[0] for path in package.glob(f"**/objects/{GIFT}/fields/*.field-meta.xml")}
    parts = PageParts(
        sobject=sobject,
        web_links=tuple(_web_links(sobject, package, over_lists=False)),
        list_buttons=tuple(_web_links(sobject, package, over_lists=True)),
        quick_actions=_names(package, f"**/quickActions/{sobject}.*.quickAction-meta.xml", dots=2),
        related_lists=tuple(f"{GIFT}.{name}" for name in sorted(_lookups(sobject, package))),
        columns=("NAME", *(name for name in COLUMNS if name in fields)),
        components=tuple(
            sorted(name for name, objects in components(package).items() if not objects or sobject in objects)
        ),
        permission=next(iter(_names(package, f"**/{SENDING}.customPermission-meta.xml")), ""),
    )
    if not parts:
        owners = {path.parent.parent.name for path in package.glob("**/webLinks/*.xml")}
        known = ", ".join(sorted(name for name in owners if not name.endswith("__c")))
        raise PartsMissing(f"the package has nothing for the pages of {sobject}; it has for {known}")
    return parts


def objects_with_parts(package: Path) -> list[str]:
    """The objects that the package does not bring along and has something for the pages of."""
    named = {path.parent.parent.name for path in package.glob("**/objects/*/webLinks/*.webLink-meta.xml")}
    named |= {path.name.split(".")[0] for path in package.glob("**/quickActions/*.*.quickAction-meta.xml")}
    for path in package.glob(f"**/objects/{GIFT}/fields/*.field-meta.xml"):
        named.add(text_at(parse(path.read_bytes()), "referenceTo"))
    return sorted(name for name in named if name and not name.endswith("__c") and name != "User")


def _names(package: Path, pattern: str, *, dots: int = 1) -> tuple[str, ...]:
    return tuple(sorted(".".join(path.name.split(".")[:dots]) for path in package.glob(pattern)))


def _web_links(sobject: str, package: Path, *, over_lists: bool) -> Iterator[str]:
    for path in sorted(package.glob(f"**/objects/{sobject}/webLinks/*.webLink-meta.xml")):
        if (text_at(parse(path.read_bytes()), "displayType") == OVER_LISTS) is over_lists:
            yield path.name.split(".")[0]


def _lookups(sobject: str, package: Path) -> Iterator[str]:
    for path in package.glob(f"**/objects/{GIFT}/fields/*.field-meta.xml"):
        if text_at(parse(path.read_bytes()), "referenceTo") == sobject:
            yield path.name.split(".")[0]


def components(package: Path) -> dict[str, list[str]]:
    """Components for record pages, with the objects that each is for; none named means any object."""
    found = {}
    for path in package.glob("**/lwc/*/*.js-meta.xml"):
        root = parse(path.read_bytes())
        if RECORD_PAGE in [element.text for element in all_at(root, "targets/target")]:
            found[path.parent.name] = [
                element.text or ""
                for config in all_at(root, "targetConfigs/targetConfig")
                if RECORD_PAGE in (config.get("targets") or "").split(",")
                for element in all_at(config, "objects/object")
            ]
    return found
