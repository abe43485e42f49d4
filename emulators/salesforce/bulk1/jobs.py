"""Jobs and their batches."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from emulators.salesforce.bulk.errors import BulkError
from emulators.salesforce.dml.operations import OperationResult
from emulators.salesforce.soql.execute import QueryResult

MAX_JOBS = 200


class ContentType(StrEnum):
    """What a job's batches are written in."""

    CSV = "CSV"
    JSON = "JSON"
    XML = "XML"


class Operation(StrEnum):
    """What a job does to its records."""

    INSERT = "insert"
    UPDATE = "update"
    UPSERT = "upsert"
    DELETE = "delete"
    QUERY = "query"
    QUERY_ALL = "queryAll"

    @property
    def queries(self) -> bool:
        return self in {Operation.QUERY, Operation.QUERY_ALL}


class JobState(StrEnum):
    """Open jobs take batches."""

    OPEN = "Open"
    CLOSED = "Closed"
    ABORTED = "Aborted"


class BatchState(StrEnum):
    """Where a batch stands.

    FAILED: no row was processed. NOT_PROCESSED: others do its work, one for each chunk of primary keys.
    """

    QUEUED = "Queued"
    COMPLETED = "Completed"
    FAILED = "Failed"
    NOT_PROCESSED = "NotProcessed"


@dataclass(slots=True, kw_only=True)
class Batch:
    """One upload.

    request: its bytes as they came. results: one for each row. found: what a query found, under result_id.
    """

    id: str
    job_id: str
    created: datetime
    request: bytes
    state: BatchState = BatchState.QUEUED
    state_message: str = ""
    results: list[OperationResult] = field(default_factory=list)
    found: QueryResult | None = None
    result_id: str = ""

    @property
    def processed(self) -> int:
        return len(self.found.records) if self.found is not None else len(self.results)

    @property
    def failed(self) -> int:
        return sum(not result.success for result in self.results)


@dataclass(slots=True, kw_only=True)
class Job:
    """One operation on one object.

    external_id_field: for upserts. chunk_size: how many records of a query make a batch of their own; none
    leaves a query in one batch.
    """

    id: str
    operation: Operation
    sobject: str
    content_type: ContentType
    concurrency_mode: str
    external_id_field: str
    created_by_id: str
    created: datetime
    api_version: str
    chunk_size: int | None = None
    state: JobState = JobState.OPEN
    batches: dict[str, Batch] = field(default_factory=dict)

    def batch(self, batch_id: str) -> Batch:
        """Raises InvalidBatch as an error of the request."""
        found = self.batches.get(batch_id) or self.batches.get(_short(self.batches, batch_id))
        if found is None:
            raise BulkError("InvalidBatch", f"Unable to find batch for id: {batch_id}")
        return found

    def in_state(self, state: BatchState) -> int:
        return sum(batch.state is state for batch in self.batches.values())


class Jobs:
    """The jobs of one org, kept in memory; the oldest give way."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()

    def keep(self, job: Job) -> None:
        self._jobs[job.id] = job
        if len(self._jobs) > MAX_JOBS:
            self._jobs.popitem(last=False)

    def all(self) -> list[Job]:
        return list(self._jobs.values())

    def find(self, job_id: str) -> Job:
        """Raises InvalidJob."""
        found = self._jobs.get(job_id) or self._jobs.get(_short(self._jobs, job_id))
        if found is None:
            raise BulkError("InvalidJob", f"Unable to find job for id: {job_id}")
        return found


def _short(known: "dict[str, Batch] | OrderedDict[str, Job]", short_id: str) -> str:
    """The 18 characters of an Id given with 15."""
    return next((i for i in known if len(short_id) == 15 and i.startswith(short_id)), "")
