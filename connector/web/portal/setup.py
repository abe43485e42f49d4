"""The operator's way in: the link that `connector init` prints."""

from flask import Blueprint, redirect, render_template
from flask_limiter import Limiter
from werkzeug.wrappers import Response

from connector.errors import ConnectorError
from connector.web.portal.container import PortalContainer
from connector.web.portal.pages import show_error
from connector.web.portal.viewer import remember

_ATTEMPTS = "10 per minute"


def blueprint(container: PortalContainer, limiter: Limiter) -> Blueprint:
    """/setup/<secret>."""
    views = Blueprint("setup", __name__)
    views.register_error_handler(ConnectorError, show_error)
    limiter.limit(_ATTEMPTS)(views)

    @views.get("/setup/<secret>")
    def ask(secret: str) -> str:
        """Asks first: programs that follow links in messages must not use the link up."""
        del secret
        return render_template("portal/setup.html")

    @views.post("/setup/<secret>")
    def open_link(secret: str) -> Response:
        """The link is the proof; it works once."""
        return remember(redirect("/"), container.portal_sessions.open_setup_link(secret))

    return views
