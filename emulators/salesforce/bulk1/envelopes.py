"""Job and batch information in XML and JSON, and requests back from them."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from emulators.salesforce.bulk.errors import BulkError
from emulators.salesforce.bulk1.jobs import Batch, BatchState, Job
from emulators.salesforce.json_text import parse_json
from emulators.salesforce.soap.envelope import xml_text
from emulators.salesforce.store.values import datetime_text

NAMESPACE = "http://www.force.com/2009/06/asyncapi/dataload"
# The stubs know no default namespace.
_NAMESPACES: Any = {None: NAMESPACE}

Info = dict[str, Any]


class _NotAnObject(ValueError):
    """JSON, but not an object."""


def job_info(job: Job) -> Info:
    """A job's information in the order of the XML schema."""
    batches = job.batches.values()
    return {
        "id": job.id,
        "operation": str(job.operation),
        "object": job.sobject,
        "createdById": job.created_by_id,
        "createdDate": job.created,
        "systemModstamp": job.created,
        "state": str(job.state),
        "externalIdFieldName": job.external_id_field or None,
        "concurrencyMode": job.concurrency_mode,
        "contentType": str(job.content_type),
        "numberBatchesQueued": job.in_state(BatchState.QUEUED),
        "numberBatchesInProgress": 0,
        "numberBatchesCompleted": job.in_state(BatchState.COMPLETED),
        "numberBatchesFailed": job.in_state(BatchState.FAILED),
        "numberBatchesTotal": len(batches),
        "numberRecordsProcessed": sum(batch.processed for batch in batches),
        "numberRetries": 0,
        "apiVersion": float(job.api_version),
        "numberRecordsFailed": sum(batch.failed for batch in batches),
        **_TIMES,
    }


def batch_info(batch: Batch) -> Info:
    """A batch's information in the order of the XML schema."""
    return _batch(batch, batch.state, batch.processed, batch.failed)


def queued_batch_info(batch: Batch) -> Info:
    """What an upload is answered with, whatever has become of the batch meanwhile."""
    return _batch(batch, BatchState.QUEUED, 0, 0)


def to_json(info: Info) -> str:
    """JSON keeps what is null and writes times as the data API does."""
    return json.dumps({k: datetime_text(v) if isinstance(v, datetime) else v for k, v in info.items()})


def batches_to_json(batches: Iterable[Batch]) -> str:
    """The list of a job's batches."""
    return json.dumps({"batchInfo": [json.loads(to_json(batch_info(batch))) for batch in batches]})


def to_xml(name: str, info: Info) -> bytes:
    """XML leaves out what is null."""
    return document(_element(name, info))


def batches_to_xml(batches: Iterable[Batch]) -> bytes:
    """The list of a job's batches."""
    root = etree.Element(f"{{{NAMESPACE}}}batchInfoList", nsmap=_NAMESPACES)
    for batch in batches:
        root.append(_element("batchInfo", batch_info(batch)))
    return document(root)


def results_to_xml(result_ids: Iterable[str]) -> bytes:
    """The list of a query batch's results."""
    root = etree.Element(f"{{{NAMESPACE}}}result-list", nsmap=_NAMESPACES)
    for result_id in result_ids:
        etree.SubElement(root, f"{{{NAMESPACE}}}result").text = result_id
    return document(root)


def read_info(body: bytes, *, as_json: bool) -> Mapping[str, str]:
    """The fields of a jobInfo request as text. Raises InvalidJob when it cannot be read."""
    try:
        return _read_json(body) if as_json else _read_xml(body)
    except (ValueError, etree.XMLSyntaxError):
        raise BulkError("InvalidJob", "Unable to parse Job") from None


_TIMES = {"totalProcessingTime": 0, "apiActiveProcessingTime": 0, "apexProcessingTime": 0}


def _batch(batch: Batch, state: BatchState, processed: int, failed: int) -> Info:
    message = batch.state_message if state is BatchState.FAILED else ""
    return {
        "id": batch.id,
        "jobId": batch.job_id,
        "state": str(state),
        "stateMessage": message or None,
        "createdDate": batch.created,
        "systemModstamp": batch.created,
        "numberRecordsProcessed": processed,
        "numberRecordsFailed": failed,
        **_TIMES,
    }


def _element(name: str, info: Info) -> etree._Element:
    root = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap=_NAMESPACES)
    for key, value in info.items():
        if value is not None:
            etree.SubElement(root, f"{{{NAMESPACE}}}{key}").text = _xml_text(value)
    return root


def _xml_text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
    return xml_text(str(value))


def document(root: etree._Element) -> bytes:
    """An XML document of a root element."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _read_json(body: bytes) -> Mapping[str, str]:
    fields = parse_json(body)
    if not isinstance(fields, dict):
        raise _NotAnObject
    return {key: str(value) for key, value in fields.items() if value is not None}


def _read_xml(body: bytes) -> Mapping[str, str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(body, parser)
    if etree.QName(root).localname != "jobInfo":
        raise ValueError(root.tag)
    return {etree.QName(child).localname: child.text or "" for child in root if isinstance(child.tag, str)}
