"""Writes in bulk: one job for many records of one object, its rows as CSV, its results matched by key.

Source: Bulk API 2.0 Developer Guide, "Ingest": jobs/ingest, its states, successfulResults and failedResults
with sf__Id and sf__Error before the columns that were uploaded. An empty cell leaves a field alone; #N/A
empties it. A job begins when its upload is declared complete, and not before: until then it can be given up.
"""

import csv
import io
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, Any, Protocol

import structlog

from connector.adapters.salesforce.faults import outcome_of_errors
from connector.errors import ConnectorError, OutcomeUnknown, TemporaryError
from connector.ports import RecordWrite, WriteOutcome, WriteState

log = structlog.get_logger(__name__)

_EMPTIED = "#N/A"
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 30.0
_DONE = {"JobComplete", "Failed", "Aborted"}
_LOST = WriteOutcome(WriteState.UNKNOWN, code="bulk_no_result", message="the job's results do not name it")
_GIVEN_UP = WriteOutcome(WriteState.RETRY, code="bulk_aborted", message="the job was aborted before its turn")
_FAILED = WriteOutcome(
    WriteState.PARK,
    code="bulk_failed",
    message="the org could not process the upload; check that the package is installed and the permission "
    "set Gift_Integration assigned",
)


class BulkWriteClient(Protocol):
    """The part of RestClient that bulk writes use."""

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any: ...
    def change(self, method: str, path: str, body: Mapping[str, Any]) -> Any: ...
    def upload(self, path: str, content: IO[bytes]) -> None: ...
    def download(self, path: str, params: Mapping[str, str], into: IO[bytes]) -> Mapping[str, str]: ...


def fits_into_csv(writes: Sequence[RecordWrite]) -> bool:
    """Whether CSV can say what these writes say: single values, none that would be read as a command."""
    return all(
        value != _EMPTIED and (value is None or isinstance(value, str | int | float))
        for write in writes
        for value in write.fields.values()
    )


@dataclass(frozen=True, slots=True)
class BulkWrites:
    """Runs ingest jobs. patience_seconds: how long a job may take; what takes longer is aborted."""

    client: BulkWriteClient
    patience_seconds: float = 1_800.0
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    def write(self, writes: Sequence[RecordWrite]) -> list[WriteOutcome]:
        """Outcomes in the order of the writes: updates or upserts of one object, no record twice.

        Raises the client's errors while nothing has been begun; afterwards they become outcomes.
        """
        sheet = _Sheet(writes)
        job_id = str(self.client.change("POST", "jobs/ingest", _job(writes[0]))["id"])
        path = f"jobs/ingest/{job_id}"
        try:
            with TemporaryFile() as content:
                sheet.print_to(content)
                self.client.upload(f"{path}/batches", content)
        except ConnectorError as failure:
            self._give_up(path)
            if not isinstance(failure, OutcomeUnknown):
                raise
            raise TemporaryError(f"{path} was given up: {failure}", code=failure.code) from failure
        self._begin(path)
        try:
            return self._outcomes(path, sheet, self._ended(path))
        except ConnectorError as failure:
            log.warning("bulk_write_unknown", path=path, code=failure.code)
            unknown = WriteOutcome(WriteState.UNKNOWN, code=failure.code, message=str(failure))
            return [unknown] * len(writes)

    def _begin(self, path: str) -> None:
        """An answer that is lost does not matter: the job's state tells, and is asked for next.

        Where that is not told either, the job may be under way.
        """
        try:
            self.client.change("PATCH", path, {"state": "UploadComplete"})
        except OutcomeUnknown as failure:
            if self._is_known_to_wait(path):
                self._give_up(path)
                raise TemporaryError(f"{path} did not begin: {failure}", code=failure.code) from failure

    def _is_known_to_wait(self, path: str) -> bool:
        try:
            return bool(self.client.get(path).get("state") == "Open")
        except ConnectorError:
            return False

    def _ended(self, path: str) -> str:
        """The state that the job ended in.

        One that cannot be followed is aborted: what is written again must not find it under way.
        """
        try:
            return self._followed(path)
        except ConnectorError:
            self._give_up(path)
            raise

    def _followed(self, path: str) -> str:
        began, pause = self.monotonic(), _FIRST_PAUSE_SECONDS
        while (state := str(self.client.get(path).get("state", ""))) not in _DONE:
            if self.monotonic() - began + pause > self.patience_seconds:
                raise TemporaryError(f"{path} was still {state}", code="bulk_timeout")
            self.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        return state

    def _outcomes(self, path: str, sheet: "_Sheet", state: str) -> list[WriteOutcome]:
        """Rows that no list names were not processed; they are unknown where the job is complete."""
        for row in self._rows(f"{path}/successfulResults"):
            sheet.settle(row, WriteOutcome(WriteState.DONE, record_id=row["sf__Id"]))
        for row in self._rows(f"{path}/failedResults"):
            sheet.settle(row, _refused(row))
        return sheet.outcomes({"JobComplete": _LOST, "Failed": _FAILED, "Aborted": _GIVEN_UP}[state])

    def _rows(self, path: str) -> Iterator[dict[str, str]]:
        with TemporaryFile() as page:
            self.client.download(path, {}, page)
            page.seek(0)
            with io.TextIOWrapper(page, encoding="utf-8", newline="") as text:
                yield from csv.DictReader(text)

    def _give_up(self, path: str) -> None:
        """Have the org stop working on it; where that fails, the org ends it by itself."""
        try:
            self.client.change("PATCH", path, {"state": "Aborted"})
        except ConnectorError as error:
            log.warning("bulk_write_not_aborted", path=path, code=error.code)


