"""`jobs/query`: create, abort, delete, results by page."""

from flask import Blueprint, Response, request

from emulators.salesforce.bulk.errors import BulkError
from emulators.salesforce.bulk2 import requests
from emulators.salesforce.bulk2.access import job_object, jobs
from emulators.salesforce.bulk2.jobs import JobKind, QueryJob, State, wrong_state
from emulators.salesforce.bulk2.listing import listing
from emulators.salesforce.bulk2.query import QueryProcessor, object_of_query, page
from emulators.salesforce.context import current
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.rest.body import as_json, json_object

blueprint = Blueprint("bulk2_query", __name__)


@blueprint.post("/jobs/query")
def create_job() -> Response:
    """Start a query. What cannot be run is refused here, with the data API's own error."""
    context = current()
    fields = json_object()
    operation, text = requests.text(fields, "operation"), requests.text(fields, "query")
    if operation not in {"query", "queryAll"}:
        raise BulkError("INVALIDJOB", f"Unknown operation: {operation}")
    if not text.strip():
        raise SalesforceError("MALFORMED_QUERY", "A query string has to be specified")
    now = context.org.clock()
    job = QueryJob(
        id=context.org.next_id("750"),
        kind=JobKind.QUERY,
        operation=operation,
        sobject=job_object(object_of_query(text)).name,
        text=text,
        created_by_id=context.user.id,
        created=now,
        modified=now,
        api_version=context.api_version,
        dialect=requests.dialect(fields),
        state=State.UPLOAD_COMPLETE,
    )
    answer = {**job.info(), **job.layout()}
    QueryProcessor(context.org, context.user).process(job)
    jobs().keep(job)
    return as_json(answer)


@blueprint.get("/jobs/query")
def list_jobs() -> Response:
    """All query jobs, Bulk API 1.0's among them, a page at a time."""
    return as_json(listing(JobKind.QUERY))


@blueprint.get("/jobs/query/<job_id>")
def show_job(job_id: str) -> Response:
    """A job with its counts."""
    return as_json(jobs().query(job_id).full_info())


@blueprint.patch("/jobs/query/<job_id>")
def change_job(job_id: str) -> Response:
    """Abort a job that is not done: none is, since jobs are done when they are answered."""
    job = jobs().query(job_id)
    job.state = requests.wanted_state(job)
    return as_json(job.info())


@blueprint.delete("/jobs/query/<job_id>")
def delete_job(job_id: str) -> Response:
    """Forget a job and its results."""
    jobs().forget(jobs().query(job_id))
    return Response(status=204)


@blueprint.get("/jobs/query/<job_id>/results")
def results(job_id: str) -> Response:
    """A page of records; the header Sforce-Locator names the next one, or is the word null."""
    job = jobs().query(job_id)
    if job.created_by_id != current().user.id:
        raise wrong_state("Only the user who created a query job may read its results")
    found = page(job, request.args.get("locator", ""), _max_records())
    headers = {
        "Sforce-Locator": found.locator or "null",
        "Sforce-NumberOfRecords": str(found.number_of_records),
    }
    return Response(found.content, headers=headers, content_type="text/csv")


def _max_records() -> int | None:
    asked = request.args.get("maxRecords", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdecimal()) or len(asked) > 9 or int(asked) < 1:
        raise SalesforceError("INVALID_FIELD", f"maxRecords must be a positive number, not {asked}")
    return int(asked)
