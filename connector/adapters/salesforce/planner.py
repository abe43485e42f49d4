"""From single writes to the fewest API calls.

Source: REST API Developer Guide. sObject Collections take 200 records, count as one call, and process a
mixed-type request in at most 10 runs of one type; an upsert takes one type. Composite takes 25
subrequests, of which 5 may be collections or queries, and counts as one call; updates that five
collections leave over stand beside them, each a subrequest of its own. A job of Bulk API 2.0 takes a
create, an upload, a close, some looks at its state and two results, however many records it has, and one
object.

Order: kinds and objects are written in the order in which each first appears; within one of them, and for the
writes of one record, the given order is kept. So gifts that stand before their Tasks are written before them,
however the two are interleaved.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from connector.ports import RecordWrite, WriteKind

RECORDS_PER_COLLECTION = 200
TYPE_RUNS_PER_COLLECTION = 10
COLLECTIONS_PER_CALL = 5
SUBREQUESTS_PER_CALL = 25

# Create, upload, close, two results, and as many looks as a job of this size takes.
CALLS_PER_BULK_JOB = 9
RECORDS_PER_BULK_JOB = 50_000

Numbered = tuple[int, RecordWrite]


@dataclass(frozen=True, slots=True)
class Collection:
    """At most 200 writes of one kind. positions: where each stands in the list that was planned."""

    kind: WriteKind
    positions: tuple[int, ...]
    writes: tuple[RecordWrite, ...]

    @property
    def method(self) -> str:
        return "POST" if self.kind is WriteKind.INSERT else "PATCH"

    @property
    def path(self) -> str:
        """Below /services/data/vXX.X/."""
        if self.kind is WriteKind.UPSERT:
            first = self.writes[0]
            return f"composite/sobjects/{first.sobject}/{first.external_id_field}"
        return "composite/sobjects"

    def body(self) -> dict[str, Any]:
        """Each record stands for itself: allOrNone is false."""
        return {
            "allOrNone": False,
            "records": [{"attributes": {"type": write.sobject}, **write.fields} for write in self.writes],
        }


@dataclass(frozen=True, slots=True)
class SingleUpdate:
    """One update as a subrequest of its own. positions: the one place where it stands in the planned list."""

    positions: tuple[int]
    writes: tuple[RecordWrite]

    @property
    def method(self) -> str:
        return "PATCH"

    @property
    def path(self) -> str:
        """Below /services/data/vXX.X/."""
        return f"sobjects/{self.writes[0].sobject}/{self.record_id}"

    @property
    def record_id(self) -> str:
        return str(self.writes[0].fields["Id"])

    def body(self) -> dict[str, Any]:
        return {name: value for name, value in self.writes[0].fields.items() if name != "Id"}


@dataclass(frozen=True, slots=True)
class BulkJob:
    """Many writes of one kind and object. positions: where each stands in the list that was planned."""

    positions: tuple[int, ...]
    writes: tuple[RecordWrite, ...]


Part = Collection | SingleUpdate
Call = tuple[Part, ...]
Step = Call | BulkJob


def plan(
    writes: Sequence[RecordWrite],
    *,
    fits_into_bulk: Callable[[Sequence[RecordWrite]], bool] = lambda _: False,
) -> list[Step]:
    """What to do, in order: calls of at most five collections, and bulk jobs where they cost less.

    fits_into_bulk: whether a bulk job could say what these writes of one object say.
    Raises ValueError for an UPDATE without Id or an UPSERT without its external id: the caller's mistake.
    """
    for write in writes:
        _check(write)
    steps: list[Step] = []
    for is_bulk, run in groupby(
        _groups(writes), key=lambda group: _is_cheaper_in_bulk(group, fits_into_bulk)
    ):
        if is_bulk:
            steps += [job for group in run for job in _bulk_jobs(group)]
        else:
            steps += _calls(run)
    return steps


def _is_cheaper_in_bulk(
    group: Sequence[Numbered], fits_into_bulk: Callable[[Sequence[RecordWrite]], bool]
) -> bool:
    """By calls alone, where a job may do it.

    A job goes on after whoever began it is gone, so a look at the org could not tell yet whether its new
    records are there: inserts never go into one. It carries out its rows in any order, so no record may stand
    in it twice.
    """
    if group[0][1].kind is WriteKind.INSERT:
        return False
    calls = -(-len(group) // (RECORDS_PER_COLLECTION * COLLECTIONS_PER_CALL))
    jobs = -(-len(group) // RECORDS_PER_BULK_JOB)
    if calls <= jobs * CALLS_PER_BULK_JOB:
        return False
    identities = {_identity(write) for _, write in group}
    return len(identities) == len(group) and fits_into_bulk([write for _, write in group])


def _bulk_jobs(group: Sequence[Numbered]) -> Iterator[BulkJob]:
    for start in range(0, len(group), RECORDS_PER_BULK_JOB):
        part = group[start : start + RECORDS_PER_BULK_JOB]
        yield BulkJob(tuple(n for n, _ in part), tuple(write for _, write in part))


def _calls(groups: Iterable[Sequence[Numbered]]) -> list[Call]:
    calls: list[list[Part]] = []
    collections = 0  # of the last call
    for collection in _collections(groups):
        if calls and collections < COLLECTIONS_PER_CALL:
            calls[-1].append(collection)
        elif calls and _fits_beside(collection, calls[-1]):
            calls[-1] += _singles(collection)
            continue
        else:
            calls.append([collection])
            collections = 0
        collections += 1
    return [tuple(call) for call in calls]


def _fits_beside(collection: Collection, call: Sequence[Part]) -> bool:
    is_update = collection.kind is WriteKind.UPDATE
    return is_update and len(call) + len(collection.writes) <= SUBREQUESTS_PER_CALL


def _singles(collection: Collection) -> Iterator[SingleUpdate]:
    for position, write in zip(collection.positions, collection.writes, strict=True):
        yield SingleUpdate((position,), (write,))


def _check(write: RecordWrite) -> None:
    if write.kind is WriteKind.UPDATE and not write.fields.get("Id"):
        raise ValueError(f"an update of {write.sobject} needs Id")
    if write.kind is WriteKind.UPSERT and not write.fields.get(write.external_id_field):
        raise ValueError(f"an upsert of {write.sobject} needs its external id")


def _groups(writes: Sequence[RecordWrite]) -> list[list[Numbered]]:
    """Writes of one kind and object, in the order in which these first appear."""
    groups: dict[tuple[WriteKind, str, str], list[Numbered]] = {}
    for position, write in enumerate(writes):
        key = (write.kind, write.sobject, write.external_id_field)
        groups.setdefault(key, []).append((position, write))
    return list(groups.values())


def _collections(groups: Iterable[Sequence[Numbered]]) -> Iterator[Collection]:
    for (kind, _), run in groupby(groups, key=lambda group: _may_share(group[0][1])):
        mixed = [numbered for group in run for numbered in group]
        for chunk in _chunks(mixed):
            yield Collection(kind, tuple(n for n, _ in chunk), tuple(write for _, write in chunk))


def _may_share(write: RecordWrite) -> tuple[WriteKind, str]:
    """Neighbouring groups with the same answer may share a collection: inserts and updates of any type."""
    is_upsert = write.kind is WriteKind.UPSERT
    return (write.kind, f"{write.sobject}.{write.external_id_field}" if is_upsert else "")


def _chunks(writes: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    """Runs that one collection may hold: 200 records, 10 runs of a type, no record twice."""
    chunk: list[Numbered] = []
    seen: set[str] = set()
    type_runs = 0
    for numbered in writes:
        write = numbered[1]
        new_run = not chunk or chunk[-1][1].sobject != write.sobject
        identity = _identity(write)
        full = len(chunk) == RECORDS_PER_COLLECTION or type_runs + new_run > TYPE_RUNS_PER_COLLECTION
        if full or identity in seen:
            yield chunk
            chunk, seen, type_runs, new_run = [], set(), 0, True
        chunk.append(numbered)
        type_runs += new_run
        seen |= {identity} if identity else set()
    if chunk:
        yield chunk


def _identity(write: RecordWrite) -> str:
    """What makes two writes concern one record; "" for inserts. Ids of 15 and 18 characters share 15."""
    if write.kind is WriteKind.UPDATE:
        return str(write.fields["Id"])[:15]
    if write.kind is WriteKind.UPSERT:
        return str(write.fields[write.external_id_field])
    return ""
