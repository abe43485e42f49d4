"""Field mappings as records of the package's custom metadata type: read from an org, and written to a file.

The file is for an administrator to deploy: changing metadata takes rights that the integration user is not
given.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from connector.domain.field_mapping import DEFAULT_PATHS, Attribute, FieldMapping, MappingInvalid
from connector.ports import Record, SalesforceOrg

TYPE = "Gift_Field_Mapping"
FOLDER = "field-mapping"
_NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
_SCHEMA = "http://www.w3.org/2001/XMLSchema"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_API_VERSION = "66.0"


@dataclass(frozen=True, slots=True)
class MappingRecord:
    """One record. name: its DeveloperName. attribute: a word of the picklist, such as Postal Code."""

    name: str
    sobject: str
    path: str
    attribute: str


@dataclass(frozen=True, slots=True)
class ReadMappings:
    """mappings: by object, without those that cannot be used. problems: of those, by object.

    unused: records whose attribute no platform is told. Problems under "" lie with no object.
    """

    mappings: Mapping[str, FieldMapping]
    unused: Sequence[MappingRecord]
    problems: Mapping[str, Sequence[str]] = field(default_factory=dict)


def attribute_word(attribute: Attribute) -> str:
    """As the picklist has it."""
    return attribute.value.replace("_", " ").title()


_ATTRIBUTES = {attribute_word(attribute): attribute for attribute in Attribute}


def read_records(org: SalesforceOrg) -> ReadMappings:
    """Attributes without a record keep their default. Raises the org's errors."""
    soql = f"SELECT DeveloperName, Object__c, Field__c, Attribute__c FROM {TYPE}__mdt"  # noqa: S608 - our own name
    records = sorted((_record_of(row) for row in org.query(soql)), key=lambda record: record.name)
    paths: dict[str, dict[Attribute, str]] = {name: dict(each) for name, each in DEFAULT_PATHS.items()}
    said_by: dict[tuple[str, Attribute], MappingRecord] = {}
    unused: list[MappingRecord] = []
    problems: dict[str, list[str]] = {}
    for record in records:
        attribute = _ATTRIBUTES.get(record.attribute)
        if attribute is None:
            unused.append(record)
        elif record.sobject not in paths:
            problems.setdefault("", []).append(
                f"{record.name}: {record.sobject!r} is neither Contact nor Lead"
            )
        elif (earlier := said_by.get((record.sobject, attribute))) is not None:
            problems.setdefault(record.sobject, []).append(
                f"{record.name} and {earlier.name} both map {record.attribute} of {record.sobject}"
            )
        else:
            said_by[record.sobject, attribute] = record
            paths[record.sobject][attribute] = record.path
    mappings = {}
    for sobject, fields in paths.items():
        try:
            mappings[sobject] = FieldMapping(sobject, fields)
        except MappingInvalid as problem:
            problems.setdefault(sobject, []).append(f"{sobject}: {problem}")
    usable = {name: mapping for name, mapping in mappings.items() if name not in problems}
    return ReadMappings(usable, unused, problems)


def records_of(mappings: Iterable[FieldMapping]) -> list[MappingRecord]:
    """The records that say what the mappings say; named as the package's own, which they replace."""
    return [
        MappingRecord(
            name=f"{mapping.sobject}_{attribute_word(attribute).replace(' ', '_')}",
            sobject=mapping.sobject,
            path=mapping.paths[attribute],
            attribute=attribute_word(attribute),
        )
        for mapping in mappings
        for attribute in Attribute
    ]


def deployable(records: Sequence[MappingRecord], required: frozenset[Attribute]) -> bytes:
    """A zip with one folder in metadata format, to be unpacked and deployed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{FOLDER}/package.xml", _manifest(records))
        for record in records:
            is_required = _ATTRIBUTES.get(record.attribute) in required
            path = f"{FOLDER}/customMetadata/{TYPE}.{record.name}.md"
            archive.writestr(path, _metadata(record, is_required=is_required))
    return buffer.getvalue()


def _record_of(row: Record) -> MappingRecord:
    return MappingRecord(
        name=str(row["DeveloperName"]),
        sobject=str(row.get("Object__c") or ""),
        path=str(row.get("Field__c") or ""),
        attribute=str(row.get("Attribute__c") or ""),
    )


def _manifest(records: Sequence[MappingRecord]) -> bytes:
    root = ET.Element("Package", {"xmlns": _NAMESPACE})
    types = ET.SubElement(root, "types")
    for record in records:
        ET.SubElement(types, "members").text = f"{TYPE}.{record.name}"
    ET.SubElement(types, "name").text = "CustomMetadata"
    ET.SubElement(root, "version").text = _API_VERSION
    return _bytes(root)


def _metadata(record: MappingRecord, *, is_required: bool) -> bytes:
    root = ET.Element("CustomMetadata", {"xmlns": _NAMESPACE, "xmlns:xsi": _INSTANCE, "xmlns:xsd": _SCHEMA})
    ET.SubElement(root, "label").text = f"{record.sobject} {record.attribute}"
    ET.SubElement(root, "protected").text = "false"
    values = (
        ("Object__c", "string", record.sobject),
        ("Field__c", "string", record.path),
        ("Attribute__c", "string", record.attribute),
        ("Required__c", "boolean", str(is_required).lower()),
    )
    for name, kind, text in values:
        pair = ET.SubElement(root, "values")
        ET.SubElement(pair, "field").text = name
        ET.SubElement(pair, "value", {"xsi:type": f"xsd:{kind}"}).text = text
    return _bytes(root)


def _bytes(root: ET.Element) -> bytes:
    ET.indent(root, "    ")
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True))
