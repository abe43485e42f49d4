"""`jobs/ingest`: create, upload, close, abort, delete, results."""

from flask import Blueprint, Response

from emulators.salesforce.bulk.errors import BulkError, no_hard_delete
from emulators.salesforce.bulk.rows import Target
from emulators.salesforce.bulk2 import requests
from emulators.salesforce.bulk2.access import job_object, jobs
from emulators.salesforce.bulk2.ingest import IngestProcessor
from emulators.salesforce.bulk2.jobs import Content, IngestJob, JobKind, State, wrong_state
from emulators.salesforce.bulk2.listing import listing
from emulators.salesforce.context import current
from emulators.salesforce.dml.operations import OperationKind
from emulators.salesforce.rest.body import as_json

blueprint = Blueprint("bulk2_ingest", __name__)

_CSV = "text/csv"
_DELETABLE = {State.UPLOAD_COMPLETE, State.JOB_COMPLETE, State.ABORTED, State.FAILED}


@blueprint.post("/jobs/ingest")
def create_job() -> Response:
    """Open a job; one that comes with its rows is worked off at once."""
    fields, rows = requests.job_and_rows()
    job = _new_job(fields)
    jobs().keep(job)
    if rows is None:
        return as_json(job.created_info())
    job.upload = rows
    return as_json(_complete(job))


@blueprint.get("/jobs/ingest")
def list_jobs() -> Response:
    """All jobs, Bulk API 1.0's among them, a page at a time."""
    return as_json(listing(JobKind.INGEST))


@blueprint.get("/jobs/ingest/<job_id>")
def show_job(job_id: str) -> Response:
    """A job with its counts."""
    return as_json(jobs().ingest(job_id).full_info())


@blueprint.put("/jobs/ingest/<job_id>/batches")
def upload(job_id: str) -> Response:
    """Take the rows, once."""
    job = jobs().ingest(job_id)
    if job.state is not State.OPEN:
        raise wrong_state(f"Job is already in state: {job.state}")
    if job.upload is not None:
        message = (
            f"Found multiple contents for job: <{job.id}>, please 'Close' / 'Abort' / 'Delete' the current "
            "Job then create a new Job and make sure you only do 'PUT' once on a given Job."
        )
        raise wrong_state(message)
    job.upload = requests.uploaded()
    return Response(status=201)


@blueprint.patch("/jobs/ingest/<job_id>")
def change_job(job_id: str) -> Response:
    """Close the upload, or abort the job."""
    job = jobs().ingest(job_id)
    if requests.wanted_state(job) is State.UPLOAD_COMPLETE:
        return as_json(_complete(job))
    job.state = State.ABORTED
    job.modified = current().org.clock()
    return as_json(job.info())


@blueprint.delete("/jobs/ingest/<job_id>")
def delete_job(job_id: str) -> Response:
    """Forget a job that is done or given up."""
    job = jobs().ingest(job_id)
    if job.state not in _DELETABLE:
        raise wrong_state(f"Job cannot be deleted in state: {job.state}")
    jobs().forget(job)
    return Response(status=204)


@blueprint.get("/jobs/ingest/<job_id>/successfulResults")
def successful_results(job_id: str) -> Response:
    """The rows that were carried out."""
    return _csv(jobs().ingest(job_id).successes)


@blueprint.get("/jobs/ingest/<job_id>/failedResults")
def failed_results(job_id: str) -> Response:
    """The rows that were refused, each with its error."""
    return _csv(jobs().ingest(job_id).failures)


@blueprint.get("/jobs/ingest/<job_id>/unprocessedrecords")
@blueprint.get("/jobs/ingest/<job_id>/unprocessedRecords")
def unprocessed_records(job_id: str) -> Response:
    """The rows of a job that failed or was aborted, as they came; of others the columns alone."""
    job = jobs().ingest(job_id)
    if job.upload is None:
        return Response("", content_type=_CSV)
    if job.state in {State.FAILED, State.ABORTED}:
        return _csv(job.upload)
    header = next(job.dialect.rows(job.upload), [])
    return Response(job.dialect.write([header] if header else []), content_type=_CSV)


def _new_job(fields: requests.Fields) -> IngestJob:
    context = current()
    operation = _operation(requests.text(fields, "operation"))
    sobject = job_object(requests.text(fields, "object"))
    external_id_field = requests.text(fields, "externalIdFieldName")
    if operation is OperationKind.UPSERT and not external_id_field:
        message = f"External ID was blank for {sobject.name}. An external ID must be specified for upsert."
        raise BulkError("INVALIDJOB", message)
    now = context.org.clock()
    return IngestJob(
        id=context.org.next_id("750"),
        kind=JobKind.INGEST,
        operation=str(operation),
        sobject=sobject.name,
        external_id_field=external_id_field if operation is OperationKind.UPSERT else "",
        created_by_id=context.user.id,
        created=now,
        modified=now,
        api_version=context.api_version,
        dialect=requests.dialect(fields),
    )


def _operation(name: str) -> OperationKind:
    if name == "hardDelete":
        error = no_hard_delete()
        raise BulkError(error.code.upper(), error.message)
    try:
        return OperationKind(name)
    except ValueError:
        raise BulkError("INVALIDJOB", f"Unknown operation: {name}") from None


def _complete(job: IngestJob) -> dict[str, object]:
    """Work the job off; the answer is from before."""
    context = current()
    job.state = State.UPLOAD_COMPLETE
    job.modified = context.org.clock()
    answer = job.info()
    target = Target(OperationKind(job.operation), job_object(job.sobject), job.external_id_field)
    IngestProcessor(context.org, context.user).process(job, target)
    return answer


def _csv(content: Content) -> Response:
    content.seek(0)
    return Response(content.read(), content_type=_CSV)
