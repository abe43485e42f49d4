"""Signs of life for whoever watches the process."""

from flask import Blueprint, Response

from connector.errors import ConfigurationError, TemporaryError
from connector.web.container import WebContainer
from connector.web.problems import problem


def blueprint(container: WebContainer) -> Blueprint:
    """GET /health/live and /health/ready."""
    views = Blueprint("health", __name__, url_prefix="/health")

    @views.get("/live")
    def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "live"}

    @views.get("/ready")
    def ready() -> dict[str, str] | Response:
        """The database answers and has the schema of this program; 503 otherwise."""
        try:
            container.check_ready()
        except (ConfigurationError, TemporaryError) as error:
            return problem(503, "Service Unavailable", f"{error}: {error.remedy}", code=error.code)
        return {"status": "ready"}

    return views
