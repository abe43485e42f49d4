"""The URLs of the Bulk API, below `/services/async/<version>`."""

import json
import re
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, request

from emulators.salesforce.bulk.errors import BulkError, no_hard_delete
from emulators.salesforce.bulk1.envelopes import (
    Info,
    batch_info,
    batches_to_json,
    batches_to_xml,
    job_info,
    queued_batch_info,
    read_info,
    results_to_xml,
    to_json,
    to_xml,
)
from emulators.salesforce.bulk1.errors import named
from emulators.salesforce.bulk1.jobs import Batch, BatchState, ContentType, Job, Jobs, JobState, Operation
from emulators.salesforce.bulk1.processing import Processor
from emulators.salesforce.bulk1.results import (
    records_to_csv,
    records_to_json,
    records_to_xml,
    rows_to_csv,
    rows_to_json,
    rows_to_xml,
)
from emulators.salesforce.context import current
from emulators.salesforce.dml.operations import OperationResult
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.host import host
from emulators.salesforce.soql.execute import QueryResult

blueprint = Blueprint("bulk1", __name__)

_JSON = "application/json"
_XML = "application/xml"
_CONTENT_TYPES = {ContentType.CSV: "text/csv", ContentType.JSON: _JSON, ContentType.XML: _XML}
_ROWS: dict[ContentType, Callable[[Job, list[OperationResult]], str | bytes]] = {
    ContentType.CSV: rows_to_csv,
    ContentType.JSON: rows_to_json,
    ContentType.XML: rows_to_xml,
}
_RECORDS: dict[ContentType, Callable[[QueryResult], str | bytes]] = {
    ContentType.CSV: records_to_csv,
    ContentType.JSON: records_to_json,
    ContentType.XML: records_to_xml,
}
DEFAULT_CHUNK_SIZE = 100_000
MAX_CHUNK_SIZE = 250_000
_CHUNK_SIZE = re.compile(r"\bchunkSize\s*=\s*(\d{1,9})\b", re.IGNORECASE)
# simple-salesforce writes the enumeration as numbers.
_CONCURRENCY = {"": "Parallel", "0": "Parallel", "1": "Serial", "Parallel": "Parallel", "Serial": "Serial"}


@blueprint.errorhandler(SalesforceError)
def as_async_error(error: SalesforceError) -> Response:
    """ExceptionCode and exceptionMessage, in the language of the request."""
    code, message, status = named(error)
    info: Info = {"exceptionCode": code, "exceptionMessage": message}
    return _info("error", info, as_json=_speaks_json(), status=status)


@blueprint.post("/job")
def create_job() -> Response:
    """Open a job."""
    fields = read_info(request.get_data(), as_json=_speaks_json())
    job = _new_job(fields)
    _jobs().keep(job)
    return _info("jobInfo", job_info(job), as_json=_speaks_json(), status=201)


@blueprint.get("/job/<job_id>")
def show_job(job_id: str) -> Response:
    """A job with its counts."""
    return _info("jobInfo", job_info(_jobs().find(job_id)), as_json=_speaks_json())


@blueprint.post("/job/<job_id>")
def change_job(job_id: str) -> Response:
    """Close or abort a job."""
    job = _jobs().find(job_id)
    wanted = read_info(request.get_data(), as_json=_speaks_json()).get("state", "")
    if wanted not in {JobState.CLOSED, JobState.ABORTED}:
        raise BulkError("InvalidJobState", f"Job cannot be set to state: {wanted}")
    if job.state is not JobState.OPEN and job.state != wanted:
        raise BulkError("InvalidJobState", f"Job is already {job.state.lower()}")
    job.state = JobState(wanted)
    return _info("jobInfo", job_info(job), as_json=_speaks_json())


@blueprint.post("/job/<job_id>/batch")
def add_batch(job_id: str) -> Response:
    """Take a batch and work it off."""
    job = _jobs().find(job_id)
    if job.state is not JobState.OPEN:
        raise BulkError("InvalidJobState", f"Batches cannot be added to a job that is {job.state.lower()}")
    if not request.get_data().strip():
        raise BulkError("ClientInputError", "Failed to read request. The batch has no content")
    context = current()
    batch = Batch(
        id=context.org.next_id("751"), job_id=job.id, created=context.org.clock(), request=request.get_data()
    )
    chunks = _processor().process(job, batch)
    job.batches |= {part.id: part for part in (batch, *chunks)}
    answer = _info("batchInfo", queued_batch_info(batch), as_json=_is_json(job), status=201)
    answer.headers["Location"] = f"/services/async/{context.api_version}/job/{job.id}/batch/{batch.id}"
    return answer


@blueprint.get("/job/<job_id>/batch")
def list_batches(job_id: str) -> Response:
    """All batches of a job, in the job's content type."""
    job = _jobs().find(job_id)
    if _is_json(job):
        return Response(batches_to_json(job.batches.values()), content_type=_JSON)
    return Response(batches_to_xml(job.batches.values()), content_type=_XML)


