"""Where the package's button and component appear on the org's own pages, and how to put them there."""

import re
from dataclasses import dataclass
from typing import Protocol

from flask import Blueprint, render_template, request

from connector.domain.portal_session import PortalSession, Role
from connector.errors import ConnectorError
from connector.ports import SalesforceOrg
from connector.services.page_parts import PARTS, LayoutShown, PageParts, layouts_shown, patch_command
from connector.web.portal.container import PortalContainer
from connector.web.portal.pages import PortalPages
from connector.web.portal.viewer import viewer

_ALIAS = re.compile(r"[A-Za-z0-9._-]{1,60}")
_DEFAULT_ALIAS = "my_org"
_DEFAULT_OBJECTS = ("Contact", "Lead")


class ObjectsContainer(PortalContainer, Protocol):
    """What this page needs."""

    def open_org_as(self, session: PortalSession) -> SalesforceOrg: ...


@dataclass(frozen=True, slots=True)
class ObjectShown:
    """layouts: empty, with the reason in trouble, where they could not be read."""

    parts: PageParts
    layouts: list[LayoutShown]
    trouble: str = ""


def blueprint(container: ObjectsContainer) -> Blueprint:
    """/objects: for those who manage gifting."""
    pages = PortalPages(
        "objects",
        container,
        role=Role.MANAGER,
        url_prefix="/objects",
        label="Objects",
        order=55,
        icon="layout",
    )

    @pages.get("/")
    def index() -> str:
        known = [parts.sobject for parts in PARTS]
        chosen = [name for name in known if name in request.args.getlist("objects")]
        asked = request.args.get("org", "").strip()
        alias = asked if _ALIAS.fullmatch(asked) else _DEFAULT_ALIAS
        names = chosen or list(_DEFAULT_OBJECTS)
        return render_template(
            "portal/objects/index.html",
            shown=_shown(container),
            chosen=names,
            alias=alias,
            commands=[
                ("See what would change", patch_command("patch_layouts", names, alias, dry_run=True)),
                ("Put them on the pages", patch_command("patch_layouts", names, alias)),
                ("Take them off again", patch_command("unpatch_layouts", names, alias)),
            ],
        )

    return pages


def _shown(container: ObjectsContainer) -> list[ObjectShown]:
    """As the viewer sees the org: layouts are given to people by their profiles."""
    org = container.open_org_as(viewer())
    shown = []
    for parts in PARTS:
        try:
            shown.append(ObjectShown(parts, list(layouts_shown(org, parts))))
        except ConnectorError as error:
            shown.append(ObjectShown(parts, [], " ".join(filter(None, (str(error), error.remedy)))))
    return shown
