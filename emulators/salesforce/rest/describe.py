"""The global describe and the describe of one object, with If-Modified-Since."""

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from flask import Blueprint, Response, request

from emulators.salesforce.context import current
from emulators.salesforce.rest.body import as_json
from emulators.salesforce.rest.records import visible_object
from emulators.salesforce.schema.describe import describe_object, describe_summary
from emulators.salesforce.security.access import Access

blueprint = Blueprint("describe", __name__)

_LARGEST_BATCH = 200


@blueprint.get("/sobjects")
def list_objects() -> Response:
    """All objects the user may see."""
    context = current()
    access = Access(context.org, context.user)
    seen = [o for o in context.org.schema.objects.values() if o.modelled and access.readable(o)]
    summaries = [describe_summary(o, access, context.base_path) for o in seen]
    return _unless_unchanged({"encoding": "UTF-8", "maxBatchSize": _LARGEST_BATCH, "sobjects": summaries})


@blueprint.get("/sobjects/<name>/describe")
def describe(name: str) -> Response:
    """One object with its fields."""
    context = current()
    access = Access(context.org, context.user)
    sobject = visible_object(name, access)
    return _unless_unchanged(describe_object(context.org.schema, sobject, access, context.base_path))


def _unless_unchanged(body: dict[str, Any]) -> Response:
    """The body, or 304 when neither schema nor rights changed since the moment the client names."""
    changed = current().org.described_at
    if _client_has(changed):
        return Response(status=304)
    return as_json(body, headers={"Last-Modified": format_datetime(changed, usegmt=True)})


def _client_has(changed: datetime) -> bool:
    since = request.headers.get("If-Modified-Since")
    try:
        moment = parsedate_to_datetime(since) if since else None
    except ValueError:
        return False
    return moment is not None and moment.replace(tzinfo=moment.tzinfo or UTC) >= changed
