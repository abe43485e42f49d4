"""Queries in bulk: one job, its result as pages of CSV, each kept in a temporary file while it is read.

Source: Bulk API 2.0 Developer Guide, "Query": jobs/query, its states, results with Sforce-Locator and
maxRecords. An empty cell is null, since Salesforce keeps no empty text; a parent all of whose cells are empty
is missing.
"""

import csv
import io
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, Protocol

import structlog

from connector.adapters.salesforce.cell_types import CellReader
from connector.errors import ConnectorError, PermanentError, TemporaryError
from connector.ports import Record

log = structlog.get_logger(__name__)

RECORDS_PER_PAGE = 50_000
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 30.0
_DOWNLOADS_AT_MOST = 3
_LAST_LOCATOR = "null"
_REMEDY = "Raise CONNECTOR_BULK_QUERY_ABOVE to read by pages of 2,000 instead."


class BulkClient(Protocol):
    """The part of RestClient that bulk queries use."""

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any: ...
    def change(self, method: str, path: str, body: Mapping[str, Any]) -> Any: ...
    def download(self, path: str, params: Mapping[str, str], into: IO[bytes]) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class BulkQueries:
    """Runs query jobs. patience_seconds: how long a job may take; what takes longer is aborted."""

    client: BulkClient
    patience_seconds: float = 1_800.0
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    records_per_page: int = RECORDS_PER_PAGE

    def rows(self, soql: str, *, with_deleted: bool, cells: CellReader) -> Iterator[Record]:
        """In the job's order, with the types that REST would give.

        Raises TemporaryError (`bulk_aborted`, `bulk_timeout`) and PermanentError (`bulk_failed`), and the
        client's errors. A page is whole on this machine before the first of its rows is given.
        """
        operation = "queryAll" if with_deleted else "query"
        job_id = str(self.client.change("POST", "jobs/query", {"operation": operation, "query": soql})["id"])
        self._wait_for(job_id)
        locator = ""
        while locator != _LAST_LOCATOR:
            with TemporaryFile() as page:
                locator = self._fetch(job_id, locator, page)
                page.seek(0)
                with io.TextIOWrapper(page, encoding="utf-8", newline="") as text:
                    for row in csv.DictReader(text):
                        yield cells.record(row)

    def _wait_for(self, job_id: str) -> None:
        began, pause = self.monotonic(), _FIRST_PAUSE_SECONDS
        while (state := self._state(job_id)) != "JobComplete":
            if self.monotonic() - began + pause > self.patience_seconds:
                self._give_up(job_id)
                raise TemporaryError(
                    f"bulk query {job_id} was still {state} after {self.patience_seconds:.0f} s",
                    code="bulk_timeout",
                    remedy=_REMEDY,
                )
            self.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _state(self, job_id: str) -> str:
        """Of a job that may still succeed. The org's message may quote the query, so it is not repeated."""
        state = str(self.client.get(f"jobs/query/{job_id}").get("state", ""))
        if state == "Failed":
            raise PermanentError(f"bulk query {job_id} failed", code="bulk_failed", remedy=_REMEDY)
        if state == "Aborted":
            raise TemporaryError(f"bulk query {job_id} was aborted in the org", code="bulk_aborted")
        return state

    def _give_up(self, job_id: str) -> None:
        """Have the org stop working on it; where that fails, the org ends it by itself."""
        try:
            self.client.change("PATCH", f"jobs/query/{job_id}", {"state": "Aborted"})
        except ConnectorError as error:
            log.warning("bulk_query_not_aborted", job_id=job_id, code=error.code)

    def _fetch(self, job_id: str, locator: str, page: IO[bytes]) -> str:
        """One page into the file, again from its beginning where the connection broke; the next locator."""
        params = {"maxRecords": str(self.records_per_page)} | ({"locator": locator} if locator else {})
        for attempt in range(1, _DOWNLOADS_AT_MOST + 1):
            try:
                headers = self.client.download(f"jobs/query/{job_id}/results", params, page)
            except TemporaryError:
                if attempt == _DOWNLOADS_AT_MOST:
                    raise
                page.seek(0)
                page.truncate()
            else:
                return headers.get("Sforce-Locator") or _LAST_LOCATOR
        raise AssertionError
