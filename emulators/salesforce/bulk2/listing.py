"""Lists of jobs, by page and filter, with those of Bulk API 1.0 among them."""

from typing import Any

from flask import request

from emulators.salesforce.bulk1.jobs import Job as ClassicJob
from emulators.salesforce.bulk1.resources import classic_jobs
from emulators.salesforce.bulk2.access import jobs
from emulators.salesforce.bulk2.jobs import JobKind
from emulators.salesforce.context import current
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.store.values import datetime_text

PAGE_JOBS = 1000
_CLASSIC = "Classic"
_FILTERS = ("jobType", "concurrencyMode", "isPkChunkingEnabled")


def listing(kind: JobKind) -> dict[str, Any]:
    """One page: done, records and, unless it is the last, nextRecordsUrl.

    Filters: jobType, concurrencyMode, isPkChunkingEnabled. Raises INVALID_QUERY_LOCATOR.
    """
    found = [job for job in _all(kind) if _wanted(job)]
    start = _position(request.args.get("queryLocator", ""))
    end = start + PAGE_JOBS
    done = end >= len(found)
    resource = "ingest" if kind is JobKind.INGEST else "query"
    following = None if done else f"{current().base_path}/jobs/{resource}?queryLocator={end}"
    return {"done": done, "records": [_shown(job) for job in found[start:end]], "nextRecordsUrl": following}


def _all(kind: JobKind) -> list[dict[str, Any]]:
    """Jobs of both APIs with what they are filtered by, in the order of their Ids."""
    queries = kind is JobKind.QUERY
    own = [{**job.listed(), "isPkChunkingEnabled": False} for job in jobs().chosen(lambda j: j.kind is kind)]
    classic = [_classic(job) for job in classic_jobs() if job.operation.queries == queries]
    return sorted([*own, *classic], key=lambda info: str(info["id"]))


def _classic(job: ClassicJob) -> dict[str, Any]:
    moment = datetime_text(job.created)
    return {
        "id": job.id,
        "operation": str(job.operation),
        "object": job.sobject,
        "createdById": job.created_by_id,
        "createdDate": moment,
        "systemModstamp": moment,
        "state": str(job.state),
        "concurrencyMode": job.concurrency_mode,
        "contentType": str(job.content_type),
        "apiVersion": float(job.api_version),
        "jobType": _CLASSIC,
        "isPkChunkingEnabled": job.chunk_size is not None,
    }


def _wanted(job: dict[str, Any]) -> bool:
    asked = [(name, request.args[name]) for name in _FILTERS if request.args.get(name)]
    return all(str(job[name]).casefold() == value.casefold() for name, value in asked)


def _shown(job: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in job.items() if name != "isPkChunkingEnabled"}


def _position(locator: str) -> int:
    if locator and not (locator.isascii() and locator.isdecimal() and len(locator) < 10):
        raise SalesforceError("INVALID_QUERY_LOCATOR", f"Invalid locator: {locator}")
    return int(locator or 0)
