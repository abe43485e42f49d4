"""`/lightning/...`: home, an object's list, a record, and the dialogs that make, change and delete one.

Server-made pages; scripts run only for Lightning web components. Element names and classes are those that
CumulusCI's Robot library looks for; nothing else of Lightning is here, and what a page cannot do it does not
offer.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.host import host
from emulators.salesforce.lightning.bundles import bundles_of
from emulators.salesforce.lightning.flow_screens import flow_screen
from emulators.salesforce.lightning.harness import what_is_missing
from emulators.salesforce.lightning.layout import PageLayout, layout_of
from emulators.salesforce.lightning.listing import listing
from emulators.salesforce.lightning.record_view import record_view
from emulators.salesforce.lightning.values import object_of_id, record_name, typed
from emulators.salesforce.lightning.visit import (
    NotLoggedIn,
    NotThere,
    Visit,
    form_token,
    page,
    require_own_form,
    visit,
)
from emulators.salesforce.oauth.browser import login_address
from emulators.salesforce.presentation.display import CURRENCY, LOCALE
from emulators.salesforce.presentation.recent import note_viewed
from emulators.salesforce.presentation.tabs import has_pages
from emulators.salesforce.security.entities import custom_permissions

flows = Blueprint("lightning_flows", __name__)
blueprint = Blueprint("lightning", __name__, url_prefix="/lightning", template_folder="templates")


@blueprint.errorhandler(NotLoggedIn)
def not_logged_in(_error: NotLoggedIn) -> Response:
    """To the log-in page, and back here from there."""
    return redirect(login_address(request.script_root + request.full_path.rstrip("?"), ""))


@blueprint.errorhandler(NotThere)
def not_there(_error: NotThere) -> Response:
    """What there is no page for."""
    return page("missing", status=404, title="Page doesn't exist")


@blueprint.get("/page/home")
def home() -> Response:
    """The objects that the user can open."""
    here = visit()
    objects = [o for o in here.org.schema.objects.values() if has_pages(o) and here.access.readable(o)]
    return page("home", title="Home", objects=sorted(objects, key=lambda found: found.label_plural))


@blueprint.get("/o/<name>/<any(home, list):kind>")
def object_home(name: str, kind: str) -> Response:
    """The records of a list view, or the newest ones. Parameter: filterName, a view's API name or Id."""
    del kind
    here = visit()
    return page("list", **listing(here, here.sobject(name), request.args.get("filterName", "")))


@blueprint.route("/o/<name>/new", methods=["GET", "POST"])
def new_record(name: str) -> Response:
    """The dialog for a new record."""
    here = visit()
    sobject = here.sobject(name)
    layout = layout_of(here.org, sobject, here.access)
    problems: list[str] = []
    if request.method == "POST":
        try:
            require_own_form()
            record_id = Dml(here.org, here.user).insert(name, _entered(layout, only_given=True))
            return redirect(f"{request.script_root}/lightning/r/{name}/{record_id}/view")
        except SalesforceError as error:
            problems.append(error.message)
    dialog: dict[str, Any] = {"heading": f"New {sobject.label}", "values": request.form, "problems": problems}
    told = listing(here, sobject) | dialog | {"layout": layout, "back": f"/lightning/o/{name}/list"}
    return page("form", **told, token=form_token())


@blueprint.route("/r/<name>/<record_id>/edit", methods=["GET", "POST"])
def edit_record(name: str, record_id: str) -> Response:
    """The dialog for a record that is there."""
    here = visit()
    sobject = here.sobject(name)
    row = here.record(sobject, record_id)
    layout = layout_of(here.org, sobject, here.access)
    view = f"/lightning/r/{name}/{row['Id']}/view"
    problems: list[str] = []
    values: Mapping[str, Any] = {key: "" if value is None else value for key, value in row.items()}
    if request.method == "POST":
        try:
            require_own_form()
            Dml(here.org, here.user).update(name, row["Id"], _entered(layout))
            return redirect(request.script_root + view)
        except SalesforceError as error:
            problems.append(error.message)
            values = request.form
    told: dict[str, Any] = {
        "heading": f"Edit {record_name(sobject, row)}",
        "values": values,
        "problems": problems,
    }
    return page("form", **listing(here, sobject), **told, layout=layout, back=view, token=form_token())


