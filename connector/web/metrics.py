"""GET /metrics, for Prometheus: from this machine, or with a token."""

import hmac
import ipaddress

from flask import Blueprint, Response, request

from connector.web.container import WebContainer
from connector.web.problems import problem

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


def blueprint(container: WebContainer) -> Blueprint:
    """The page holds figures and counters, and nothing about people."""
    views = Blueprint("metrics", __name__)

    @views.get("/metrics")
    def metrics() -> Response:
        """403 for whoever is elsewhere and has no token."""
        if not (_is_local(container.trusted_proxies) or _has(container.metrics_token)):
            return problem(403, "Forbidden", "Ask from this machine, or with the token as bearer.")
        return Response(container.metrics_page(), content_type=_TEXT)

    return views


def _is_local(trusted_proxies: int) -> bool:
    """Behind a proxy that nobody told us to trust, everybody seems to be on this machine: then nobody is.

    So it is where fewer proxies than are trusted say whom they speak for.
    """
    is_through_proxies = any(name in request.headers for name in _FORWARDED)
    spoken_for = [each for each in request.headers.get("X-Forwarded-For", "").split(",") if each.strip()]
    if is_through_proxies and not 0 < trusted_proxies <= len(spoken_for):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _has(token: str) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())
