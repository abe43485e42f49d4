"""Budgets, and the teams that share them."""

from typing import Protocol

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.domain.budget import BudgetHolder, BudgetUse, GiftBudget, Period, Team
from connector.domain.keys import team_key
from connector.domain.money import Money, MoneyInvalid
from connector.domain.portal_session import PortalSession, Role
from connector.domain.record_id import case_safe_id
from connector.errors import CallerError
from connector.ports import Clock, SalesforceOrg
from connector.services.gifts.set_terms import SetTerms
from connector.services.sign_in.find_users import find_users, named_users
from connector.services.storage.store import Store
from connector.web.portal.container import PortalContainer
from connector.web.portal.pages import PortalPages
from connector.web.portal.viewer import refusal, viewer

_DONE = {
    "set": "The budget is set.",
    "removed": "The budget is removed.",
    "team": "The team is saved.",
    "team-removed": "The team is removed, with its budgets.",
}
_HOLDERS = [
    (BudgetHolder.ORG.value, "The whole org"),
    (BudgetHolder.CAMPAIGN.value, "A Campaign"),
    (BudgetHolder.TEAM.value, "A team"),
    (BudgetHolder.USER.value, "A person"),
]


class BudgetsContainer(PortalContainer, Protocol):
    """What these pages need."""

    @property
    def store(self) -> Store: ...

    clock: Clock

    @property
    def set_terms(self) -> SetTerms: ...
    def open_org_as(self, session: PortalSession) -> SalesforceOrg: ...


def blueprint(container: BudgetsContainer) -> Blueprint:
    """/budgets, for managers."""
    views = PortalPages(
        "budgets",
        container,
        role=Role.MANAGER,
        url_prefix="/budgets",
        label="Budgets",
        order=40,
        icon="moneybag",
    )

    @views.get("/")
    def index() -> str:
        org_id, now = viewer().org_id, container.clock()
        with container.store.read() as unit:
            budgets = [
                _shown(budget, unit.gift_budgets.use(budget, now=now))
                for budget in unit.gift_budgets.of_org(org_id)
            ]
            teams = unit.teams.of_org(org_id)
        done = _DONE.get(request.args.get("done", ""), "")
        return render_template("portal/budgets/list.html", budgets=budgets, teams=teams, done=done)

    @views.get("/new")
    def new() -> str:
        return _form(container)

    @views.post("/new")
    def set_budget() -> Response | str:
        """Whom it is for is looked up again: the form only names it."""
        budget, errors = _sent_budget(container)
        if budget is None:
            return _form(container, errors)
        container.set_terms.budget(budget, viewer().username)
        return redirect(url_for("budgets.index", done="set"), code=303)

    @views.post("/<budget_id>/remove")
    def remove(budget_id: str) -> Response:
        try:
            container.set_terms.remove_budget(viewer().org_id, budget_id, viewer().username)
        except CallerError:
            return refusal(404, "There is no such budget", "It may have been removed already.")
        return redirect(url_for("budgets.index", done="removed"), code=303)

    _add_teams(views, container)
    return views


def _sent_budget(container: BudgetsContainer) -> tuple[GiftBudget | None, dict[str, str]]:
    """What the form sent, or what is wrong with it by field."""
    errors: dict[str, str] = {}
    scope, name = _scope(container, request.form.get("holder", ""), request.form.get("scope", ""))
    if name is None:
        errors["scope"] = "Choose whose budget it is."
    limit = Money(0, "EUR")
    try:
        limit = Money.parse(request.form.get("limit", ""), request.form.get("currency", ""))
    except MoneyInvalid as error:
        errors["limit"] = str(error)
    if errors:
        return None, errors
    budget = GiftBudget(
        org_id=viewer().org_id,
        limit=limit,
        holder=BudgetHolder(request.form["holder"]),
        scope=scope,
        period=_period(request.form.get("period", "")),
        name=name or "",
    )
    return budget, {}


