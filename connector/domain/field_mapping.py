"""Where a recipient's attributes stand in an org's Contacts and Leads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connector.domain.delivery import Address
from connector.domain.recipient import Recipient


class Attribute(StrEnum):
    """What a gifting platform may want to know of a recipient."""

    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    STREET = "street"
    CITY = "city"
    STATE = "state"
    POSTAL_CODE = "postal_code"
    COUNTRY = "country"


# An API name, or one of a record that a lookup points to: Work_Address__r.City__c. A path from a campaign
# member goes one step further, and SOQL takes five in all.
_PATH = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*){0,3}")
_NAMES = {
    Attribute.FIRST_NAME: "FirstName",
    Attribute.LAST_NAME: "LastName",
    Attribute.EMAIL: "Email",
}
_ADDRESS = ("Street", "City", "State", "PostalCode", "Country")
_ADDRESS_ATTRIBUTES = (
    Attribute.STREET,
    Attribute.CITY,
    Attribute.STATE,
    Attribute.POSTAL_CODE,
    Attribute.COUNTRY,
)


class MappingInvalid(ValueError):
    """The mapping cannot be used; the message names every reason."""


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """The field of each attribute in one object; raises MappingInvalid, with all reasons together."""

    sobject: str
    paths: Mapping[Attribute, str]

    def __post_init__(self) -> None:
        problems = [f"{name.value} has no field" for name in Attribute if not self.paths.get(name)]
        problems += [
            f"{name.value}: {path!r} is not a field's API name"
            for name, path in self.paths.items()
            if path and not _PATH.fullmatch(path)
        ]
        if self.sobject not in DEFAULT_PATHS:
            problems.append(f"{self.sobject!r} is neither Contact nor Lead")
        if problems:
            raise MappingInvalid("; ".join(problems))

    def changed(self, attribute: Attribute, path: str) -> "FieldMapping":
        """With another field for an attribute; an empty path brings back the default."""
        wanted = path or DEFAULT_PATHS[self.sobject][attribute]
        return FieldMapping(self.sobject, {**self.paths, attribute: wanted})

    def recipient(self, row: Mapping[str, Any]) -> Recipient:
        """row: a record with the mapped fields, records of lookups inside it."""
        names = (Attribute.FIRST_NAME, Attribute.LAST_NAME, Attribute.EMAIL)
        return Recipient(*(self.text(row, name) for name in names))

    def address(self, row: Mapping[str, Any]) -> Address:
        """Parts that are not there are empty."""
        return Address(*(self.text(row, name) for name in _ADDRESS_ATTRIBUTES))

    def fields(self, *, with_address: bool) -> list[str]:
        """What to select, each field once."""
        wanted = [name for name in Attribute if with_address or name not in _ADDRESS_ATTRIBUTES]
        return list(dict.fromkeys(self.paths[name] for name in wanted))

    def look_ups(self, *, with_address: bool) -> list[str]:
        """Paths of the records that hold what is selected, beside the object's own, each once.

        Not over an Owner: it may be a queue as well as a user, and of such a record SOQL knows no stamp.
        Source: SOQL and SOSL Reference, polymorphic relationships; Object Reference, Name.
        """
        found: dict[str, None] = {}
        for path in self.fields(with_address=with_address):
            steps = path.split(".")[:-1]
            for end in range(1, len(steps) + 1):
                if "Owner" not in steps[:end]:
                    found[".".join(steps[:end])] = None
        return list(found)

    def text(self, row: Mapping[str, Any], attribute: Attribute) -> str:
        """What a record holds for an attribute; empty where there is nothing, or no record it leads to."""
        value: Any = row
        for step in self.paths[attribute].split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        return "" if value is None else str(value)


DEFAULT_PATHS: Mapping[str, Mapping[Attribute, str]] = {
    sobject: {
        **_NAMES,
        **{
            attribute: f"{prefix}{part}"
            for attribute, part in zip(_ADDRESS_ATTRIBUTES, _ADDRESS, strict=True)
        },
    }
    for sobject, prefix in (("Contact", "Mailing"), ("Lead", ""))
}


def default_mapping(sobject: str) -> FieldMapping:
    """Name, e-mail and mailing address where Salesforce keeps them."""
    return FieldMapping(sobject, DEFAULT_PATHS[sobject])
