"""The REST resources.

Each module's `blueprint` is relative to `/services/data/<version>`; the application takes the version off, so
that views do not see it.
"""

from flask import Blueprint

from emulators.salesforce.bulk1 import resources as bulk1
from emulators.salesforce.rest import (
    actions,
    batch,
    changes,
    collections,
    composite,
    describe,
    graph,
    layouts,
    limits,
    list_views,
    named_credentials,
    query,
    screens,
    search,
    sobjects,
    tooling,
    tree,
    ui_api,
    unsupported,
    versions,
)

DATA_BLUEPRINTS: list[Blueprint] = [
    actions.blueprint,
    batch.blueprint,
    changes.blueprint,
    collections.blueprint,
    composite.blueprint,
    describe.blueprint,
    graph.blueprint,
    layouts.blueprint,
    limits.blueprint,
    list_views.blueprint,
    named_credentials.blueprint,
    query.blueprint,
    screens.blueprint,
    search.blueprint,
    sobjects.blueprint,
    tooling.blueprint,
    tree.blueprint,
    ui_api.blueprint,
    unsupported.blueprint,
    versions.blueprint,
]
ROOT_BLUEPRINTS: list[Blueprint] = [versions.versions_blueprint]
ASYNC_BLUEPRINTS: list[Blueprint] = [bulk1.blueprint]
