"""The API that flows call stays within what External Services reads.

Source: Salesforce Help, External Services Considerations and Schema Definition Naming.
"""

import re
from collections.abc import Iterator

from metagen.errors import Problem
from metagen.model.package import ConnectorApp
from metagen.model.spec import Spec

DOCUMENT_LIMIT = 100_000
NAME_LIMIT = 80
# Without it Salesforce refuses the signed token of users who were authorised in advance.
NEEDED_SCOPE = "RefreshToken"
APEX_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*")


def problems_of(spec: Spec) -> Iterator[Problem]:
    """A document that is too long, names that Apex could not have, and scopes that let nobody in."""
    yield from _scopes(spec.package.connector_app)
    api, service = spec.api, spec.package.connector_service
    if len(api.document) > DOCUMENT_LIMIT:
        yield Problem(api.where, f"the API has {len(api.document)} characters; {DOCUMENT_LIMIT} fit")
    if not api.operations:
        yield Problem(api.where, "the API has no operation")
    names = [*api.operations, *api.schemas, *(field for fields in api.schemas.values() for field in fields)]
    for name in names:
        if not APEX_NAME.fullmatch(name) or len(name) > NAME_LIMIT:
            yield Problem(api.where, f"{name} is no name that Apex could have")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", service.name):
        yield Problem(service.name.where, f"{service.name} begins names of types, so it takes no underscore")
    if not service.placeholder_url.startswith("https://"):
        yield Problem(service.placeholder_url.where, "a named credential's address begins with https://")


def _scopes(app: ConnectorApp) -> Iterator[Problem]:
    if NEEDED_SCOPE not in app.scopes:
        yield Problem(app.where, f"{app.name} needs the scope {NEEDED_SCOPE} for its signed tokens")
