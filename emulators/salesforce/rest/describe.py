"""The global describe and the describe of one object, with If-Modified-Since."""

import zlib
from typing import Any

from flask import Blueprint, Response, request

from emulators.salesforce.context import current
from emulators.salesforce.rest.conditions import conditional
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
    body = describe_object(context.org.schema, sobject, access, context.base_path)
    if sobject.searchable:
        body["urls"] |= _page_urls(sobject.key_prefix)
    return _unless_unchanged(body)


def _page_urls(key_prefix: str) -> dict[str, str]:
    """Where a record would be shown, changed and made in the browser."""
    site = request.url_root.rstrip("/")
    shown = f"{site}/{{ID}}"
    return {
        "uiDetailTemplate": shown,
        "uiEditTemplate": f"{shown}/e",
        "uiNewRecord": f"{site}/{key_prefix}/e",
    }


def _unless_unchanged(body: dict[str, Any]) -> Response:
    """The body, or 304 when neither schema nor rights changed since the moment the client names."""
    changed = current().org.described_at
    return conditional(body, changed, f"{zlib.crc32(changed.isoformat().encode()):08x}")
