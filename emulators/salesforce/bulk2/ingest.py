"""Works an upload off, a few rows at a time, so that memory does not grow with it."""

from collections.abc import Iterator
from datetime import UTC
from itertools import islice

from emulators.salesforce.bulk.errors import InvalidBatch, row_error
from emulators.salesforce.bulk.rows import Target, csv_row
from emulators.salesforce.bulk2.jobs import Content, IngestJob, State
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.dml.operations import OperationKind, OperationResult
from emulators.salesforce.org import Org
from emulators.salesforce.security.access import Access
from emulators.salesforce.security.users import OrgUser
from emulators.salesforce.soql.scope import Reader

ROWS_AT_ONCE = 200
"""Rows that share a transaction, as many as the platform gives to one run of triggers."""


class IngestProcessor:
    """Works jobs off for one user."""

    def __init__(self, org: Org, user: OrgUser) -> None:
        self._org = org
        self._user = user

    def process(self, job: IngestJob, target: Target) -> None:
        """Leaves the job complete, refused rows included, or failed with every row unprocessed."""
        try:
            header = self._checked_header(job, target)
            self._carry_out(job, target, header)
            job.state = State.JOB_COMPLETE
        except InvalidBatch as error:
            job.error_message = error.state_message
            job.state = State.FAILED
        job.modified = self._org.clock()

    def _checked_header(self, job: IngestJob, target: Target) -> list[str]:
        """The columns, after a look at the whole upload: what cannot be read fails before a row is done."""
        if job.upload is None:
            return []
        rows = job.dialect.rows(job.upload)
        header = next(rows, [])
        if header:
            access = Access(self._org, self._user)
            today = self._org.clock().astimezone(UTC).date()
            target.check_names(header, Reader("", self._org.schema, access, self._user.id, today))
        if any(len(row) > len(header) for row in rows):
            raise InvalidBatch("Failed to parse CSV. A row has more values than the header has names")
        return header

    def _carry_out(self, job: IngestJob, target: Target, header: list[str]) -> None:
        _write(job, job.successes, ["sf__Id", "sf__Created", *header])
        _write(job, job.failures, ["sf__Id", "sf__Error", *header])
        for rows in _chunks(job):
            operations = [target.operation(csv_row(header, row)) for row in rows]
            results = Dml(self._org, self._user).run(operations)
            for row, operation, result in zip(rows, operations, results, strict=True):
                cells = [*row, *[""] * (len(header) - len(row))]
                _report(job, cells, operation.record_id, result)
            job.processed += len(rows)


def _chunks(job: IngestJob) -> Iterator[list[list[str]]]:
    if job.upload is None:
        return
    rows = islice(job.dialect.rows(job.upload), 1, None)
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        yield chunk


def _report(job: IngestJob, cells: list[str], given_id: str, result: OperationResult) -> None:
    if result.error is not None:
        job.failed += 1
        _write(job, job.failures, [given_id, row_error(result.error), *cells])
        return
    created = job.operation == OperationKind.INSERT if result.created is None else result.created
    _write(job, job.successes, [result.record_id, str(created).lower(), *cells])


def _write(job: IngestJob, content: Content, cells: list[str]) -> None:
    content.write(job.dialect.write([cells]).encode())
