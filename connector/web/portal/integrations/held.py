"""Integrations, held gifts: what waits for orgs that were disconnected."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.domain.portal_session import Role
from connector.web.portal.integrations.container import SalesforceContainer
from connector.web.portal.pages import PortalPages


def blueprint(container: SalesforceContainer) -> PortalPages:
    """/integrations/held, for the operator alone: the people of such an org cannot sign in."""
    pages = PortalPages(
        "held", container, role=Role.OPERATOR, url_prefix="/integrations/held", within="integrations"
    )

    @pages.get("")
    def index() -> str:
        return _page(container)

    @pages.post("")
    def call_off() -> Response | tuple[str, int]:
        """Once the box is ticked."""
        org_id = request.form.get("org_id", "")
        if request.form.get("sure") != "yes":
            return _page(container, unsure=org_id), 422
        container.held_gifts.call_off(org_id, actor="operator")
        return redirect(url_for("held.index", done="called-off"), 303)

    return pages


def _page(container: SalesforceContainer, unsure: str = "") -> str:
    """unsure: the org whose box was not ticked."""
    done = request.args.get("done", "")
    return render_template(
        "portal/integrations/held.html", held=container.held_gifts(), unsure=unsure, done=done
    )
