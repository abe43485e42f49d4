"""The Flask application."""

import re
from uuid import uuid4

import structlog
from flask import Flask, Response, abort, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from connector.web import health, metrics, webhooks
from connector.web.api.document import add_api
from connector.web.api.problems import problem_of
from connector.web.container import WebContainer
from connector.web.portal import add_portal
from connector.web.portal.viewer import refusal
from connector.web.problems import problem

log = structlog.get_logger(__name__)

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_FOR_PROGRAMS = ("/api/", "/webhooks/", "/health/", "/metrics")
_ADVICE = {
    404: "There is no such page. It may have been moved, or the address was cut.",
    405: "This address is not for that. Go back, and use the page's own buttons.",
    429: "Too many requests came from here. Wait a minute, and try again.",
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(container: WebContainer) -> Flask:
    """The application over a container whose database is up to date."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = container.webhook_max_bytes
    app.register_blueprint(webhooks.blueprint(container))
    app.register_blueprint(health.blueprint(container))
    app.register_blueprint(metrics.blueprint(container))
    app.before_request(_name_the_request)
    app.before_request(_refuse_zero_bytes)
    app.after_request(_finish)
    add_api(app, container)
    add_portal(app, container)
    if container.trusted_proxies:
        hops = container.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    app.register_error_handler(Exception, _unexpected)
    app.register_error_handler(HTTPException, _refused)
    return app


def _name_the_request() -> None:
    """Take over the caller's request id where it is one, and put it into every log line."""
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _refuse_zero_bytes() -> None:
    """No text of ours holds one, and PostgreSQL takes none.

    Bodies that programs send are not looked at: the API's by its schemas, webhooks' are kept as bytes.
    """
    sent = [*request.args.items(multi=True)]
    if not request.path.startswith(_FOR_PROGRAMS):
        sent += request.form.items(multi=True)
    if "\0" in request.path or any("\0" in text for pair in sent for text in pair):
        abort(400)


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    # The rule, not the path: the path of a webhook may hold what proves that its sender may call it.
    route = request.url_rule.rule if request.url_rule else ""
    log.debug("request", method=request.method, route=route, status=response.status_code)
    return response


def _refused(error: HTTPException) -> BaseResponse:
    """What Flask itself refuses: a page for people, a problem for programs."""
    if _is_for_people():
        advice = _ADVICE.get(error.code or 500, "Go back, reload the page, and try again.")
        return refusal(error.code or 500, error.name, advice)
    return problem_of(error)


def _unexpected(error: Exception) -> BaseResponse:
    log.error("request_failed", error=type(error).__name__, exc_info=error)
    if _is_for_people():
        return refusal(
            500, "Something went wrong here", "It was logged. Tell an administrator the request id."
        )
    return problem(500, "Internal Server Error", "The failure was logged under this request id.")


def _is_for_people() -> bool:
    """Whether a browser asked for a page; programs have addresses of their own and say what they read."""
    return (
        not request.path.startswith(_FOR_PROGRAMS)
        and request.accept_mimetypes.accept_html
        and (request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html")
    )
