"""Where the package's button and component appear on the org's own pages, and how to put them there."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from flask import Blueprint, render_template, request

from connector.domain.portal_session import PortalSession, Role
from connector.errors import ConnectorError
from connector.ports import SalesforceOrg
from connector.services.connections.page_parts import (
    PARTS,
    LayoutShown,
    PageParts,
    RecordPageShown,
    layouts_shown,
    patch_command,
    record_pages_shown,
)
from connector.web.portal.container import PortalContainer
from connector.web.portal.pages import PortalPages
from connector.web.portal.viewer import viewer

_ALIAS = re.compile(r"[A-Za-z0-9._-]{1,60}")
Shown = TypeVar("Shown")
_DEFAULT_ALIAS = "my_org"
_DEFAULT_OBJECTS = ("Contact", "Lead")


class ObjectsContainer(PortalContainer, Protocol):
    """What this page needs."""

    def open_org_as(self, session: PortalSession) -> SalesforceOrg: ...


@dataclass(frozen=True, slots=True)
class ObjectShown:
    """layouts, pages: empty, with the reason in trouble and no_pages, where they could not be read."""

    parts: PageParts
    layouts: Sequence[LayoutShown]
    pages: Sequence[RecordPageShown]
    trouble: str = ""
    no_pages: str = ""


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
        layouts, trouble = _read(partial(layouts_shown, org, parts))
        pages, no_pages = _read(partial(record_pages_shown, org, parts))
        shown.append(ObjectShown(parts, layouts, pages, trouble, no_pages))
    return shown


def _read(read: Callable[[], Sequence[Shown]]) -> tuple[Sequence[Shown], str]:
    """What was found, and why nothing was."""
    try:
        return read(), ""
    except ConnectorError as error:
        return [], error.told
