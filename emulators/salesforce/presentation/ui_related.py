"""Related lists as the UI API shows them: by child relationship, sorted and in pages.

Source: https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_resources_related_list_records.htm
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.presentation.ui_records import Reader
from emulators.salesforce.schema.model import Field, SObjectType
from emulators.salesforce.store.database import quote

MOST_RECORDS = 1999
DEFAULT_PAGE = 50
DEFAULT_COUNT = 20


@dataclass(frozen=True, slots=True)
class Children:
    """The records of one related list. relationship: its API name, such as Gifts__r."""

    parent: SObjectType
    parent_id: str
    child: SObjectType
    lookup: Field
    relationship: str

    @property
    def _where(self) -> str:
        live = ' AND "IsDeleted" = 0' if "IsDeleted" in self.child.fields else ""
        return f"FROM {quote(self.child.name)} WHERE {quote(self.lookup.name)} = ?{live}"

    def count(self, reader: Reader, most: int) -> dict[str, Any]:
        """How many there are, as far as it is asked for."""
        row = reader.org.db.one(f"SELECT count(*) AS n {self._where}", (self.parent_id,))
        found = int(row["n"]) if row else 0
        return {"count": min(found, most), "hasMore": found > most, "listReference": self._reference()}

    def page(self, reader: Reader, asked: Mapping[str, Any]) -> dict[str, Any]:
        """One page. asked: fields, optionalFields, pageSize, pageToken, sortBy as the resource takes them."""
        if asked.get("where"):
            raise NotSupportedHere("related-list-records with a where")
        size = _whole_number(asked.get("pageSize", DEFAULT_PAGE), "pageSize")
        start = _whole_number(asked.get("pageToken") or 0, "pageToken", least=0)
        fields, optional = _names(asked.get("fields")), _names(asked.get("optionalFields"))
        rows = reader.org.db.all(
            f"SELECT * {self._where} ORDER BY {self._order(reader, asked)} LIMIT ? OFFSET ?",
            (self.parent_id, size + 1, start),
        )
        shown = [reader.shown(self.child, dict(row), fields, optional) for row in rows[:size]]
        following = str(start + size) if len(rows) > size else None
        return {
            "count": len(shown),
            "currentPageToken": str(start),
            "fields": fields,
            "listReference": self._reference(),
            "nextPageToken": following,
            "optionalFields": optional,
            "pageSize": size,
            "previousPageToken": str(max(start - size, 0)) if start else None,
            "records": shown,
            "sortBy": _names(asked.get("sortBy")),
        }

    def _order(self, reader: Reader, asked: Mapping[str, Any]) -> str:
        """Nothing comes first going up and last going down, as in the org's queries."""
        wanted = _names(asked.get("sortBy"))
        if len(wanted) > 1:
            raise SalesforceError("INVALID_PARAMETER_VALUE", "sortBy accepts one value per request")
        if not wanted:
            return '"Id" ASC'
        name = wanted[0].removeprefix("-").rpartition(".")[2]
        field = self.child.field_named(name)
        if field is None or not reader.access.field_readable(self.child, field):
            text = f"No such column '{name}' on entity '{self.child.name}'"
            raise SalesforceError("INVALID_FIELD", text)
        descending = wanted[0].startswith("-")
        return f'{quote(field.name)} {"DESC" if descending else "ASC"}, "Id" ASC'

    def _reference(self) -> dict[str, Any]:
        return {
            "id": None,
            "inContextOfRecordId": self.parent_id,
            "listViewApiName": self.relationship,
            "objectApiName": self.child.name,
            "parentObjectApiName": self.parent.name,
            "recordTypeId": None,
            "relatedListId": self.relationship,
            "type": "relatedList",
        }


def related_lists(reader: Reader, parent: SObjectType) -> list[tuple[str, SObjectType, Field]]:
    """Every list that the user may see below an object: its API name, the child, and the look-up."""
    return [
        (lookup.child_relationship_name, child, lookup)
        for child, lookup in reader.org.schema.children_of(parent.name)
        if lookup.child_relationship_name
        and child.modelled
        and reader.access.readable(child)
        and reader.access.field_readable(child, lookup)
    ]


def children_of(reader: Reader, parent_id: str, relationship: str) -> Children:
    """Raises NOT_FOUND for a parent the user cannot read, INVALID_PARAMETER_VALUE for an unknown list."""
    found = reader.find(parent_id)
    if found is None:
        raise SalesforceError("NOT_FOUND", "The requested resource does not exist", 404)
    parent, row = found
    for name, child, lookup in related_lists(reader, parent):
        if name.casefold() == relationship.casefold():
            return Children(parent, row["Id"], child, lookup, name)
    text = f"{relationship} is no related list of {parent.name}"
    raise SalesforceError("INVALID_PARAMETER_VALUE", text)


def counted(text: Any, default: int = DEFAULT_COUNT) -> int:
    """MaxCount as a number."""
    return _whole_number(default if text is None else text, "maxCount")


def _names(given: Any) -> list[str]:
    """A list, or its text with commas."""
    names = given.split(",") if isinstance(given, str) else given or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SalesforceError("JSON_PARSER_ERROR", "A list of names is expected")
    return [name.strip() for name in names if name.strip()]


def _whole_number(given: Any, name: str, least: int = 1) -> int:
    text = str(given)
    if not (text.isascii() and text.isdecimal() and least <= int(text[:9]) <= MOST_RECORDS):
        message = f"{name} must be between {least} and {MOST_RECORDS}"
        raise SalesforceError("INVALID_PARAMETER_VALUE", message)
    return int(text)
