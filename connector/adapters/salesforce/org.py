"""SalesforceOrg over REST."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from connector.adapters.salesforce.bulk_query import BulkQueries
from connector.adapters.salesforce.bulk_write import BulkWrites, fits_into_csv
from connector.adapters.salesforce.cell_types import FieldTypes
from connector.adapters.salesforce.client import RestClient
from connector.adapters.salesforce.descriptions import object_of, read_layouts
from connector.adapters.salesforce.faults import call_error, outcome_of_errors, record_outcome
from connector.adapters.salesforce.planner import BulkJob, Part, SingleUpdate, Step, plan
from connector.adapters.salesforce.record_pages import read_record_pages
from connector.adapters.salesforce.usage import ApiMeter
from connector.errors import (
    AdminError,
    ConnectorError,
    OutcomeUnknown,
    PermanentError,
    TemporaryError,
)
from connector.ports import (
    ApiUsage,
    LayoutDescription,
    ObjectDescription,
    OrgIdentity,
    Record,
    RecordPageDescription,
    RecordWrite,
    WriteOutcome,
    WriteState,
)

QUERIES_PER_CALL = 5
# Salesforce refuses request lines and headers of more than 16,384 bytes together.
QUERY_BYTES_AT_MOST = 15_000
# Fields and nothing else. The services write keywords in capitals.
_PLAIN = re.compile(r"SELECT [\w., ]+? FROM (\w+)")
NOT_ATTEMPTED = WriteOutcome(WriteState.RETRY, code="NOT_ATTEMPTED", message="an earlier call failed")


class ConnectedOrg:
    """One org. Safe to use from many threads."""

    def __init__(
        self,
        client: RestClient,
        meter: ApiMeter,
        bulk: BulkQueries | None = None,
        *,
        bulk_writes: BulkWrites | None = None,
        bulk_query_above: int = 20_000,
    ) -> None:
        """bulk_query_above: results with more records than this are read by the Bulk API."""
        self._client = client
        self._meter = meter
        self._bulk = bulk or BulkQueries(client)
        self._bulk_writes = bulk_writes or BulkWrites(client)
        self._bulk_query_above = bulk_query_above
        self._field_types = FieldTypes(lambda sobject: client.get(f"sobjects/{sobject}/describe"))

    def identity(self) -> OrgIdentity:
        told = self._client.userinfo()
        return OrgIdentity(
            org_id=str(told["organization_id"]),
            user_id=str(told["user_id"]),
            username=str(told["preferred_username"]),
            instance_url=self._client.instance_url,
            api_version=self._client.api_version,
            scopes=self._client.scopes,
        )

    def access_token(self) -> str:
        """The one at hand, for the authorization server alone to look at."""
        return self._client.access_token

    def sign_out(self) -> None:
        """End the access token at hand."""
        self._client.sign_out()

    def query(self, soql: str, *, with_deleted: bool = False) -> Iterator[Record]:
        """Pages of 2,000, each fetched when it is reached; a bulk job where the first page counts many rows.

        The first page says how many there are, so that nothing more is spent on small results than on pages
        alone. Raises ValueError for a query that is too long.
        """
        path = _query_path(soql, "queryAll" if with_deleted else "query")
        page = self._client.get(path)
        if int(page["totalSize"]) > self._bulk_query_above and (sobject := _sobject(soql)):
            cells = self._field_types.reader(sobject)
            yield from self._bulk.rows(soql, with_deleted=with_deleted, cells=cells)
            return
        yield from page["records"]
        while path := _next_path(page):
            page = self._client.get(path)
            yield from page["records"]

    def query_together(self, soqls: Sequence[str]) -> list[list[Record]]:
        """Later pages share calls as well. Raises ValueError for a query that is too long."""
        rows: list[list[Record]] = [[] for _ in soqls]
        waiting = [(number, _query_path(soql)) for number, soql in enumerate(soqls)]
        while waiting:
            now, waiting = waiting[:QUERIES_PER_CALL], waiting[QUERIES_PER_CALL:]
            pages = self._get_together([path for _, path in now])
            for (number, _), page in zip(now, pages, strict=True):
                rows[number] += page["records"]
                if path := _next_path(page):
                    waiting.append((number, path))
        return rows

    def describe(self, sobject: str) -> ObjectDescription:
        return object_of(self._client.get(f"sobjects/{sobject}/describe"))

    def layouts(self, sobject: str) -> list[LayoutDescription]:
        return read_layouts(self._client.get, sobject)

    def record_pages(self, sobject: str) -> list[RecordPageDescription]:
        return read_record_pages(self._client.get, sobject)

    def write(
        self, writes: Sequence[RecordWrite], *, before_call: Callable[[], None] = lambda: None
    ) -> list[WriteOutcome]:
        """As the port says; an error of the first call as a whole is raised, later ones become outcomes."""
        outcomes = [NOT_ATTEMPTED] * len(writes)
        for number, step in enumerate(plan(writes, fits_into_bulk=fits_into_csv)):
            parts = [step] if isinstance(step, BulkJob) else step
            before_call()
            try:
                results = self._carry_out(step)
            except (AdminError, TemporaryError) as failure:
                if number == 0 and not isinstance(failure, OutcomeUnknown):
                    raise
                results = [_all_alike(part, failure) for part in parts]
                _place(outcomes, parts, results)
                break
            _place(outcomes, parts, results)
        return outcomes

    def api_usage(self) -> ApiUsage | None:
        return self._meter.usage

    def _get_together(self, paths: Sequence[str]) -> list[Mapping[str, Any]]:
        if len(paths) == 1:
            return [self._client.get(paths[0])]
        requests = [self._subrequest(number, "GET", path) for number, path in enumerate(paths)]
        answers = self._composite(requests)
        for path, answer in zip(paths, answers, strict=True):
            if answer["httpStatusCode"] != 200:
                name = f"GET {path.partition('?')[0]}"
                raise call_error(name, answer["httpStatusCode"], answer["body"], changes_something=False)
        return [answer["body"] for answer in answers]

    def _carry_out(self, step: Step) -> list[list[WriteOutcome]]:
        if not isinstance(step, BulkJob):
            return self._write_call(step)
        try:
            return [self._bulk_writes.write(step.writes)]
        except PermanentError as refusal:
            return [_all_alike(step, refusal)]

    def _write_call(self, call: Sequence[Part]) -> list[list[WriteOutcome]]:
        """Outcomes of each part. A call that is refused for good refuses all its writes."""
        try:
            if len(call) == 1:
                only = call[0]
                answer = self._client.change(only.method, only.path, only.body())
                return [_outcomes(only, 200, answer)]
            requests = [
                self._subrequest(number, item.method, item.path) | {"body": item.body()}
                for number, item in enumerate(call)
            ]
            answers = self._composite(requests, changes_something=True)
        except PermanentError as refusal:
            return [_all_alike(part, refusal) for part in call]
        return [
            _outcomes(part, answer["httpStatusCode"], answer["body"])
            for part, answer in zip(call, answers, strict=True)
        ]

    def _subrequest(self, number: int, method: str, path: str) -> dict[str, Any]:
        url = f"/services/data/v{self._client.api_version}/{path}"
        return {"method": method, "url": url, "referenceId": f"part{number}"}

    def _composite(self, requests: list[dict[str, Any]], *, changes_something: bool = False) -> list[Any]:
        # collateSubrequests false: subrequests are carried out in the order given.
        body = {"allOrNone": False, "collateSubrequests": False, "compositeRequest": requests}
        answer = self._client.change("POST", "composite", body)
        parts = answer.get("compositeResponse") if isinstance(answer, Mapping) else None
        if not isinstance(parts, list) or len(parts) != len(requests):
            error = OutcomeUnknown if changes_something else TemporaryError
            raise error("the composite answer cannot be read", code="unreadable_answer")
        return parts


def _sobject(soql: str) -> str:
    """What a query is about; empty for one that counts or sums, which the Bulk API does not run."""
    found = _PLAIN.match(soql)
    return "" if found is None else found[1]


def _query_path(soql: str, resource: str = "query") -> str:
    path = f"{resource}?{urlencode({'q': soql}, quote_via=quote)}"
    if len(path) > QUERY_BYTES_AT_MOST:
        raise ValueError(f"a query of {len(path)} bytes does not fit into an address: ask in batches")
    return path


def _next_path(page: Mapping[str, Any]) -> str:
    """The path of the next page below /services/data/vXX.X/, or ""."""
    following = "" if page.get("done", True) else str(page.get("nextRecordsUrl", ""))
    return following.partition("/services/data/")[2].partition("/")[2]


def _outcomes(part: Part, status: int, results: Any) -> list[WriteOutcome]:
    """One for each write of a part, whether it was answered row by row or refused as a whole."""
    if status >= 500:
        failure = call_error("collection", status, results, changes_something=True)
        return _all_alike(part, failure)
    if isinstance(part, SingleUpdate) and status < 300:
        return [WriteOutcome(WriteState.DONE, record_id=part.record_id)]
    if not isinstance(results, list) or not all(isinstance(result, Mapping) for result in results):
        return _all_alike(part, OutcomeUnknown("unreadable", code="unreadable_answer"))
    if status >= 400:
        if isinstance(part, SingleUpdate):
            results = [_as_of_a_row(result) for result in results]
        return [outcome_of_errors(results)] * len(part.writes)
    if len(results) != len(part.writes):
        return _all_alike(part, OutcomeUnknown("unreadable", code="unreadable_answer"))
    return [record_outcome(result) for result in results]


def _as_of_a_row(error: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record that is not there has a code of its own where it stands in an address, not in a collection."""
    if error.get("errorCode") != "NOT_FOUND":
        return error
    return {**error, "errorCode": "INVALID_CROSS_REFERENCE_KEY"}


def _all_alike(part: Part | BulkJob, failure: ConnectorError) -> list[WriteOutcome]:
    """The same outcome for every write, by who must act on the failure."""
    if isinstance(failure, OutcomeUnknown):
        state = WriteState.UNKNOWN
    elif isinstance(failure, TemporaryError):
        state = WriteState.RETRY
    else:
        state = WriteState.PARK if isinstance(failure, AdminError) else WriteState.REFUSED
    return [WriteOutcome(state, code=failure.code, message=str(failure))] * len(part.writes)


def _place(
    outcomes: list[WriteOutcome],
    parts: Sequence[Part | BulkJob],
    results: Sequence[Sequence[WriteOutcome]],
) -> None:
    """Put the outcomes where their writes stood."""
    for part, found in zip(parts, results, strict=True):
        for position, outcome in zip(part.positions, found, strict=True):
            outcomes[position] = outcome
