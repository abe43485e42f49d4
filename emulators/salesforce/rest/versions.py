"""Which API versions there are, and which resources one of them has."""

from flask import Blueprint, Response, jsonify, request

from emulators.salesforce.context import current
from emulators.salesforce.oauth.identity import identity_url

blueprint = Blueprint("resources", __name__)
versions_blueprint = Blueprint("versions", __name__)
"""Registered at the root: the list of versions lies outside of any version."""

FIRST_VERSION, LAST_VERSION = 31, 68
_FIRST_RELEASE_YEAR = 2014
_SEASONS = ("Summer", "Winter", "Spring")
_RESOURCES = ("composite", "jobs", "limits", "query", "queryAll", "sobjects", "tooling")


@versions_blueprint.get("/services/data")
def list_versions() -> Response:
    """All versions, the newest last; no session is needed."""
    return jsonify([_version(number) for number in range(FIRST_VERSION, LAST_VERSION + 1)])


@blueprint.get("/")
def list_resources() -> Response:
    """The resources of one version by name, and who is asking."""
    context = current()
    resources = {name: f"{context.base_path}/{name}" for name in _RESOURCES}
    instance_url = (request.host_url + request.root_path).rstrip("/")
    return jsonify({**resources, "identity": identity_url(context.org, context.user.id, instance_url)})


def _version(number: int) -> dict[str, str]:
    """Three releases a year from Summer '14 on; a winter release carries the coming year's number."""
    years, season = divmod(number - FIRST_VERSION, len(_SEASONS))
    year = _FIRST_RELEASE_YEAR + years + (_SEASONS[season] != "Summer")
    return {
        "label": f"{_SEASONS[season]} '{year % 100}",
        "url": f"/services/data/v{number}.0",
        "version": f"{number}.0",
    }