@blueprint.get("/job/<job_id>/batch/<batch_id>")
def show_batch(job_id: str, batch_id: str) -> Response:
    """One batch, in the job's content type."""
    job = _jobs().find(job_id)
    return _info("batchInfo", batch_info(job.batch(batch_id)), as_json=_is_json(job))


@blueprint.get("/job/<job_id>/batch/<batch_id>/request")
def show_request(job_id: str, batch_id: str) -> Response:
    """The upload as it came."""
    job = _jobs().find(job_id)
    return Response(job.batch(batch_id).request, content_type=_CONTENT_TYPES[job.content_type])


@blueprint.get("/job/<job_id>/batch/<batch_id>/result")
def show_result(job_id: str, batch_id: str) -> Response:
    """The outcome of each row, or the list of a query's results."""
    job = _jobs().find(job_id)
    batch = _completed(job, batch_id)
    if not job.operation.queries:
        return Response(
            _ROWS[job.content_type](job, batch.results), content_type=_CONTENT_TYPES[job.content_type]
        )
    if _is_json(job):
        return Response(json.dumps([batch.result_id]), content_type=_JSON)
    return Response(results_to_xml([batch.result_id]), content_type=_XML)


@blueprint.get("/job/<job_id>/batch/<batch_id>/result/<result_id>")
def show_records(job_id: str, batch_id: str, result_id: str) -> Response:
    """What a query found."""
    job = _jobs().find(job_id)
    batch = _completed(job, batch_id)
    if batch.found is None or result_id[:15] != batch.result_id:
        raise BulkError("InvalidBatch", f"Unable to find result for id: {result_id}")
    return Response(_RECORDS[job.content_type](batch.found), content_type=_CONTENT_TYPES[job.content_type])


def _new_job(fields: Mapping[str, str]) -> Job:
    context = current()
    operation = _operation(fields.get("operation", ""))
    sobject = _processor().object_of(fields.get("object", ""))
    if sobject is None:
        raise BulkError("InvalidJob", f"Unable to find object: {fields.get('object', '')}")
    external_id_field = fields.get("externalIdFieldName", "")
    if operation is Operation.UPSERT and not external_id_field:
        message = f"External ID was blank for {sobject.name}. An external ID must be specified for upsert."
        raise BulkError("InvalidJob", message)
    return Job(
        id=context.org.next_id("750"),
        operation=operation,
        sobject=sobject.name,
        content_type=_content_type(fields.get("contentType", "")),
        concurrency_mode=_CONCURRENCY.get(fields.get("concurrencyMode", ""), "Parallel"),
        external_id_field=external_id_field,
        created_by_id=context.user.id,
        created=context.org.clock(),
        api_version=context.api_version,
        chunk_size=_chunk_size() if operation.queries else None,
    )


def _chunk_size() -> int | None:
    """The size of chunks of primary keys that a header asks for, within what the platform allows.

    Such as `Sforce-Enable-PKChunking: chunkSize=50000; parent=Account`. Source: Bulk API Developer Guide,
    "PK Chunking Header".
    """
    asked = request.headers.get("Sforce-Enable-PKChunking", "").strip()
    if not asked or asked.upper() == "FALSE":
        return None
    size = _CHUNK_SIZE.search(asked)
    return max(1, min(MAX_CHUNK_SIZE, int(size.group(1)))) if size else DEFAULT_CHUNK_SIZE


def _operation(name: str) -> Operation:
    if name == "hardDelete":
        raise no_hard_delete()
    try:
        return Operation(name)
    except ValueError:
        raise BulkError("InvalidJob", f"Unknown operation: {name}") from None


def _content_type(name: str) -> ContentType:
    if name.startswith("ZIP_"):
        raise NotSupportedHere(f"Bulk API content type {name}")
    try:
        return ContentType(name or "XML")
    except ValueError:
        raise BulkError("InvalidJob", f"Unknown content type: {name}") from None


def _completed(job: Job, batch_id: str) -> Batch:
    batch = job.batch(batch_id)
    if batch.state is not BatchState.COMPLETED:
        raise BulkError("InvalidBatch", "Records not processed")
    return batch


def _processor() -> Processor:
    context = current()
    return Processor(context.org, context.user, f"{context.base_path}/sobjects")


def classic_jobs() -> list[Job]:
    """All jobs of this API, which lists of the newer one show too."""
    return _jobs().all()


def _jobs() -> Jobs:
    jobs: Jobs = host().memory.setdefault("bulk1.jobs", Jobs())
    return jobs


def _is_json(job: Job) -> bool:
    return job.content_type is ContentType.JSON


def _speaks_json() -> bool:
    return request.headers.get("Content-Type", "").startswith(_JSON)


def _info(name: str, info: Info, *, as_json: bool, status: int = 200) -> Response:
    if as_json:
        return Response(to_json(info), status=status, content_type=_JSON)
    return Response(to_xml(name, info), status=status, content_type=_XML)