@blueprint.route("/r/<name>/<record_id>/delete", methods=["GET", "POST"])
def delete_record(name: str, record_id: str) -> Response:
    """The dialog that asks before a record is deleted."""
    here = visit()
    sobject = here.sobject(name)
    row = here.record(sobject, record_id)
    problems: list[str] = []
    if request.method == "POST":
        try:
            require_own_form()
            Dml(here.org, here.user).delete(name, row["Id"])
            return redirect(f"{request.script_root}/lightning/o/{name}/list")
        except SalesforceError as error:
            problems.append(error.message)
    back = f"/lightning/r/{name}/{row['Id']}/view"
    told: dict[str, Any] = {"title": record_name(sobject, row), "sobject": sobject, "problems": problems}
    return page("delete", **told, back=back, token=form_token())


@blueprint.get("/r/<record_id>/view")
def record_by_id(record_id: str) -> Response:
    """The record's page, whatever its object."""
    visit()
    sobject = object_of_id(host().org, record_id)
    if sobject is None:
        raise NotThere(record_id)
    return redirect(f"{request.script_root}/lightning/r/{sobject.name}/{record_id}/view")


@blueprint.get("/r/<name>/<record_id>/view")
def record_page(name: str, record_id: str) -> Response:
    """A record as its layout and its record page show it."""
    here = visit()
    sobject = here.sobject(name)
    row = here.record(sobject, record_id)
    note_viewed(here.org, here.user.id, sobject.name, [row["Id"]])
    view = record_view(here, sobject, row)
    told: dict[str, Any] = {"title": record_name(sobject, row), "sobject": sobject, "view": view}
    record = {"recordId": row["Id"], "objectApiName": sobject.name}
    return page("record", **told, record=record, **components(here, view.components))


@blueprint.get("/flow/<name>")
def flow_page(name: str) -> Response:
    """A flow that is one screen. Parameters: its input variables; `ids` is what a list button passes."""
    here = visit()
    try:
        screen = flow_screen(here, name, request.args.to_dict(flat=False))
    except NotSupportedHere as error:
        return page("missing", status=501, title="This flow is not shown here", told=error.message)
    shown = tuple(component for component, _ in screen.components)
    return page("flow", title=screen.label, screen=screen, record={}, **components(here, shown))


@flows.route("/flow/<name>", methods=["GET", "POST"])
def flow_address(name: str) -> Response:
    """The short address, which buttons have, leads to the page, with its own parameters and a form's."""
    selected = urlencode({"ids": request.form.getlist("ids")}, doseq=True)
    query = "&".join(part for part in (request.query_string.decode(), selected) if part)
    address = f"{request.script_root}/lightning/flow/{quote(name)}{'?' if query else ''}{query}"
    return redirect(address, HTTPStatus.SEE_OTHER)


def components(here: Visit, shown: tuple[str, ...]) -> dict[str, Any]:
    """What a page with components needs; the compiler runs when the browser asks for their script."""
    if not shown:
        return {}
    missing = what_is_missing()
    bundles = None if missing else bundles_of(here.org, shown)
    if bundles is not None:
        bundles.lay_out()
    permissions = custom_permissions(here.org, here.user.id)
    reader = {
        "locale": LOCALE,
        "currency": CURRENCY,
        "timeZone": here.user.time_zone,
        "customPermissions": permissions,
    }
    return {"components_missing": missing, "digest": bundles and bundles.digest, "reader": reader}


def _entered(layout: PageLayout, *, only_given: bool = False) -> dict[str, Any]:
    placed = [one for section in layout.sections for one in section.fields]
    values = typed(placed, request.form)
    return {name: value for name, value in values.items() if value is not None} if only_given else values
