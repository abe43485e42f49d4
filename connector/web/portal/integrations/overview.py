"""Integrations: what is connected, and what needs somebody."""

from typing import Protocol

from flask import render_template

from connector.domain.portal_session import Role
from connector.services.connections.org_accounts import OrgAccounts
from connector.services.operations.notices import Notices
from connector.services.storage.store import Store
from connector.web.portal.container import PortalContainer
from connector.web.portal.pages import PortalPages
from connector.web.portal.viewer import viewer


class OverviewContainer(PortalContainer, Protocol):
    """What this page needs."""

    @property
    def store(self) -> Store: ...
    @property
    def org_accounts(self) -> OrgAccounts: ...
    @property
    def notices(self) -> Notices: ...


def blueprint(container: OverviewContainer) -> PortalPages:
    """/integrations."""
    pages = PortalPages(
        "integrations",
        container,
        role=Role.MANAGER,
        url_prefix="/integrations",
        label="Integrations",
        order=60,
        icon="connected_apps",
    )

    @pages.get("")
    def index() -> str:
        org_id = viewer().org_id
        with container.store.read() as unit:
            org = unit.connections.org(org_id)
            people = unit.portal_sessions.of_org(org_id)
        return render_template(
            "portal/integrations/overview.html",
            org=org,
            people=len(people),
            accounts=container.org_accounts.shown(org_id),
            notices=container.notices(org_id),
        )

    return pages
