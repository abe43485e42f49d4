"""What clients send: jobs in JSON, changes of state, uploads, and jobs with their rows in one multipart."""

import shutil
from collections.abc import Mapping
from typing import Any

from flask import request

from emulators.salesforce.bulk.errors import BulkError
from emulators.salesforce.bulk2.dialect import Dialect
from emulators.salesforce.bulk2.jobs import Content, Job, JobKind, State, wrong_state
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.json_text import parse_json
from emulators.salesforce.rest.body import json_object

Fields = Mapping[str, Any]


def job_and_rows() -> tuple[Fields, Content | None]:
    """The description of a new ingest job, and its rows when they came in the same request."""
    if request.mimetype != "multipart/form-data":
        return json_object(), None
    return _described_part(), _content_part()


def uploaded() -> Content:
    """The body, copied without ever being whole in memory."""
    content = Content()
    shutil.copyfileobj(request.stream, content)
    return content


def text(fields: Fields, name: str, default: str = "") -> str:
    """A field as text; null is the default. Raises JSON_PARSER_ERROR for anything but text."""
    value = fields.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise SalesforceError("JSON_PARSER_ERROR", f"Value of {name} must be a string")
    return value


def dialect(fields: Fields) -> Dialect:
    """How the job's CSV is written. Raises INVALIDJOB."""
    if text(fields, "contentType", "CSV") != "CSV":
        raise BulkError("INVALIDJOB", f"Unsupported content type: {fields['contentType']}")
    return Dialect.named(text(fields, "columnDelimiter", "COMMA"), text(fields, "lineEnding", "LF"))


def wanted_state(job: Job) -> State:
    """The state a client sets, if the job may take it.

    Raises INVALIDJOBSTATE. Source of the text about completed jobs: answers quoted by users of Restforce.
    """
    name = text(json_object(), "state")
    allowed = {State.ABORTED} if job.kind is JobKind.QUERY else {State.ABORTED, State.UPLOAD_COMPLETE}
    if name not in allowed:
        raise wrong_state(f"Job cannot be set to state: {name}")
    wanted = State(name)
    if job.state is State.JOB_COMPLETE and wanted is State.ABORTED:
        raise wrong_state("Aborting already Completed Job not allowed")
    if job.state.final or (wanted is State.UPLOAD_COMPLETE and job.state is not State.OPEN):
        raise wrong_state(f"Job is already in state: {job.state}")
    return wanted


def _described_part() -> Fields:
    file = request.files.get("job")
    written = file.read().decode("utf-8", "replace") if file else request.form.get("job", "")
    try:
        fields = parse_json(written)
    except ValueError:
        raise SalesforceError("JSON_PARSER_ERROR", "The part named job must be a JSON object") from None
    if not isinstance(fields, dict):
        raise SalesforceError("JSON_PARSER_ERROR", "The part named job must be a JSON object")
    return fields


def _content_part() -> Content:
    content = Content()
    file = request.files.get("content")
    if file is not None:
        shutil.copyfileobj(file, content)
    elif "content" in request.form:
        content.write(request.form["content"].encode("utf-8", "replace"))
    else:
        raise BulkError("INVALIDJOB", "The part named content is missing")
    return content
