"""GiftSync: Salesforce Campaigns linked to gift campaigns, their schedules and runs."""

from flask import Blueprint

from connector.domain.portal_session import Role
from connector.web.portal.pages import PortalPages
from connector.web.portal.sync import linking, links, runs
from connector.web.portal.sync.container import GiftSyncContainer

__all__ = ["GiftSyncContainer", "blueprint"]


def blueprint(container: GiftSyncContainer) -> Blueprint:
    """/sync: for those who manage gifting."""
    pages = PortalPages(
        "sync",
        container,
        role=Role.MANAGER,
        url_prefix="/sync",
        label="GiftSync",
        order=20,
        icon="sync",
    )
    links.add_views(pages, container)
    links.add_changes(pages, container)
    linking.add_views(pages, container)
    runs.add_views(pages, container)
    return pages
