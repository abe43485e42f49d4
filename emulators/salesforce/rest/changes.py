"""Which records of an object changed or went within a span: `sobjects/<object>/updated` and `/deleted`."""

from datetime import UTC, datetime, timedelta
from sqlite3 import Row

from flask import Blueprint, Response, request

from emulators.salesforce.context import current
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.rest.body import as_json
from emulators.salesforce.rest.records import visible_object
from emulators.salesforce.security.access import Access
from emulators.salesforce.store.database import quote
from emulators.salesforce.store.values import datetime_text

blueprint = Blueprint("changes", __name__)

LONGEST_SPAN = timedelta(days=30)
"""Source: REST API Developer Guide, Get Updated and Get Deleted."""


@blueprint.get("/sobjects/<name>/updated")
def updated(name: str) -> Response:
    """Ids of the records written in the span and not deleted since."""
    start, end = _span()
    rows = _rows(name, start, end, deleted=False)
    return as_json({"ids": [row["Id"] for row in rows], "latestDateCovered": datetime_text(end)})


@blueprint.get("/sobjects/<name>/deleted")
def deleted(name: str) -> Response:
    """Ids of the records deleted in the span, each with its moment. The bin is never emptied here."""
    start, end = _span()
    rows = _rows(name, start, end, deleted=True)
    gone = [{"deletedDate": row["LastModifiedDate"], "id": row["Id"]} for row in rows]
    earliest = current().org.db.one('SELECT MIN("CreatedDate") AS first FROM "Organization"')
    return as_json(
        {
            "deletedRecords": gone,
            "earliestDateAvailable": earliest["first"] if earliest else datetime_text(start),
            "latestDateCovered": datetime_text(end),
        }
    )


def _span() -> tuple[datetime, datetime]:
    start, end = _moment("start"), _moment("end")
    if end <= start:
        raise SalesforceError("INVALID_REPLICATION_DATE", "startDate before endDate is required")
    if current().org.clock() - start > LONGEST_SPAN:
        message = "startDate cannot be more than 30 days ago"
        raise SalesforceError("INVALID_REPLICATION_DATE", message)
    return start, end


def _moment(name: str) -> datetime:
    # An unescaped plus of a time zone arrives as a blank.
    text = request.args.get(name, "").replace(" ", "+")
    try:
        moment = datetime.fromisoformat(text)
        # Some moments at the ends of time have no equal in UTC.
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise SalesforceError("INVALID_REPLICATION_DATE", f"{name} is no date: {text}") from None


def _rows(name: str, start: datetime, end: datetime, *, deleted: bool) -> list[Row]:
    context = current()
    sobject = visible_object(name, Access(context.org, context.user))
    if "IsDeleted" not in sobject.fields:
        raise SalesforceError("INVALID_TYPE", f"{sobject.name} is not replicateable")
    sql = (
        f'SELECT "Id", "LastModifiedDate" FROM {quote(sobject.name)} '  # noqa: S608 -- quoted name
        'WHERE "IsDeleted" = ? AND "LastModifiedDate" >= ? AND "LastModifiedDate" < ? ORDER BY "Id"'
    )
    return context.org.db.all(sql, (int(deleted), datetime_text(start), datetime_text(end)))
