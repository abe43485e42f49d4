"""The REST resources.

Each module's `blueprint` is relative to `/services/data/<version>`; the application takes the version off, so
that views do not see it.
"""

from flask import Blueprint

from emulators.salesforce.bulk1 import resources as bulk1
from emulators.salesforce.rest import query, tooling

DATA_BLUEPRINTS: list[Blueprint] = [query.blueprint, tooling.blueprint]
ASYNC_BLUEPRINTS: list[Blueprint] = [bulk1.blueprint]
