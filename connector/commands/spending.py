"""`connector budget`, `connector team` and `connector approval`: who may spend what, and who has to agree."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connector.commands.running import AsJson, container, only_org, out, say, say_json
from connector.domain.audit import COMMAND_LINE
from connector.domain.budget import BudgetHolder, BudgetUse, GiftBudget, Period, Team
from connector.domain.keys import team_key
from connector.domain.money import Money, MoneyInvalid
from connector.domain.record_id import case_safe_id
from connector.errors import ConfigurationError

if TYPE_CHECKING:
    from connector.app import Container

_ORG = typer.Option(help="Org Id; not needed while there is one.")
_CAMPAIGN = typer.Option(help="Id or name of a mapped Campaign.")
_TEAM = typer.Option(help="Name of a team.")
_USER = typer.Option(help="Id of a Salesforce user.")
_PERIOD = typer.Option(help="When it begins anew.")


budget_app = typer.Typer(no_args_is_help=True, help="What may be spent on gifts.")


@budget_app.command("set")
def set_budget(
    limit: Annotated[str, typer.Argument(help="Such as 5000.00")],
    currency: Annotated[str, typer.Option(help="ISO 4217, such as EUR")],
    campaign: Annotated[str, _CAMPAIGN] = "",
    team: Annotated[str, _TEAM] = "",
    user: Annotated[str, _USER] = "",
    period: Annotated[Period, _PERIOD] = Period.TOTAL,
    org: Annotated[str, _ORG] = "",
) -> None:
    """A gift that would pass the limit is refused, with the reason. Of the org where nobody is named."""
    money = _money(limit, currency)
    with container() as box:
        org_id = org or only_org(box)
        budget = replace(_holder(box, org_id, campaign, team, user), limit=money, period=period)
        box.set_terms.budget(budget, COMMAND_LINE)
    out.print(f"{money} for {_named(budget)}, {period.value}.", highlight=False)


@budget_app.command("list")
def list_budgets(as_json: AsJson = False) -> None:
    """Limits, and what of them is reserved and spent in the current period."""
    with container() as box, box.store.read() as unit:
        budgets = list(unit.gift_budgets.all())
        uses = [unit.gift_budgets.use(budget, now=box.clock()) for budget in budgets]
    if as_json:
        say_json([_shown(budget, use) for budget, use in zip(budgets, uses, strict=True)])
        return
    for budget, use in zip(budgets, uses, strict=True):
        currency = budget.limit.currency
        say(
            f"{budget.org_id}  {budget.holder.value}  {budget.scope or '-'}  {budget.name or '-'}  "
            f"{budget.period.value}  limit {budget.limit}  "
            f"reserved {Money(use.reserved, currency)}  spent {Money(use.spent, currency)}  "
            f"remaining {Money(max(0, budget.limit.minor_units - use.total), currency)}"
        )


def _shown(budget: GiftBudget, use: BudgetUse) -> dict[str, Any]:
    """Amounts in minor units of the limit's currency."""
    return {
        "org_id": budget.org_id,
        "holder": budget.holder.value,
        "scope": budget.scope,
        "name": budget.name,
        "period": budget.period.value,
        "currency": budget.limit.currency,
        "limit": budget.limit.minor_units,
        "reserved": use.reserved,
        "spent": use.spent,
    }


@budget_app.command("remove")
def remove_budget(
    campaign: Annotated[str, _CAMPAIGN] = "",
    team: Annotated[str, _TEAM] = "",
    user: Annotated[str, _USER] = "",
    period: Annotated[Period, _PERIOD] = Period.TOTAL,
    org: Annotated[str, _ORG] = "",
) -> None:
    """No limit any more."""
    with container() as box:
        org_id = org or only_org(box)
        budget = replace(_holder(box, org_id, campaign, team, user), period=period)
        box.set_terms.remove_budget(org_id, budget.budget_id, COMMAND_LINE)
    out.print("Removed.")


team_app = typer.Typer(no_args_is_help=True, help="Users who share budgets.")


@team_app.command("set")
def set_team(
    name: Annotated[str, typer.Argument(help="Such as North")],
    user: Annotated[list[str], typer.Option(help="Id of a member; once for each.")],
    org: Annotated[str, _ORG] = "",
) -> None:
    """Its members become exactly these users."""
    with container() as box:
        org_id = org or only_org(box)
        members = {_user_id(given): "" for given in user}
        team = Team(team_id=team_key(org_id, name), org_id=org_id, name=name.strip(), members=members)
        box.set_terms.team(team, COMMAND_LINE)
    out.print(f"{name}: {len(members)} members.", highlight=False)


@team_app.command("list")
def list_teams(org: Annotated[str, _ORG] = "", as_json: AsJson = False) -> None:
    """Teams and their members."""
    with container() as box:
        org_id = org or only_org(box)
        with box.store.read() as unit:
            teams = list(unit.teams.of_org(org_id))
    if as_json:
        say_json([{"name": team.name, "members": list(team.members)} for team in teams])
        return
    for team in teams:
        say(f"{team.name}  {' '.join(team.members)}")


