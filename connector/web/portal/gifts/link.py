"""The address that the button on a gift opens (docs/adr/0006)."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from connector.domain.portal_session import Role
from connector.domain.record_id import case_safe_id
from connector.web.portal.container import PortalContainer
from connector.web.portal.pages import PortalPages
from connector.web.portal.viewer import refusal, viewer


def blueprint(container: PortalContainer) -> Blueprint:
    """GET /gift?org=<Id>&key=<External_Id__c>."""
    views = PortalPages("gift_link", container, role=(Role.SENDER, Role.MANAGER), url_prefix="/gift")

    @views.get("", strict_slashes=False)
    def follow() -> Response:
        """To the gift's page, where it belongs to the viewer's org."""
        org_id, key = case_safe_id(request.args.get("org", "")), request.args.get("key", "").strip()
        if not org_id.startswith("00D") or not key:
            return refusal(
                404,
                "This address is incomplete",
                "It names no org or no gift. Open it from the gift's record.",
            )
        if org_id != viewer().org_id:
            return refusal(
                404,
                "This gift belongs to another org",
                "Sign out here, open the gift's record in its own org, and choose the button again.",
            )
        return redirect(url_for("gift_pages.one", key=key))

    return views
