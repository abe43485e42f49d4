"""An object's layouts: for its pages, compact, named and for approvals."""

from typing import Any

from flask import Blueprint, Response

from emulators.salesforce.context import current
from emulators.salesforce.presentation.layouts import describe_compact_layouts, describe_layouts
from emulators.salesforce.rest.body import as_json, not_found
from emulators.salesforce.rest.records import visible_object
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access

blueprint = Blueprint("layouts", __name__)

# The one layout beside those for record pages: what User's alternative page shows.
_NAMED = {("User", "UserAlt")}


@blueprint.get("/sobjects/<name>/describe/layouts")
def layouts(name: str) -> Response:
    """The layout of the object's pages, and which record types show it."""
    return as_json(_described(*_visible(name)))


@blueprint.get("/sobjects/<name>/describe/layouts/<record_type_id>")
def layout_of_record_type(name: str, record_type_id: str) -> Response:
    """The layout of one record type."""
    described = _described(*_visible(name))
    known = {mapping["recordTypeId"] for mapping in described["recordTypeMappings"]}
    if not any(record_type_id in {full, full[:15]} for full in known):
        raise not_found()
    return as_json(described["layouts"][0])


@blueprint.get("/sobjects/<name>/describe/namedLayouts/<layout>")
def named_layout(name: str, layout: str) -> Response:
    """A layout by name. It shows what the object's pages show."""
    sobject, access = _visible(name)
    if (sobject.name, layout) not in _NAMED:
        raise not_found()
    return as_json(_described(sobject, access))


@blueprint.get("/sobjects/<name>/describe/compactLayouts")
def compact_layouts(name: str) -> Response:
    """The object's compact layouts."""
    sobject, access = _visible(name)
    context = current()
    return as_json(describe_compact_layouts(context.org, sobject, access, context.base_path))


@blueprint.get("/sobjects/<name>/describe/approvalLayouts")
def approval_layouts(name: str) -> Response:
    """None: the org takes no approval processes."""
    _visible(name)
    return as_json({"approvalLayouts": []})


def _visible(name: str) -> tuple[SObjectType, Access]:
    context = current()
    access = Access(context.org, context.user)
    sobject = visible_object(name, access)
    if not sobject.searchable:
        raise not_found()
    return sobject, access


def _described(sobject: SObjectType, access: Access) -> dict[str, Any]:
    context = current()
    return describe_layouts(context.org, sobject, access, context.base_path)