@team_app.command("remove")
def remove_team(name: Annotated[str, typer.Argument()], org: Annotated[str, _ORG] = "") -> None:
    """With its budgets."""
    with container() as box:
        org_id = org or only_org(box)
        box.set_terms.remove_team(org_id, team_key(org_id, name), COMMAND_LINE)
    out.print("Removed.")


approval_app = typer.Typer(no_args_is_help=True, help="Which gifts wait for a person.")


@approval_app.command()
def show(org: Annotated[str, _ORG] = "", as_json: AsJson = False) -> None:
    """The rules, and how many gifts wait now."""
    with container() as box:
        org_id = org or only_org(box)
        with box.store.read() as unit:
            rules, waiting = unit.approval_rules.of_org(org_id), unit.gift_pages.awaiting_approval(org_id)
    if as_json:
        above = rules.above
        say_json(
            {
                "above": above and {"minor_units": above.minor_units, "currency": above.currency},
                "gift_campaigns": [":".join(pair) for pair in sorted(rules.gift_campaigns)],
                "four_eyes": rules.four_eyes,
                "days": rules.days,
                "waiting": waiting,
            }
        )
        return
    out.print(f"above {rules.above or 'no value'}", highlight=False)
    for (account_id, gift_campaign_id), name in sorted(rules.gift_campaigns.items()):
        out.print(f"always: {account_id}  {gift_campaign_id}  {name}", highlight=False)
    out.print(f"four eyes: {'yes' if rules.four_eyes else 'no'}  days to decide: {rules.days}")
    out.print(f"{waiting} gifts wait.")


@approval_app.command("set")
def set_rules(
    above: Annotated[str, typer.Option(help="Such as 100.00; empty for no limit of value.")] = "",
    currency: Annotated[str, typer.Option(help="ISO 4217, such as EUR")] = "",
    gift_campaign: Annotated[
        list[str] | None,
        typer.Option(help="account:gift-campaign whose gifts always wait; once for each."),
    ] = None,
    four_eyes: Annotated[
        bool, typer.Option(help="Nobody decides about a gift that is sent in their own name.")
    ] = True,
    days: Annotated[int, typer.Option(min=1, max=365, help="To decide in.")] = 14,
    org: Annotated[str, _ORG] = "",
) -> None:
    """In place of all rules so far."""
    limit = _money(above, currency) if above else None
    with container() as box:
        org_id = org or only_org(box)
        with box.store.read() as unit:
            rules = unit.approval_rules.of_org(org_id)
        always = {_pair(given): rules.gift_campaigns.get(_pair(given), "") for given in gift_campaign or []}
        rules = replace(rules, above=limit, gift_campaigns=always, four_eyes=four_eyes, days=days)
        box.set_terms.approval_rules(rules, COMMAND_LINE)
    out.print("Set.")


def _money(amount: str, currency: str) -> Money:
    try:
        return Money.parse(amount, currency)
    except MoneyInvalid as error:
        raise typer.BadParameter(str(error)) from None


def _pair(given: str) -> tuple[str, str]:
    account_id, colon, gift_campaign_id = given.partition(":")
    if not (account_id and colon and gift_campaign_id):
        raise typer.BadParameter(f"{given!r} is not account:gift-campaign")
    return account_id, gift_campaign_id


def _user_id(given: str) -> str:
    user_id = case_safe_id(given)
    if not user_id.startswith("005"):
        raise typer.BadParameter(f"{given!r} is not the Id of a user")
    return user_id


def _holder(box: "Container", org_id: str, campaign: str, team: str, user: str) -> GiftBudget:
    """A budget of whoever is named, without its limit and period."""
    if sum(map(bool, (campaign, team, user))) > 1:
        raise typer.BadParameter("Name a Campaign, a team or a user, not several of them")
    nothing = Money(0, "EUR")
    if campaign:
        link_id, name = _link(box, org_id, campaign)
        return GiftBudget(
            org_id=org_id, limit=nothing, holder=BudgetHolder.CAMPAIGN, scope=link_id, name=name
        )
    if team:
        team_id = team_key(org_id, team)
        with box.store.read() as unit:
            found = unit.teams.get(org_id, team_id)
        if found is None:
            raise ConfigurationError("No such team", code="no_team", remedy="run `connector team set`")
        return GiftBudget(
            org_id=org_id, limit=nothing, holder=BudgetHolder.TEAM, scope=team_id, name=found.name
        )
    if user:
        return GiftBudget(org_id=org_id, limit=nothing, holder=BudgetHolder.USER, scope=_user_id(user))
    return GiftBudget(org_id=org_id, limit=nothing)


def _named(budget: GiftBudget) -> str:
    return budget.name or budget.scope or "the org"


def _link(box: "Container", org_id: str, campaign: str) -> tuple[str, str]:
    """Id of the link, and its Campaign's name."""
    with box.store.read() as unit:
        links = [link for link in unit.links.all() if campaign in {link.campaign_id, link.campaign_name}]
    for link in links:
        if link.org_id == org_id:
            return link.link_id, link.campaign_name
    raise ConfigurationError("No such Campaign is mapped", code="no_link", remedy="run `connector map`")
