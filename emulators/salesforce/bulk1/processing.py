"""What is done with a batch once it is uploaded."""

from datetime import UTC

from emulators.salesforce.bulk1.errors import InvalidBatch
from emulators.salesforce.bulk1.jobs import Batch, BatchState, Job, Operation
from emulators.salesforce.bulk1.rows import read_operations
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import FieldType, SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.security.users import OrgUser
from emulators.salesforce.soql.execute import QueryResult, run_query
from emulators.salesforce.soql.operands import AGGREGATES
from emulators.salesforce.soql.parser import parse
from emulators.salesforce.soql.scope import Reader
from emulators.salesforce.soql.tree import Call, FieldItem, Query, SubqueryItem


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

    def process(self, job: Job, batch: Batch) -> None:
        """Leaves the batch completed, rows that were refused included, or failed without a trace."""
        try:
            if job.operation.queries:
                batch.found = self._query(job, batch.request)
                batch.result_id = self._org.next_id("752")[:15]
            else:
                operations = read_operations(job, batch.request, self._reader(), self._sobject(job))
                batch.results = Dml(self._org, self._user).run(operations)
            batch.state = BatchState.COMPLETED
        except InvalidBatch as error:
            batch.state = BatchState.FAILED
            batch.state_message = error.state_message

    def _sobject(self, job: Job) -> SObjectType:
        found = self.object_of(job.sobject)
        if found is None:
            raise InvalidBatch(f"Unable to find object: {job.sobject}")
        return found

    def _reader(self) -> Reader:
        today = self._org.clock().astimezone(UTC).date()
        return Reader("", self._org.schema, self._access, self._user.id, today)

    def _query(self, job: Job, body: bytes) -> QueryResult:
        try:
            text = body.decode("utf-8", "replace")
            self._check(job, parse(text))
            result = run_query(
                self._org,
                self._access,
                text,
                all_rows=job.operation is Operation.QUERY_ALL,
                base_path=self._base_path,
                user_id=self._user.id,
            )
            _check_leaves(result)
        except SalesforceError as error:
            raise InvalidBatch(f"Failed to process query: {error.code}: {error.message}") from error
        return result

    @staticmethod
    def _check(job: Job, query: Query) -> None:
        """What the data API queries and the Bulk API does not."""
        if query.source.name.casefold() != job.sobject.casefold():
            raise SalesforceError(
                "INVALID_TYPE_FOR_OPERATION",
                f"The root entity of the requested query ({query.source.name}) does not match the entity of "
                f"the requested Bulk API Job ({job.sobject}).",
            )
        if any(isinstance(item, SubqueryItem) for item in query.select):
            raise _not_enabled("Aggregate Relationships not supported in Bulk Query")
        if query.group_by or any(_aggregates(item) for item in query.select if isinstance(item, FieldItem)):
            raise _not_enabled("Aggregate functions not supported in Bulk Query")
        if query.offset:
            raise _not_enabled("OFFSET not supported in Bulk Query")


def _aggregates(item: FieldItem) -> bool:
    return isinstance(item.expression, Call) and item.expression.name in AGGREGATES


def _check_leaves(result: QueryResult) -> None:
    if any(kind is FieldType.ADDRESS for _, kind in result.leaves):
        raise _not_enabled("Selecting compound data not supported in Bulk Query")


def _not_enabled(message: str) -> SalesforceError:
    return SalesforceError("FUNCTIONALITY_NOT_ENABLED", message)