@dataclass
class _Sheet:
    """The writes as rows of one table, and what became of each."""

    writes: Sequence[RecordWrite]
    _found: dict[int, WriteOutcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._columns = sorted({name for write in self.writes for name in write.fields})
        self._numbers = {self._key(write.fields): number for number, write in enumerate(self.writes)}

    def print_to(self, content: IO[bytes]) -> None:
        """As CSV, ready to be read from its beginning."""
        text = io.TextIOWrapper(content, encoding="utf-8", newline="", write_through=True)
        printer = csv.writer(text, lineterminator="\n")
        printer.writerow(self._columns)
        printer.writerows([_cell(write, name) for name in self._columns] for write in self.writes)
        text.detach()
        content.seek(0)

    def settle(self, row: Mapping[str, str], outcome: WriteOutcome) -> None:
        if (number := self._numbers.get(self._key(row))) is not None:
            self._found[number] = outcome

    def outcomes(self, otherwise: WriteOutcome) -> list[WriteOutcome]:
        return [self._found.get(number, otherwise) for number in range(len(self.writes))]

    def _key(self, row: Mapping[str, Any]) -> str:
        """What a result is matched by. Ids of 15 and 18 characters share 15."""
        field_name = self.writes[0].external_id_field or "Id"
        return str(row[field_name])[:15] if field_name == "Id" else str(row[field_name])


def _job(write: RecordWrite) -> dict[str, str]:
    job = {
        "object": write.sobject,
        "operation": write.kind.value,
        "contentType": "CSV",
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
    }
    return job | ({"externalIdFieldName": write.external_id_field} if write.external_id_field else {})


def _cell(write: RecordWrite, name: str) -> str:
    if name not in write.fields:
        return ""
    value = write.fields[name]
    if isinstance(value, bool):
        return "true" if value else "false"
    return _EMPTIED if value is None or value == "" else str(value)


def _refused(row: Mapping[str, str]) -> WriteOutcome:
    """sf__Error is CODE:message:fields --, with fields separated by commas."""
    code, _, rest = row["sf__Error"].partition(":")
    message, _, fields = rest.removesuffix("--").rpartition(":")
    error = {"statusCode": code, "message": message, "fields": [f for f in fields.strip().split(",") if f]}
    return outcome_of_errors([error], record_id=row["sf__Id"])
