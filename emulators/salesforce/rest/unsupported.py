"""Resources of the platform that the local org does not have, so that it can say so by name."""

from flask import Blueprint, Response

from emulators.salesforce.errors import NotSupportedHere

blueprint = Blueprint("unsupported", __name__)

_METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]
RESOURCES = (
    "actions/standard",
    "analytics",
    "appMenu",
    "chatter",
    "connect",
    "process",
    "quickActions",
    "search",
    "wave",
)


def _refuse(resource: str, rest: str = "") -> Response:
    raise NotSupportedHere(f"{resource}/{rest}" if rest else resource)


for _resource in RESOURCES:
    for _url in (f"/{_resource}", f"/{_resource}/<path:rest>"):
        blueprint.add_url_rule(_url, _url, _refuse, methods=_METHODS, defaults={"resource": _resource})
