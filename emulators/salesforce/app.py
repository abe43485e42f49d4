"""The local org as a WSGI application."""

from copy import copy
from functools import cache

from flask import Config, Flask
from werkzeug.exceptions import HTTPException

from emulators.salesforce import gate
from emulators.salesforce.bulk2 import ingest_resources, query_resources
from emulators.salesforce.compression import inflate_body
from emulators.salesforce.control import blueprint as control
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.faults import FaultInjector
from emulators.salesforce.host import EXTENSION, Host
from emulators.salesforce.lightning.component_files import ComponentFiles
from emulators.salesforce.lightning.pages import blueprint as lightning
from emulators.salesforce.lightning.pages import flows
from emulators.salesforce.metadata.client_apps import deployed_clients
from emulators.salesforce.metadata.rest import blueprint as metadata_deploys
from emulators.salesforce.middleware import BodyFirst, MethodOverride, OneAtATime, PathForms, ShortHeads
from emulators.salesforce.oauth.authorize import blueprint as authorize
from emulators.salesforce.oauth.clients import Clients
from emulators.salesforce.oauth.endpoints import blueprint as oauth
from emulators.salesforce.oauth.id_tokens import blueprint as id_tokens
from emulators.salesforce.oauth.login import blueprint as login
from emulators.salesforce.oauth.passwords import Passwords
from emulators.salesforce.oauth.sessions import Sessions
from emulators.salesforce.org import Org
from emulators.salesforce.proxy import PROXIED_DOMAINS
from emulators.salesforce.rest import ASYNC_BLUEPRINTS, DATA_BLUEPRINTS, ROOT_BLUEPRINTS
from emulators.salesforce.rest.ui_api import blueprint as ui_api
from emulators.salesforce.soap.endpoint import blueprint as soap


def create_app(org: Org) -> Flask:
    """The whole org over HTTP.

    Every request holds the org's lock from the end of its body to its answer, except while a fault makes it
    wait. The path forms of
    the instance URL (`/emu.my.salesforce.com` and `/emu.lightning.force.com`) are served like the root.
    """
    app = copy(_routed())
    app.config = Config(app.root_path, app.config)
    app.extensions = {}
    faults = FaultInjector(ComponentFiles(BodyFirst(OneAtATime(app.wsgi_app, org.lock))))
    app.wsgi_app = PathForms(ShortHeads(MethodOverride(faults)))  # type: ignore[method-assign]  # the way Flask documents
    serving = Host(org, Sessions(org), Clients(org, deployed_clients), Passwords(org), faults)
    serving.prepare()
    app.extensions[EXTENSION] = serving
    return app


@cache
def _routed() -> Flask:
    """An application with every route and no org.

    To compile the routes takes longer than all the rest of an org, so that the orgs of a process share them.
    """
    app = Flask("localorg", static_folder=None)
    app.config["TRUSTED_HOSTS"] = ["localhost", ".localhost", "127.0.0.1", "[::1]", *PROXIED_DOMAINS]
    app.config["PROPAGATE_EXCEPTIONS"] = None
    app.url_map.strict_slashes = False
    for blueprint in (
        *DATA_BLUEPRINTS,
        metadata_deploys,
        ingest_resources.blueprint,
        query_resources.blueprint,
    ):
        app.register_blueprint(blueprint, url_prefix="/services/data/<version>")
    for blueprint in ASYNC_BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix="/services/async/<version>")
    app.register_blueprint(ui_api, name="lightning_ui_api", url_prefix="/lightning")
    for blueprint in (oauth, id_tokens, authorize, login, lightning, flows, soap, control, *ROOT_BLUEPRINTS):
        app.register_blueprint(blueprint)
    app.url_value_preprocessor(gate.take_version)
    app.before_request(gate.authenticate)
    app.before_request(gate.refuse_xml)
    app.before_request(inflate_body)
    app.after_request(gate.report_usage)
    app.register_error_handler(SalesforceError, gate.as_rest_errors)
    app.register_error_handler(HTTPException, gate.as_api_error)
    return app
