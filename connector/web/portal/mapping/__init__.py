"""Field mapping: which field of a Contact or Lead tells the gifting platform what."""

from flask import Blueprint

from connector.domain.portal_session import Role
from connector.web.portal.mapping import choosing, overview
from connector.web.portal.mapping.container import MappingContainer
from connector.web.portal.pages import PortalPages

__all__ = ["MappingContainer", "blueprint"]


def blueprint(container: MappingContainer) -> Blueprint:
    """/mapping: for those who manage gifting."""
    pages = PortalPages(
        "mapping",
        container,
        role=Role.MANAGER,
        url_prefix="/mapping",
        label="Mapping",
        order=50,
        icon="data_mapping",
    )
    overview.add_views(pages, container)
    choosing.add_views(pages, container)
    return pages
