"""Lightning record pages, by the Tooling API.

Source: Tooling API Developer Guide, FlexiPage; its Metadata is told of one row at a time.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connector.ports import RecordPageDescription
from connector.services.soql import quote

Get = Callable[[str, Mapping[str, str]], Any]
"""GET of a path below /services/data/vXX.X/ with parameters."""

_QUERY = "tooling/query"


def read_record_pages(get: Get, sobject: str) -> list[RecordPageDescription]:
    """sobject: a standard object, whose pages carry its API name."""
    soql = (
        "SELECT Id, DeveloperName, MasterLabel FROM FlexiPage"  # noqa: S608 - quoted
        f" WHERE Type = 'RecordPage' AND EntityDefinitionId = {quote(sobject)} ORDER BY DeveloperName"
    )
    rows = get(_QUERY, {"q": soql})["records"]
    return [_page_of(row, _metadata(get, str(row["Id"]))) for row in rows]


def _metadata(get: Get, page_id: str) -> Mapping[str, Any]:
    soql = f"SELECT Metadata FROM FlexiPage WHERE Id = {quote(page_id)}"  # noqa: S608 - quoted
    found = get(_QUERY, {"q": soql})["records"]
    metadata = found[0].get("Metadata") if found else None
    return metadata if isinstance(metadata, Mapping) else {}


def _page_of(row: Mapping[str, Any], metadata: Mapping[str, Any]) -> RecordPageDescription:
    instances = list(_instances(metadata))
    chosen = [actions for instance in instances if (actions := _actions(instance)) is not None]
    return RecordPageDescription(
        name=str(row["DeveloperName"]),
        label=str(row["MasterLabel"]),
        components=tuple(str(each.get("componentName") or "").removeprefix("c:") for each in instances),
        actions=tuple(name for actions in chosen for name in actions) if chosen else None,
    )


def _instances(metadata: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Components of every region, those on tabs too: a facet is a region of its own."""
    for region in metadata.get("flexiPageRegions") or ():
        for item in region.get("itemInstances") or ():
            if instance := item.get("componentInstance"):
                yield instance


def _actions(instance: Mapping[str, Any]) -> tuple[str, ...] | None:
    """What a highlights panel offers where the page chooses that; None for everything else."""
    told = {each["name"]: each for each in instance.get("componentInstanceProperties") or ()}
    if str((told.get("enableActionsConfiguration") or {}).get("value")).lower() != "true":
        return None
    entries = ((told.get("actionNames") or {}).get("valueList") or {}).get("valueListItems") or ()
    return tuple(str(entry["value"]) for entry in entries)
