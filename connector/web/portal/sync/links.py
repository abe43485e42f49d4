"""The links of an org, and one of them: statuses, schedule, pause, and its end."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.errors import CallerError, ConnectorError
from connector.services.gift_sync.show_sync import LinkShown
from connector.services.writing.member_statuses import StatusShown, provision_statuses, statuses_shown
from connector.web.portal.pages import PortalPages
from connector.web.portal.sync.container import GiftSyncContainer
from connector.web.portal.sync.forms import CADENCES, HOURS, ScheduleForm, page_number
from connector.web.portal.viewer import refusal, viewer

DONE = {
    "linked": "The Campaign is linked, and its member statuses are there.",
    "linked-unscheduled": "The Campaign is linked. Salesforce told no time zone: set the schedule below.",
    "changed": "The link was changed.",
    "scheduled": "The schedule was changed.",
    "paused": "GiftSync of this Campaign is paused.",
    "resumed": "GiftSync of this Campaign goes on.",
    "removed": "The link was removed. Gifts stay as they are.",
    "provisioned": "The member statuses are as gifts need them.",
}
UNTOLD = "Salesforce could not be told: the Campaign's fields there say otherwise until the next change."


def add_views(pages: PortalPages, container: GiftSyncContainer) -> None:
    """Register those that show."""

    @pages.errorhandler(CallerError)
    def _missing(error: CallerError) -> Response:
        """What belongs to another org is not there."""
        status = 404 if error.code in {"no_link", "no_run"} else 422
        return refusal(status, "This is not here" if status == 404 else "This cannot be done", error.told)

    @pages.get("/")
    def index() -> str:
        links = container.show_sync.links(viewer().org_id)
        return render_template("portal/sync/index.html", links=links, **_confirmation())

    @pages.get("/<link_id>")
    def link(link_id: str) -> str:
        return _show(container, container.show_sync.link(viewer().org_id, link_id))

    @pages.get("/<link_id>/remove")
    def ask_to_remove(link_id: str) -> str:
        shown = container.show_sync.link(viewer().org_id, link_id)
        return render_template("portal/sync/remove.html", shown=shown)


def add_changes(pages: PortalPages, container: GiftSyncContainer) -> None:
    """Register those that change something."""

    @pages.post("/<link_id>/schedule")
    def schedule(link_id: str) -> Response | str:
        shown = container.show_sync.link(viewer().org_id, link_id)
        form = ScheduleForm.read(request.form)
        if form.errors:
            return _show(container, shown, errors=form.errors)
        container.manage_link.schedule(
            viewer().org_id, link_id, form.cadence, form.at, actor=viewer().username
        )
        return _back(link_id, "scheduled")

    @pages.post("/<link_id>/pause")
    def pause(link_id: str) -> Response:
        told = container.manage_link.pause(viewer().org_id, link_id, actor=viewer().username)
        return _back(link_id, "paused", told=told)

    @pages.post("/<link_id>/resume")
    def resume(link_id: str) -> Response:
        told = container.manage_link.resume(viewer().org_id, link_id, actor=viewer().username)
        return _back(link_id, "resumed", told=told)

    @pages.post("/<link_id>/statuses")
    def statuses(link_id: str) -> Response:
        shown = container.show_sync.link(viewer().org_id, link_id)
        provision_statuses(container.open_org(viewer().org_id), shown.link.campaign_id)
        return _back(link_id, "provisioned")

    @pages.post("/<link_id>/remove")
    def remove(link_id: str) -> Response:
        told = container.manage_link.remove(viewer().org_id, link_id, actor=viewer().username)
        return redirect(url_for("sync.index", done="removed", untold=None if told else 1), 303)


def _show(container: GiftSyncContainer, shown: LinkShown, errors: dict[str, str] | None = None) -> str:
    page = page_number(request.args.get("page", ""))
    runs, has_more = container.show_sync.runs(shown.link.org_id, shown.link.link_id, page)
    statuses, trouble = _statuses(container, shown)
    return render_template(
        "portal/sync/link.html",
        shown=shown,
        runs=runs,
        page=page,
        has_more=has_more,
        statuses=statuses,
        trouble=trouble,
        hours=HOURS,
        cadences=CADENCES,
        errors=errors or {},
        **_confirmation(),
    )


def _statuses(container: GiftSyncContainer, shown: LinkShown) -> tuple[list[StatusShown], str]:
    """As Salesforce has them now, and why they cannot be shown."""
    try:
        org = container.open_org(shown.link.org_id)
        return statuses_shown(org, shown.link.campaign_id), ""
    except ConnectorError as error:
        return [], error.told


def _confirmation() -> dict[str, str]:
    untold = UNTOLD if request.args.get("untold") == "1" else ""
    return {"done": DONE.get(request.args.get("done", ""), ""), "untold": untold}


def _back(link_id: str, done: str, *, told: bool = True) -> Response:
    return redirect(url_for("sync.link", link_id=link_id, done=done, untold=None if told else 1), 303)
