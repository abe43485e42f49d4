"""What the org allows, and how many records it holds."""

from flask import Blueprint, Response, request

from emulators.salesforce.context import current
from emulators.salesforce.rest.body import as_json
from emulators.salesforce.security.access import Access
from emulators.salesforce.store.database import quote

blueprint = Blueprint("limits", __name__)

# Allowances of an Enterprise Edition org that nothing here uses up.
_UNUSED = {
    "ConcurrentAsyncGetReportInstances": 200,
    "DailyAsyncApexExecutions": 250_000,
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000,
    "DailyStandardVolumePlatformEvents": 25_000,
    "DailyStreamingApiEvents": 50_000,
    "DailyWorkflowEmails": 1_000,
    "DataStorageMB": 10_240,
    "FileStorageMB": 10_240,
    "HourlyTimeBasedWorkflow": 1_000,
    "MassEmail": 5_000,
    "SingleEmail": 5_000,
}


@blueprint.get("/limits")
def limits() -> Response:
    """Maximum and remainder of each allowance; only DailyApiRequests moves."""
    used = current().org.limits
    daily = {"Max": used.allocation, "Remaining": max(0, used.allocation - used.used)}
    unused = {name: {"Max": most, "Remaining": most} for name, most in _UNUSED.items()}
    return as_json(dict(sorted({"DailyApiRequests": daily, **unused}.items())))


@blueprint.get("/limits/recordCount")
def record_count() -> Response:
    """The number of records of the objects named in `sObjects`, or of all that have any."""
    context = current()
    access = Access(context.org, context.user)
    named = [n.strip() for n in request.args.get("sObjects", "").split(",") if n.strip()]
    objects = context.org.schema.objects
    wanted = [context.org.schema.object_named(n) for n in named] or list(objects.values())
    counts = []
    for sobject in wanted:
        if sobject is None or not sobject.modelled or not access.readable(sobject):
            continue
        alive = 'WHERE "IsDeleted" = 0' if "IsDeleted" in sobject.fields else ""
        row = context.org.db.one(f"SELECT COUNT(*) AS n FROM {quote(sobject.name)} {alive}")  # noqa: S608 -- quoted
        if row and (row["n"] or named):
            counts.append({"count": row["n"], "name": sobject.name})
    return as_json({"sObjects": counts})
