"""The admin portal and everything else that people see in a browser."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Flask, Response, g
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from connector.services.connections.authorize_org import CONNECT_ORG
from connector.web.portal import (
    approvals,
    audit,
    budgets,
    diagnosis,
    gifts,
    home,
    mapping,
    objects,
    privacy,
    send,
    sessions,
    setup,
    sign_in,
    sync,
)
from connector.web.portal.integrations import held, overview, platforms, salesforce
from connector.web.portal.integrations.connect import arrival
from connector.web.portal.integrations.container import SalesforceContainer
from connector.web.portal.pages import add_frame

# One line for each page; the navigation is made of what they say of themselves.
PAGES: Sequence[Callable[[Any], Blueprint]] = (
    home.blueprint,
    gifts.blueprint,
    gifts.link_blueprint,
    approvals.blueprint,
    budgets.blueprint,
    send.blueprint,
    privacy.blueprint,
    audit.blueprint,
    overview.blueprint,
    salesforce.blueprint,
    held.blueprint,
    sync.blueprint,
    mapping.blueprint,
    objects.blueprint,
    platforms.blueprint,
    sessions.blueprint,
    diagnosis.blueprint,
)
PUBLIC_BLUEPRINTS = frozenset({"home", "setup", "sign_in"})


def add_portal(app: Flask, container: SalesforceContainer) -> None:
    """Register all pages."""
    app.config["SESSION_COOKIE_SECURE"] = container.public_url.startswith("https://")
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", headers_enabled=True)
    arrivals = {CONNECT_ORG: arrival(container)}
    app.register_blueprint(sign_in.blueprint(container, limiter, arrivals))
    app.register_blueprint(setup.blueprint(container, limiter))
    for page in PAGES:
        app.register_blueprint(page(container))
    add_frame(app)

    @app.after_request
    def keep_private(response: Response) -> Response:
        """What a person saw stays out of caches."""
        if "viewer" in g:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
