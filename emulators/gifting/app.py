"""The WSGI application: public API, control side, failures on demand."""

import time

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from emulators.gifting.api import api, check_version_then_token, name_the_request, the_platform
from emulators.gifting.brilliant.api import PREFIX, check_key, storefront
from emulators.gifting.brilliant.api import not_found as no_such_page
from emulators.gifting.control import control
from emulators.gifting.errors import ApiError, Problem, not_found
from emulators.gifting.faults import AFTER, BEFORE
from emulators.gifting.gifting_platform import Platform

HANG_UP = "gifting.hang_up"
"""WSGI environment key: a callable that cuts the connection, put there by the server."""


def create_app(platform: Platform) -> Flask:
    """The application over one platform. The caller starts and stops the platform."""
    app = Flask(__name__)
    # A name that leads to this machine does not make its owner's pages part of it.
    app.config["TRUSTED_HOSTS"] = ["localhost", "127.0.0.1", "[::1]"]
    app.extensions["gifting"] = platform
    app.register_blueprint(api)
    app.register_blueprint(storefront)
    app.register_blueprint(control)
    app.before_request(_admit)
    # The last one registered runs first.
    app.after_request(name_the_request)
    app.after_request(_fail_afterwards)
    app.register_error_handler(ApiError, _answer)
    app.register_error_handler(HTTPException, _answer_http)
    return app


def _admit() -> Response | None:
    """Rate limit and failures on demand come before version and token, as a gateway would have it."""
    if request.blueprint == "control" or request.path.startswith("/_control"):
        return None
    platform = the_platform()
    platform.rate_limit.take()
    fault = platform.faults.take(request.method, request.path)
    g.fault = fault
    if fault and fault.delay_seconds:
        time.sleep(fault.delay_seconds)
    if fault and fault.when == BEFORE:
        if fault.hang_up:
            return _hang_up()
        if fault.status:
            raise fault.as_error()
    if _is_brilliants():
        return check_key()
    check_version_then_token()
    return None


def _fail_afterwards(response: Response) -> Response:
    fault = g.get("fault")
    if fault is None or fault.when != AFTER:
        return response
    if fault.hang_up:
        return _hang_up()
    return _answer(fault.as_error()) if fault.status else response


def _hang_up() -> Response:
    """Cut the connection. What is returned reaches nobody."""
    request.environ[HANG_UP]()
    return Response(status=500)


def _answer(error: ApiError) -> Response:
    response = jsonify(error.as_json())
    response.status_code = error.status
    response.headers.update(error.headers)
    return response


def _is_brilliants() -> bool:
    return request.path == PREFIX or request.path.startswith(f"{PREFIX}/")


def _answer_http(problem: HTTPException) -> Response:
    if problem.code == 404:
        return no_such_page() if _is_brilliants() else _answer(not_found("Route"))
    status = problem.code or 500
    code = problem.name.lower().replace(" ", "_")
    return _answer(ApiError(status, Problem("api_error", code, problem.name)))
