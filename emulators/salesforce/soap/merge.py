"""The operation merge of the Partner and Enterprise APIs."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from emulators.salesforce.context import RequestContext
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.dml.merging import merge
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.schema.model import Field, FieldType
from emulators.salesforce.soap.envelope import (
    XSI_NS,
    child_elements,
    child_named,
    local_name,
    text_of,
    texts_of,
)

Part = tuple[str, "str | bool | SalesforceError | None"]

MOST_REQUESTS = 200
_NUMBERS = {FieldType.INT, FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT}
_NAMES = {"type", "Id", "fieldsToNull"}


def merge_all(body: etree._Element, context: RequestContext) -> Iterator[list[Part]]:
    """The parts of a result for each `mergeRequests`; a refused one does not hold up the others."""
    wanted = [child for child in child_elements(body) if local_name(child) in {"request", "mergeRequests"}]
    if len(wanted) > MOST_REQUESTS:
        message = f"record limit reached. cannot submit more than {MOST_REQUESTS} records into this call"
        raise SalesforceError("EXCEEDED_ID_LIMIT", message)
    for one in wanted:
        dml = Dml(context.org, context.user)
        master = child_named(one, "masterRecord")
        merged = texts_of(one, "recordToMergeIds")
        master_id = text_of(master, "Id")
        try:
            moved = merge(dml, _type_of(master), master_id, _values(dml, master), merged)
        except SalesforceError as error:
            yield [("errors", error), ("id", master_id), ("success", False)]
        else:
            ids: list[Part] = [("mergedRecordIds", record_id) for record_id in merged]
            related: list[Part] = [("updatedRelatedIds", record_id) for record_id in moved]
            yield [("id", master_id), *ids, ("success", True), *related]


def _type_of(master: etree._Element | None) -> str:
    """What the record says of itself, or its xsi:type."""
    declared = "" if master is None else master.get(f"{{{XSI_NS}}}type", "")
    name = text_of(master, "type") or declared.rpartition(":")[2]
    if not name:
        raise SalesforceError("INVALID_TYPE", "Must send a concrete entity type.")
    return name


def _values(dml: Dml, master: etree._Element | None) -> dict[str, Any]:
    """The master's fields as they were sent; those named in fieldsToNull are emptied."""
    if master is None:
        return {}
    sobject = dml.plan(_type_of(master)).sobject
    sent = [child for child in child_elements(master) if local_name(child) not in _NAMES]
    values = {local_name(child): _value(sobject.field_named(local_name(child)), child) for child in sent}
    return values | dict.fromkeys(texts_of(master, "fieldsToNull"))


def _value(field: Field | None, sent: etree._Element) -> Any:
    text = sent.text or ""
    if field is not None and field.type is FieldType.BOOLEAN:
        return text.strip() in {"true", "1"}
    if field is not None and field.type in _NUMBERS:
        try:
            return float(text)
        except ValueError:
            return text
    return text
