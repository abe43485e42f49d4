"""A batch's upload to DML operations."""

import csv
import io

from lxml import etree

from emulators.salesforce.bulk.errors import InvalidBatch
from emulators.salesforce.bulk.rows import Row, Target, csv_row, nested_row
from emulators.salesforce.bulk1.jobs import ContentType
from emulators.salesforce.dml.operations import Operation
from emulators.salesforce.json_text import parse_json
from emulators.salesforce.soql.scope import Reader

MAX_RECORDS = 10_000
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def read_operations(
    content_type: ContentType, body: bytes, reader: Reader, target: Target
) -> list[Operation]:
    """The operations a batch asks for, one for each row.

    reader: knows which fields the user sees. Raises InvalidBatch when the upload as a whole cannot be used.
    """
    rows = _READERS[content_type](body)
    if not rows:
        raise InvalidBatch("Records not found")
    if len(rows) > MAX_RECORDS:
        raise InvalidBatch(f"Exceeded maximum number of {MAX_RECORDS} records in a batch")
    target.check_names(dict.fromkeys(name for row in rows for name in row), reader)
    return [target.operation(row) for row in rows]


def _read_csv(body: bytes) -> list[Row]:
    try:
        lines = list(csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidBatch(f"Failed to parse CSV. {error}") from None
    lines = [line for line in lines if line]
    if not lines:
        return []
    header, *records = lines
    if any(len(record) > len(header) for record in records):
        raise InvalidBatch("Failed to parse CSV. A row has more values than the header has names")
    return [csv_row(header, record) for record in records]


def _read_json(body: bytes) -> list[Row]:
    try:
        rows = parse_json(body)
    except ValueError:
        raise InvalidBatch("Failed to parse JSON") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidBatch("Failed to parse JSON. A batch is a list of records")
    return [nested_row(row) for row in rows]


def _read_xml(body: bytes) -> list[Row]:
    """Rows of `<sObjects><sObject><Name>..</Name></sObject></sObjects>`; xsi:nil empties a field."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except (ValueError, etree.XMLSyntaxError):
        raise InvalidBatch("Failed to parse XML") from None
    if etree.QName(root).localname != "sObjects":
        raise InvalidBatch("Failed to parse XML. A batch is a list of sObject elements in sObjects")
    return [_xml_row(element) for element in root if isinstance(element.tag, str)]


def _xml_row(element: etree._Element) -> Row:
    row: dict[str, str | None] = {}
    for child in element:
        if not isinstance(child.tag, str) or etree.QName(child).localname in {"type", "attributes"}:
            continue
        name = etree.QName(child).localname
        inner = [leaf for leaf in child.iter() if isinstance(leaf.tag, str) and not len(leaf)]
        if len(child) and inner:
            # A parent by its key: <Account><sObject><Key__c>..</Key__c></sObject></Account>
            row |= {
                f"{name}.{etree.QName(leaf).localname}": leaf.text
                for leaf in inner
                if etree.QName(leaf).localname != "type"
            }
        elif child.get(_NIL) == "true":
            row[name] = None
        elif child.text:
            row[name] = child.text
    return row


_READERS = {ContentType.CSV: _read_csv, ContentType.JSON: _read_json, ContentType.XML: _read_xml}
