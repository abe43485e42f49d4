"""Jobs and where they stand."""

import tempfile
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from emulators.salesforce.bulk2.dialect import Dialect
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.gate import NotFound

MAX_JOBS = 2000
_IN_MEMORY_BYTES = 64 * 1024


class State(StrEnum):
    """Open ingest jobs take an upload; the last three are final."""

    OPEN = "Open"
    UPLOAD_COMPLETE = "UploadComplete"
    IN_PROGRESS = "InProgress"
    JOB_COMPLETE = "JobComplete"
    ABORTED = "Aborted"
    FAILED = "Failed"

    @property
    def final(self) -> bool:
        return self in {State.JOB_COMPLETE, State.ABORTED, State.FAILED}


class JobKind(StrEnum):
    """The two resources below /jobs, with the names that lists give their jobs."""

    INGEST = "V2Ingest"
    QUERY = "V2Query"


class Content(tempfile.SpooledTemporaryFile[bytes]):
    """Room for an upload or a result: small ones stay in memory, large ones in a file without a name.

    Ends with the job that holds it, whichever way that goes.
    """

    def __init__(self) -> None:
        super().__init__(max_size=_IN_MEMORY_BYTES)

    def __del__(self) -> None:
        self.close()


@dataclass(slots=True, kw_only=True)
class Job:
    """What both kinds of jobs have.

    created_by_id: the user who may see its results. modified: of the last change of state.
    """

    id: str
    kind: JobKind
    operation: str
    sobject: str
    created_by_id: str
    created: datetime
    modified: datetime
    api_version: str
    dialect: Dialect
    state: State = State.OPEN
    processed: int = 0
    failed: int = 0
    error_message: str = ""

    def info(self) -> dict[str, Any]:
        """What an answer to a change shows."""
        return {
            "id": self.id,
            "operation": self.operation,
            "object": self.sobject,
            "createdById": self.created_by_id,
            "createdDate": _moment(self.created),
            "systemModstamp": _moment(self.modified),
            "state": str(self.state),
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.api_version),
        }

    def layout(self) -> dict[str, Any]:
        """How its CSV is written."""
        return {
            "lineEnding": self.dialect.line_ending,
            "columnDelimiter": self.dialect.column_delimiter,
        }

    def listed(self) -> dict[str, Any]:
        """What a list of jobs shows."""
        return {**self.info(), "jobType": str(self.kind), **self.layout()}

    def progress(self) -> dict[str, Any]:
        """What becomes known while and after it is worked off."""
        times = {"totalProcessingTime": 0, "apiActiveProcessingTime": 0, "apexProcessingTime": 0}
        counts: dict[str, Any] = {"numberRecordsProcessed": self.processed}
        failure = {"errorMessage": self.error_message} if self.error_message else {}
        return {**counts, "retries": 0, **times, **failure}


@dataclass(slots=True, kw_only=True)
class IngestJob(Job):
    """An upload of rows.

    external_id_field: for upserts. upload: the bytes as they came; none before the upload. successes,
    failures: finished rows with what became of them, as their resources answer them.
    """

    external_id_field: str = ""
    upload: Content | None = None
    successes: Content = field(default_factory=Content)
    failures: Content = field(default_factory=Content)

    def info(self) -> dict[str, Any]:
        key = {"externalIdFieldName": self.external_id_field} if self.external_id_field else {}
        return {**Job.info(self), **key}

    def created_info(self) -> dict[str, Any]:
        """The answer to its creation: also where the upload goes."""
        url = f"services/data/v{self.api_version}/jobs/ingest/{self.id}/batches"
        where = {"contentUrl": url} if self.state is State.OPEN else {}
        return {**self.info(), **where, **self.layout()}

    def full_info(self) -> dict[str, Any]:
        """The answer to a look at it."""
        counts = {"numberRecordsFailed": self.failed}
        progress = Job.progress(self) | counts if self.state is not State.OPEN else self._idle()
        return {**self.created_info(), "jobType": str(self.kind), **progress}

    def _idle(self) -> dict[str, Any]:
        times = Job.progress(self)
        del times["numberRecordsProcessed"]
        return times


@dataclass(slots=True, kw_only=True)
class QueryJob(Job):
    """A query.

    text: the SOQL. results: its records in CSV, the header first. offsets: where each line begins.
    """

    text: str
    results: Content = field(default_factory=Content)
    offsets: "array[int]" = field(default_factory=lambda: array("Q"))

    def full_info(self) -> dict[str, Any]:
        """The answer to a look at it."""
        return {**self.info(), "jobType": str(self.kind), **self.layout(), **self.progress()}


class Jobs:
    """The jobs of one org, kept in memory; the oldest give way."""

    def __init__(self) -> None:
        self._jobs: dict[str, IngestJob | QueryJob] = {}

    def keep(self, job: IngestJob | QueryJob) -> None:
        self._jobs[job.id] = job
        if len(self._jobs) > MAX_JOBS:
            self.forget(next(iter(self._jobs.values())))

    def forget(self, job: IngestJob | QueryJob) -> None:
        del self._jobs[job.id]

    def ingest(self, job_id: str) -> IngestJob:
        """Raises NOT_FOUND."""
        found = self._find(job_id)
        if not isinstance(found, IngestJob):
            raise NotFound
        return found

    def query(self, job_id: str) -> QueryJob:
        """Raises NOT_FOUND."""
        found = self._find(job_id)
        if not isinstance(found, QueryJob):
            raise NotFound
        return found

    def chosen(self, wanted: Callable[[Job], bool]) -> list[Job]:
        """Those that fit, in the order of their making."""
        return [job for job in self._jobs.values() if wanted(job)]

    def _find(self, job_id: str) -> IngestJob | QueryJob | None:
        if len(job_id) == 15:
            return next((job for known, job in self._jobs.items() if known.startswith(job_id)), None)
        return self._jobs.get(job_id)


def wrong_state(message: str) -> SalesforceError:
    """The job is past what was asked of it."""
    return SalesforceError("INVALIDJOBSTATE", message)


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
