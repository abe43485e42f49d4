"""Integrations, Salesforce: the connected org."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.domain.connections import ConnectionMode
from connector.domain.portal_session import Role
from connector.services.gifts.held_gifts import affected
from connector.services.operations.checking import CheckState
from connector.services.operations.diagnose import CALLS_OF_A_TEST
from connector.services.operations.notices import package_of
from connector.web.portal.integrations.connect import add_connect_views
from connector.web.portal.integrations.container import SalesforceContainer
from connector.web.portal.pages import PortalPages
from connector.web.portal.viewer import forget, viewer


def blueprint(container: SalesforceContainer) -> PortalPages:
    """/integrations/salesforce, for an operator as well: somebody must connect the first org."""
    pages = PortalPages(
        "salesforce",
        container,
        role=(Role.MANAGER, Role.OPERATOR),
        url_prefix="/integrations/salesforce",
        within="integrations",
    )

    @pages.get("")
    def index() -> Response | str:
        org_id = viewer().org_id
        with container.store.read() as unit:
            org = unit.connections.org(org_id) if org_id else None
            tokens = unit.org_tokens.get(org_id)
            trouble = unit.org_troubles.get(org_id)
            usage = unit.health.usage(org_id)
            package = package_of(unit, org_id)
        if org is None:
            return redirect(url_for("salesforce.connect"))
        return render_template(
            "portal/integrations/salesforce.html",
            org=org,
            is_browser=org.mode is ConnectionMode.BROWSER,
            tokens=tokens,
            trouble=trouble,
            usage=usage,
            package=package,
            lives=container.tell_token_life(org) if request.args.get("tokens") else None,
            done=request.args.get("done", ""),
            is_operator=viewer().may(Role.OPERATOR),
        )

    @pages.get("/tokens")
    def tokens() -> Response | str:
        """The part of the page that asks Salesforce, so that the rest never waits for it."""
        with container.store.read() as unit:
            org = unit.connections.org(viewer().org_id)
        if org is None:
            return redirect(url_for("salesforce.connect"))
        return render_template("portal/integrations/_tokens.html", lives=container.tell_token_life(org))

    @pages.get("/test")
    def test() -> Response | str:
        """A few API calls, and nothing is changed."""
        org_id = viewer().org_id
        with container.store.read() as unit:
            org = unit.connections.org(org_id)
        if org is None:
            return redirect(url_for("salesforce.connect"))
        results = list(container.diagnose.connection(org_id))
        failed = any(result.state is CheckState.FAILED for result in results)
        return render_template(
            "portal/integrations/test.html", results=results, failed=failed, calls=CALLS_OF_A_TEST
        )

    _add_disconnecting(pages, container)
    add_connect_views(pages, container)
    return pages


def _add_disconnecting(pages: PortalPages, container: SalesforceContainer) -> None:
    @pages.get("/disconnect")
    def ask_to_disconnect() -> Response | str:
        with container.store.read() as unit:
            org = unit.connections.org(viewer().org_id)
            links = [link for link in unit.links.of_org(viewer().org_id) if link.enabled]
            gifts = affected(unit, viewer().org_id)
        if org is None:
            return redirect(url_for("salesforce.connect"))
        return render_template("portal/integrations/disconnect.html", org=org, links=links, gifts=gifts)

    @pages.post("/disconnect")
    def disconnect() -> Response:
        """Everybody of the org is signed out by it, the viewer too."""
        call_off = request.form.get("gifts") == "call_off"
        container.disconnect_org(viewer().org_id, actor=viewer().username or "operator", call_off=call_off)
        return forget(redirect(url_for("sign_in.signed_out", done="disconnected"), 303))
