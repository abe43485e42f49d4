"""What is on a user's screens: tabs, themes, and the records viewed last."""

from typing import Any

from flask import Blueprint, Response, request

from emulators.salesforce.context import current
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.lightning.values import record_name
from emulators.salesforce.presentation.recent import MOST_RECORDS, viewed_by
from emulators.salesforce.presentation.tabs import has_pages, tabs_of
from emulators.salesforce.rest.body import as_json
from emulators.salesforce.rest.records import living_record
from emulators.salesforce.security.access import Access

blueprint = Blueprint("screens", __name__)


@blueprint.get("/tabs")
def tabs() -> Response:
    """All tabs that the user may see."""
    context = current()
    site = request.url_root.rstrip("/")
    found = tabs_of(context.org, Access(context.org, context.user))
    return as_json(
        [
            {
                "colors": [],
                "custom": tab.custom,
                "iconUrl": "",
                "icons": [],
                "label": tab.label,
                "miniIconUrl": "",
                "name": tab.name,
                "sobjectName": tab.sobject,
                "url": site + tab.path if tab.path.startswith("/") else tab.path,
            }
            for tab in found
        ]
    )


@blueprint.get("/theme")
def theme() -> Response:
    """An entry for each object with pages, without colours and icons: the org draws none."""
    context = current()
    access = Access(context.org, context.user)
    shown = [o for o in context.org.schema.objects.values() if has_pages(o) and access.readable(o)]
    return as_json({"themeItems": [{"colors": None, "icons": None, "name": o.name} for o in shown]})


@blueprint.get("/recent")
def recent() -> Response:
    """The records that the user viewed last. Parameter: limit (at most 200)."""
    given = request.args.get("limit", str(MOST_RECORDS))
    if not given.isascii() or not given.isdecimal() or not 1 <= int(given[:9]) <= MOST_RECORDS:
        raise SalesforceError("INVALID_SEARCH", f"limit must be between 1 and {MOST_RECORDS}")
    return as_json(recent_items()[: int(given)])


def recent_items(type_name: str = "") -> list[dict[str, Any]]:
    """Those that the user viewed last and may still read, of one type or of all."""
    context = current()
    access = Access(context.org, context.user)
    items = []
    for name, record_id in viewed_by(context.org, context.user.id, type_name):
        sobject = context.org.schema.objects.get(name)
        row = living_record(sobject, record_id) if sobject and access.readable(sobject) else None
        if sobject is not None and row is not None:
            url = f"{context.base_path}/sobjects/{name}/{record_id}"
            shown = {"Id": record_id, "Name": record_name(sobject, row)}
            items.append({"attributes": {"type": name, "url": url}, **shown})
    return items
