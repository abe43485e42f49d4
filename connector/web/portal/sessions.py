"""Who of the org is signed in, and an end to it."""

from typing import Protocol

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.domain.portal_session import Role
from connector.services.storage.store import Store
from connector.web.portal.container import PortalContainer
from connector.web.portal.pages import PortalPages
from connector.web.portal.viewer import refusal, viewer


class SessionsContainer(PortalContainer, Protocol):
    """What this page needs."""

    @property
    def store(self) -> Store: ...


def blueprint(container: SessionsContainer) -> PortalPages:
    """/sessions. A session is named by a part of its digest, which opens nothing."""
    pages = PortalPages(
        "sessions", container, role=Role.MANAGER, url_prefix="/sessions", within="integrations"
    )

    @pages.get("")
    def index() -> str:
        with container.store.read() as unit:
            sessions = unit.portal_sessions.of_org(viewer().org_id)
        return render_template(
            "portal/sessions.html",
            sessions=sessions,
            mine=viewer().digest,
            done=request.args.get("done", ""),
        )

    @pages.post("/<name>/end")
    def end(name: str) -> Response:
        with container.store.read() as unit:
            sessions = unit.portal_sessions.of_org(viewer().org_id)
        found = [session for session in sessions if session.digest[:16] == name]
        if not found:
            return refusal(404, "That person is not signed in", "They may have signed out meanwhile.")
        container.portal_sessions.end(found[0], ended_by=viewer().username)
        return redirect(url_for("sessions.index", done="ended"), 303)

    return pages
