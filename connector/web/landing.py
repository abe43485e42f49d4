"""The front page: how things stand, in numbers."""

from flask import Blueprint, render_template

from connector.web.container import WebContainer


def blueprint(container: WebContainer) -> Blueprint:
    """GET /."""
    views = Blueprint("landing", __name__, template_folder="templates")

    @views.get("/")
    def front_page() -> str:
        return render_template("landing.html", state=container.state_in_numbers())

    return views
