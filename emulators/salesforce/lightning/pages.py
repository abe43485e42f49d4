"""`/lightning/...`: home, an object's list, a record, and the dialog that makes or changes one.

Server-made pages without scripts. Element names and classes are those that CumulusCI's Robot library looks
for; nothing else of Lightning is here, and what a page cannot do it does not offer.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.dml.lookup import load_record
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.host import host
from emulators.salesforce.ids import to_18
from emulators.salesforce.lightning.layout import PageLayout, RelatedList, layout_of, web_link_url
from emulators.salesforce.lightning.values import (
    object_of_id,
    record_name,
    records_of,
    shown,
    typed,
)
from emulators.salesforce.oauth.browser import browser_session, browser_user, login_address, private
from emulators.salesforce.org import Org
from emulators.salesforce.presentation.recent import note_viewed
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.security.users import OrgUser

blueprint = Blueprint("lightning", __name__, url_prefix="/lightning", template_folder="templates")


class _NotLoggedIn(Exception):
    """Nobody is logged in in this browser."""


class _NotThere(Exception):
    """No such page, record or object for this user."""


@dataclass(frozen=True, slots=True)
class _Visit:
    """Who looks at what."""

    org: Org
    user: OrgUser
    access: Access

    def sobject(self, name: str) -> SObjectType:
        found = self.org.schema.objects.get(name)
        if found is None or not found.modelled or not found.searchable or not self.access.readable(found):
            raise _NotThere(name)
        return found

    def record(self, sobject: SObjectType, record_id: str) -> Mapping[str, Any]:
        try:
            row = load_record(self.org.db, sobject, to_18(record_id))
        except ValueError:
            row = None
        if row is None or row.get("IsDeleted"):
            raise _NotThere(record_id)
        return row


def _visit() -> _Visit:
    user = browser_user()
    if user is None:
        raise _NotLoggedIn
    return _Visit(host().org, user, Access(host().org, user))


@blueprint.errorhandler(_NotLoggedIn)
def not_logged_in(_error: _NotLoggedIn) -> BaseResponse:
    """To the log-in page, and back here from there."""
    return redirect(login_address(request.script_root + request.full_path.rstrip("?"), ""))


@blueprint.errorhandler(_NotThere)
def not_there(_error: _NotThere) -> tuple[BaseResponse, int]:
    """What there is no page for."""
    return _page("missing", title="Page doesn't exist"), 404


@blueprint.get("/page/home")
def home() -> BaseResponse:
    """The objects that the user can open."""
    visit = _visit()
    objects = [found for found in visit.org.schema.objects.values() if _has_pages(found, visit.access)]
    return _page("home", title="Home", objects=sorted(objects, key=lambda found: found.label_plural))


@blueprint.get("/o/<name>/<any(home, list):kind>")
def object_home(name: str, kind: str) -> BaseResponse:
    """The newest records of an object."""
    del kind
    visit = _visit()
    return _page("list", **_listing(visit, visit.sobject(name)))


@blueprint.route("/o/<name>/new", methods=["GET", "POST"])
def new_record(name: str) -> BaseResponse:
    """The dialog for a new record."""
    visit = _visit()
    sobject = visit.sobject(name)
    layout = layout_of(visit.org, sobject, visit.access)
    problems: list[str] = []
    if request.method == "POST":
        try:
            _require_own_form()
            record_id = Dml(visit.org, visit.user).insert(name, _entered(layout, only_given=True))
            return redirect(f"{request.script_root}/lightning/r/{name}/{record_id}/view")
        except SalesforceError as error:
            problems.append(error.message)
    dialog = {"heading": f"New {sobject.label}", "values": request.form, "problems": problems}
    told = _listing(visit, sobject) | dialog | {"layout": layout, "back": f"/lightning/o/{name}/list"}
    return _page("form", **told, token=_form_token())


@blueprint.route("/r/<name>/<record_id>/edit", methods=["GET", "POST"])
def edit_record(name: str, record_id: str) -> BaseResponse:
    """The dialog for a record that is there."""
    visit = _visit()
    sobject = visit.sobject(name)
    row = visit.record(sobject, record_id)
    layout = layout_of(visit.org, sobject, visit.access)
    view = f"/lightning/r/{name}/{row['Id']}/view"
    problems: list[str] = []
    values: Mapping[str, Any] = {key: "" if value is None else value for key, value in row.items()}
    if request.method == "POST":
        try:
            _require_own_form()
            Dml(visit.org, visit.user).update(name, row["Id"], _entered(layout))
            return redirect(request.script_root + view)
        except SalesforceError as error:
            problems.append(error.message)
            values = request.form
    told = {"heading": f"Edit {record_name(sobject, row)}", "values": values, "problems": problems}
    listing = _listing(visit, sobject)
    return _page("form", **listing, **told, layout=layout, back=view, token=_form_token())


@blueprint.get("/r/<record_id>/view")
def record_by_id(record_id: str) -> BaseResponse:
    """The record's page, whatever its object."""
    _visit()
    sobject = object_of_id(host().org, record_id)
    if sobject is None:
        raise _NotThere(record_id)
    return redirect(f"{request.script_root}/lightning/r/{sobject.name}/{record_id}/view")


