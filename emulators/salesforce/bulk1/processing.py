"""What is done with a batch once it is uploaded."""

from collections.abc import Iterator
from datetime import UTC

from emulators.salesforce.bulk.errors import InvalidBatch
from emulators.salesforce.bulk.queries import check_bulk_query, check_leaves
from emulators.salesforce.bulk.rows import Target
from emulators.salesforce.bulk1.jobs import Batch, BatchState, ContentType, Job, Operation
from emulators.salesforce.bulk1.rows import read_operations
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.dml.operations import OperationKind
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.security.users import OrgUser
from emulators.salesforce.soql.execute import QueryResult, run_query
from emulators.salesforce.soql.parser import parse
from emulators.salesforce.soql.scope import Reader


class Processor:
    """Works batches off for one user."""

    def __init__(self, org: Org, user: OrgUser, base_path: str) -> None:
        self._org = org
        self._user = user
        self._access = Access(org, user)
        self._base_path = base_path

    def object_of(self, name: str) -> SObjectType | None:
        """The object of a job, if the user sees it."""
        found = self._org.schema.object_named(name)
        return found if found is not None and found.queryable and self._access.readable(found) else None

    def process(self, job: Job, batch: Batch) -> list[Batch]:
        """Leaves the batch completed, rows that were refused included, or failed without a trace.

        Returns the further batches that a query in chunks of primary keys falls into.
        """
        try:
            if job.operation.queries:
                return self._query(job, batch)
            target = Target(OperationKind(str(job.operation)), self._sobject(job), job.external_id_field)
            operations = read_operations(job.content_type, batch.request, self._reader(), target)
            batch.results = Dml(self._org, self._user).run(operations)
            batch.state = BatchState.COMPLETED
        except InvalidBatch as error:
            batch.state = BatchState.FAILED
            batch.state_message = error.state_message
        return []

    def _sobject(self, job: Job) -> SObjectType:
        found = self.object_of(job.sobject)
        if found is None:
            raise InvalidBatch(f"Unable to find object: {job.sobject}")
        return found

    def _reader(self) -> Reader:
        today = self._org.clock().astimezone(UTC).date()
        return Reader("", self._org.schema, self._access, self._user.id, today)

    def _query(self, job: Job, batch: Batch) -> list[Batch]:
        found = self._found(job, batch.request)
        if job.chunk_size is None:
            self._complete(batch, found)
            return []
        batch.state = BatchState.NOT_PROCESSED
        chunks = []
        for chunk in _chunks(found, job.chunk_size):
            part = Batch(
                id=self._org.next_id("751"), job_id=job.id, created=batch.created, request=batch.request
            )
            self._complete(part, chunk)
            chunks.append(part)
        return chunks

    def _complete(self, batch: Batch, found: QueryResult) -> None:
        batch.found = found
        batch.result_id = self._org.next_id("752")[:15]
        batch.state = BatchState.COMPLETED

    def _found(self, job: Job, body: bytes) -> QueryResult:
        try:
            text = body.decode("utf-8", "replace")
            query = parse(text)
            _check_object(job, query.source.name)
            check_bulk_query(query, in_json=job.content_type is ContentType.JSON)
            result = run_query(
                self._org,
                self._access,
                text,
                all_rows=job.operation is Operation.QUERY_ALL,
                base_path=self._base_path,
                user_id=self._user.id,
                time_zone=self._user.time_zone,
            )
            check_leaves(result.leaves)
        except SalesforceError as error:
            raise InvalidBatch(f"Failed to process query: {error.code}: {error.message}") from error
        return result


def _check_object(job: Job, name: str) -> None:
    if name.casefold() != job.sobject.casefold():
        raise SalesforceError(
            "INVALID_TYPE_FOR_OPERATION",
            f"The root entity of the requested query ({name}) does not match the entity of the requested "
            f"Bulk API Job ({job.sobject}).",
        )


def _chunks(found: QueryResult, size: int) -> Iterator[QueryResult]:
    """The records in runs of the size, at least one run; they come in the order of their Ids."""
    for start in range(0, max(len(found.records), 1), size):
        records = found.records[start : start + size]
        yield QueryResult(records, len(records), leaves=found.leaves)
