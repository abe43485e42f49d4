"""spec/records/*.yml: the records of one custom metadata type, which are metadata themselves."""

from dataclasses import dataclass

from metagen.errors import Location
from metagen.nodes import Literal, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataRecord:
    """One record. values: field to content; fields left out are empty."""

    where: Location
    label: Text
    values: dict[Text, Literal]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSet:
    """All records of a type, by their developer name. name: the type, with its __mdt."""

    where: Location
    name: Text
    records: dict[Text, MetadataRecord]
