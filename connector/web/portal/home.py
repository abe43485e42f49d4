"""The first page after signing in."""

from datetime import datetime
from typing import Any, Protocol

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.domain.portal_session import Role
from connector.ports import Clock
from connector.services.gifts.dashboard import PERIODS, Dashboard, TellDashboard
from connector.services.gifts.held_gifts import HeldGifts
from connector.services.operations.notices import Notices
from connector.web.portal.charts import Chart, amounts, bar_chart
from connector.web.portal.container import PortalContainer
from connector.web.portal.pages import Place, show_in_navigation
from connector.web.portal.viewer import recognise


class TellsOrgsState(Protocol):
    """services.state_of_org.StateOfOrg."""

    def __call__(self, org_id: str) -> dict[str, Any]: ...


class HomeContainer(PortalContainer, Protocol):
    """What this page needs."""

    @property
    def state_of_org(self) -> TellsOrgsState: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def dashboard(self) -> TellDashboard: ...
    @property
    def held_gifts(self) -> HeldGifts: ...

    clock: Clock


def blueprint(container: HomeContainer) -> Blueprint:
    """GET /: how the org's gifting stands, or the way to sign in."""
    views = Blueprint("home", __name__)
    place = Place("Home", "home.index", order=0, icon="home", roles=(Role.SENDER, Role.MANAGER))
    views.record_once(lambda setup: show_in_navigation(setup.app, place))

    @views.get("/")
    def index() -> Response | str:
        session = recognise(container)
        if session is None:
            return redirect(url_for("sign_in.page", org=request.args.get("org") or None))
        if session.may(Role.OPERATOR):
            return render_template("portal/operator.html", held=container.held_gifts())
        days = request.args.get("days", type=int)
        dashboard = container.dashboard(session.org_id, days if days in PERIODS else PERIODS[0])
        now = container.clock()
        return render_template(
            "portal/home.html",
            state=container.state_of_org(session.org_id),
            notices=container.notices(session.org_id) if session.may(Role.MANAGER) else [],
            dashboard=dashboard,
            charts=_charts(dashboard),
            periods=PERIODS,
            waits_request=_waited(dashboard.queue.oldest_request, now),
            waits_write=_waited(dashboard.queue.oldest_write, now),
        )

    return views


def _charts(dashboard: Dashboard) -> list[Chart]:
    spend = [
        bar_chart(f"spend-{currency}", series, amounts(currency))
        for currency, series in dashboard.spend.items()
    ]
    return [
        bar_chart("sent", dashboard.sent),
        bar_chart("claimed", dashboard.claimed),
        *spend,
        bar_chart("failed", dashboard.failed),
    ]


def _waited(since: datetime | None, now: datetime) -> str:
    """How long, in the largest unit that fits; empty where nothing waits."""
    if since is None:
        return ""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"