def _add_teams(views: PortalPages, container: BudgetsContainer) -> None:
    @views.get("/teams/new")
    def new_team() -> str:
        return _team_form(container, "", {}, request.args.get("q", ""))

    @views.get("/teams/<team_id>")
    def team(team_id: str) -> Response | str:
        with container.store.read() as unit:
            found = unit.teams.get(viewer().org_id, team_id)
        if found is None:
            return refusal(404, "There is no such team", "It may have been removed.")
        return _team_form(container, found.name, dict(found.members), "", team_id=team_id)

    @views.post("/teams")
    def save_team() -> Response | str:
        """button: search for more people, keeping who is chosen, or save."""
        org_id, name = viewer().org_id, request.form.get("name", "").strip()[:80]
        ids = [user_id for given in request.form.getlist("member") if (user_id := case_safe_id(given))]
        members = named_users(container.open_org_as(viewer()), ids)
        team_id = request.form.get("team_id", "")
        if request.form.get("button") == "search":
            return _team_form(container, name, members, request.form.get("q", ""), team_id=team_id)
        if not name:
            return _team_form(container, name, members, "", team_id=team_id, error="A team needs a name.")
        with container.store.read() as unit:
            known = unit.teams.get(org_id, team_id) if team_id else None
        team_id = known.team_id if known else team_key(org_id, name)
        container.set_terms.team(
            Team(team_id=team_id, org_id=org_id, name=name, members=members), viewer().username
        )
        return redirect(url_for("budgets.index", done="team"), code=303)

    @views.post("/teams/<team_id>/remove")
    def remove_team(team_id: str) -> Response:
        try:
            container.set_terms.remove_team(viewer().org_id, team_id, viewer().username)
        except CallerError:
            return refusal(404, "There is no such team", "It may have been removed already.")
        return redirect(url_for("budgets.index", done="team-removed"), code=303)


def _shown(budget: GiftBudget, use: BudgetUse) -> dict[str, object]:
    currency = budget.limit.currency
    return {
        "budget": budget,
        "holder": dict(_HOLDERS)[budget.holder.value],
        "reserved": Money(use.reserved, currency),
        "spent": Money(use.spent, currency),
        "remaining": Money(max(0, budget.limit.minor_units - use.total), currency),
        "is_over": use.total > budget.limit.minor_units,
        "used": use.total,
    }


def _form(container: BudgetsContainer, errors: dict[str, str] | None = None) -> str:
    """One step after the other: whose kind of budget, then who, then how much."""
    given = request.values
    holder = given.get("holder", "")
    people, words = {}, given.get("q", "").strip()
    if holder == BudgetHolder.USER and words:
        people = find_users(container.open_org_as(viewer()), words)
    return render_template(
        "portal/budgets/new.html",
        holders=_HOLDERS,
        holder=holder if holder in dict(_HOLDERS) else "",
        choices=people or _choices(container, holder),
        words=words,
        given=given,
        periods=[(period.value, _PERIODS[period]) for period in Period],
        errors=errors or {},
    )


_PERIODS = {
    Period.TOTAL: "In total",
    Period.MONTH: "Each month",
    Period.QUARTER: "Each quarter",
    Period.YEAR: "Each year",
}


def _choices(container: BudgetsContainer, holder: str) -> dict[str, str]:
    """Id to name of those that the connector knows itself."""
    org_id = viewer().org_id
    with container.store.read() as unit:
        if holder == BudgetHolder.CAMPAIGN:
            return {link.link_id: link.campaign_name for link in unit.links.all() if link.org_id == org_id}
        if holder == BudgetHolder.TEAM:
            return {team.team_id: team.name for team in unit.teams.of_org(org_id)}
    return {}


def _scope(container: BudgetsContainer, holder: str, scope: str) -> tuple[str, str | None]:
    """The id and the name of what the viewer's org has; no name for what it does not have."""
    if holder == BudgetHolder.ORG:
        return "", ""
    if holder == BudgetHolder.USER:
        user_id = case_safe_id(scope)
        found = named_users(container.open_org_as(viewer()), [user_id]) if user_id else {}
        return user_id, found.get(user_id)
    return scope, _choices(container, holder).get(scope)


def _period(text: str) -> Period:
    return Period(text) if text in set(Period) else Period.TOTAL


def _team_form(
    container: BudgetsContainer,
    name: str,
    members: dict[str, str],
    words: str,
    *,
    team_id: str = "",
    error: str = "",
) -> str:
    found = find_users(container.open_org_as(viewer()), words) if words.strip() else {}
    return render_template(
        "portal/budgets/team.html",
        team_id=team_id,
        name=name,
        members=members,
        found={user_id: shown for user_id, shown in found.items() if user_id not in members},
        words=words,
        error=error,
    )