@blueprint.get("/r/<name>/<record_id>/view")
def record_view(name: str, record_id: str) -> BaseResponse:
    """A record as its layout shows it."""
    visit = _visit()
    sobject = visit.sobject(name)
    row = visit.record(sobject, record_id)
    note_viewed(visit.org, visit.user.id, sobject.name, [row["Id"]])
    layout = layout_of(visit.org, sobject, visit.access)
    sections = [
        (
            section.label,
            [(one.field.label, shown(visit.org, one.field, row[one.field.name])) for one in section.fields],
        )
        for section in layout.sections
    ]
    related = [found for wanted in layout.related if (found := _related(visit, wanted, row["Id"]))]
    buttons = [(link, _merged(web_link_url(visit.org, name, link), name, row)) for link in layout.buttons]
    return _page(
        "record",
        title=record_name(sobject, row),
        sobject=sobject,
        row=row,
        sections=sections,
        related=related,
        buttons=[(link, url) for link, url in buttons if url.startswith(("https://", "/"))],
    )


def _related(visit: _Visit, wanted: RelatedList, record_id: str) -> dict[str, Any] | None:
    """A related list's heading, columns and rows; None for an object that the user cannot see."""
    child = visit.org.schema.objects.get(wanted.child)
    if child is None or not visit.access.readable(child):
        return None
    fields = [found for name in wanted.columns if (found := child.field_named(name))]
    columns = [field for field in fields if visit.access.field_readable(child, field)]
    rows = [
        (record_name(child, row), row["Id"], [shown(visit.org, field, row[field.name]) for field in columns])
        for row in records_of(visit.org, child, (wanted.lookup, record_id))
    ]
    return {"sobject": child, "columns": columns, "rows": rows}


def _merged(url: str, name: str, row: Mapping[str, Any]) -> str:
    """A button's address with the record's own fields put in."""
    for field, value in row.items():
        url = url.replace(f"{{!{name}.{field}}}", "" if value is None else str(value))
    return url


def _listing(visit: _Visit, sobject: SObjectType) -> dict[str, Any]:
    rows = [(row["Id"], record_name(sobject, row)) for row in records_of(visit.org, sobject)]
    creatable = sobject.createable and visit.access.creatable(sobject)
    return {"title": sobject.label_plural, "sobject": sobject, "rows": rows, "creatable": creatable}


def _entered(layout: PageLayout, *, only_given: bool = False) -> dict[str, Any]:
    placed = [one for section in layout.sections for one in section.fields]
    values = typed(placed, request.form)
    return {name: value for name, value in values.items() if value is not None} if only_given else values


def _has_pages(sobject: SObjectType, access: Access) -> bool:
    return sobject.modelled and sobject.searchable and bool(sobject.key_prefix) and access.readable(sobject)


def _require_own_form() -> None:
    if not hmac.compare_digest(request.form.get("token", "").encode(), _form_token().encode()):
        raise SalesforceError(
            "INVALID_SESSION_ID", "This form is not from this session. Load the page again."
        )


def _form_token() -> str:
    """Shows that a form came from our own page."""
    return hashlib.sha256(f"record {browser_session()}".encode()).hexdigest()


def _page(name: str, **told: Any) -> BaseResponse:
    return private(Response(render_template(f"lightning/{name}.html", **told)))
