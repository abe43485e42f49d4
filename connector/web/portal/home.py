"""The first page after signing in."""

from typing import Any, Protocol

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.domain.portal_session import Role
from connector.web.portal.container import PortalContainer
from connector.web.portal.viewer import recognise


class TellsOrgsState(Protocol):
    """services.state_of_org.StateOfOrg."""

    def __call__(self, org_id: str) -> dict[str, Any]: ...


class HomeContainer(PortalContainer, Protocol):
    """What this page needs."""

    @property
    def state_of_org(self) -> TellsOrgsState: ...


def blueprint(container: HomeContainer) -> Blueprint:
    """GET /: how the org's gifting stands, or the way to sign in."""
    views = Blueprint("home", __name__)

    @views.get("/")
    def index() -> Response | str:
        session = recognise(container)
        if session is None:
            return redirect(url_for("sign_in.page", org=request.args.get("org") or None))
        if session.may(Role.OPERATOR):
            return render_template("portal/operator.html")
        return render_template("portal/home.html", state=container.state_of_org(session.org_id))

    return views
