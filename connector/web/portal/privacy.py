"""What is kept of a person: shown, handed out, erased."""

from typing import Protocol
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from connector.domain.portal_session import PortalSession, Role
from connector.errors import CallerError
from connector.ports import SalesforceOrg
from connector.services.privacy.privacy import Privacy
from connector.web.portal.container import PortalContainer
from connector.web.portal.pages import PortalPages
from connector.web.portal.viewer import viewer


class PrivacyContainer(PortalContainer, Protocol):
    """What these pages need."""

    @property
    def privacy(self) -> Privacy: ...
    def open_org_as(self, session: PortalSession) -> SalesforceOrg: ...
    @property
    def keep_personal_days(self) -> float: ...


def blueprint(container: PrivacyContainer) -> Blueprint:
    """/privacy."""
    views = PortalPages(
        "privacy", container, role=Role.MANAGER, url_prefix="/privacy", label="Privacy", order=80, icon="lock"
    )

    @views.get("/")
    def index() -> str | tuple[str, int]:
        """The search, what it found, and what an erasure did."""
        wanted = request.args.get("who", "").strip()
        if not wanted:
            return _page()
        try:
            return _page(wanted, kept=container.privacy.find(viewer().org_id, wanted))
        except CallerError as error:
            return _page(wanted, mistake=error.told), 422

    @views.post("/export")
    def export() -> BaseResponse:
        """A file to hand to the person. By POST, since it is written into the audit log."""
        session = viewer()
        document = container.privacy.export(session.org_id, _who(), actor=session.username)
        name = f"gifting-{session.org_id}.json"
        attached = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(document, mimetype="application/json", headers=attached)

    @views.post("/erase")
    def erase() -> BaseResponse:
        """Only with the box ticked."""
        session, wanted = viewer(), _who()
        if request.form.get("sure") != "yes":
            return redirect(f"{url_for('privacy.index')}?{urlencode({'who': wanted, 'unsure': 1})}", 303)
        done = container.privacy.erase(
            session.org_id, wanted, actor=session.username, as_person=container.open_org_as(session)
        )
        return Response(render_template("portal/erased.html", done=done))

    def _page(wanted: str = "", **found: object) -> str:
        return render_template(
            "portal/privacy.html", wanted=wanted, keep_days=container.keep_personal_days, **found
        )

    return views


def _who() -> str:
    return request.form.get("who", "").strip()
