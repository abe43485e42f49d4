"""Runs a query in bulk and keeps its records as CSV."""

import base64
import binascii
from collections.abc import Iterable
from typing import Any, NamedTuple

from emulators.salesforce.bulk.queries import check_bulk_query, check_leaves, header, lines
from emulators.salesforce.bulk2.jobs import QueryJob, State
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.security.access import Access
from emulators.salesforce.security.users import OrgUser
from emulators.salesforce.soql.execute import run_next, run_query
from emulators.salesforce.soql.parser import parse
from emulators.salesforce.soql.projection import Leaf

RECORDS_AT_ONCE = 2000
PAGE_RECORDS = 50_000
"""Records of one answer when the client does not say."""


class Page(NamedTuple):
    """Some of a job's records in CSV. locator: names the next page; none after the last."""

    content: bytes
    number_of_records: int
    locator: str


def object_of_query(text: str) -> str:
    """The object a query is about. Raises what a job for it is refused with."""
    query = parse(text)
    check_bulk_query(query)
    return query.source.name


class QueryProcessor:
    """Works jobs off for one user."""

    def __init__(self, org: Org, user: OrgUser) -> None:
        self._org = org
        self._user = user

    def process(self, job: QueryJob) -> None:
        """Leaves the job complete. Raises SalesforceError for a query that cannot be run."""
        access = Access(self._org, self._user)
        options: dict[str, Any] = {
            "all_rows": job.operation == "queryAll",
            "user_id": self._user.id,
            "time_zone": self._user.time_zone,
        }
        found = run_query(self._org, access, job.text, batch_size=RECORDS_AT_ONCE, **options)
        check_leaves(found.leaves)
        self._append(job, [header(found.leaves)])
        self._append_records(job, found.records, found.leaves)
        for start in range(0, len(found.rest), RECORDS_AT_ONCE):
            ids = found.rest[start : start + RECORDS_AT_ONCE]
            self._append_records(job, run_next(self._org, access, job.text, ids, **options), found.leaves)
        job.offsets.append(job.results.tell())
        job.processed = len(job.offsets) - 2
        job.state = State.JOB_COMPLETE
        job.modified = self._org.clock()

    @staticmethod
    def _append(job: QueryJob, rows: Iterable[list[str]]) -> None:
        for row in rows:
            job.offsets.append(job.results.tell())
            job.results.write(job.dialect.write([row]).encode())

    def _append_records(self, job: QueryJob, records: list[dict[str, Any]], leaves: tuple[Leaf, ...]) -> None:
        self._append(job, lines(records, leaves))


def page(job: QueryJob, locator: str, max_records: int | None) -> Page:
    """The records from a locator on, below the header. Raises INVALID_QUERY_LOCATOR for one that is none."""
    start = _position(locator)
    if not 0 <= start <= job.processed or (locator and start == 0):
        raise _unknown(locator)
    end = min(start + (max_records or PAGE_RECORDS), job.processed)
    title = _read(job, 0, 1)
    content = title + _read(job, start + 1, end + 1)
    return Page(content, end - start, _locator(end) if end < job.processed else "")


def _read(job: QueryJob, first: int, last: int) -> bytes:
    """Some lines; line 0 is the header."""
    job.results.seek(job.offsets[first])
    return job.results.read(job.offsets[last] - job.offsets[first])


def _locator(position: int) -> str:
    """The platform's locators are the position in Base64, without padding."""
    return base64.urlsafe_b64encode(str(position).encode()).decode().rstrip("=")


def _position(locator: str) -> int:
    if not locator:
        return 0
    try:
        text = base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4))
        return int(text) if text.isdigit() and len(text) <= 12 else -1
    except (binascii.Error, ValueError):
        raise _unknown(locator) from None


def _unknown(locator: str) -> SalesforceError:
    return SalesforceError("INVALID_QUERY_LOCATOR", f"Invalid locator: {locator}")
