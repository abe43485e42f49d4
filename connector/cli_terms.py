"""`connector budget` and `connector fields`: what may be spent, and where recipients' attributes stand."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer
from rich.console import Console

from connector.app import Container
from connector.domain.budget import GiftBudget, Period
from connector.domain.field_mapping import Attribute, MappingInvalid
from connector.domain.money import Money, MoneyInvalid
from connector.errors import ConfigurationError

Containers = Callable[[], AbstractContextManager[Container]]
OnlyOrg = Callable[[Container], str]


def budget_commands(container: Containers, only_org: OnlyOrg, out: Console) -> typer.Typer:
    """set, list and remove."""
    app = typer.Typer(no_args_is_help=True, help="What may be spent on gifts.")

    @app.command("set")
    def set_budget(
        limit: Annotated[str, typer.Argument(help="Such as 5000.00")],
        currency: Annotated[str, typer.Option(help="ISO 4217, such as EUR")],
        campaign: Annotated[
            str, typer.Option(help="Id or name of a mapped Campaign; the org if empty.")
        ] = "",
        period: Annotated[Period, typer.Option(help="When it begins anew.")] = Period.TOTAL,
        org: Annotated[str, typer.Option(help="Org Id; not needed while there is one.")] = "",
    ) -> None:
        """A gift that would pass the limit is refused, with the reason."""
        try:
            money = Money.parse(limit, currency)
        except MoneyInvalid as error:
            raise typer.BadParameter(str(error)) from None
        with container() as box:
            org_id = org or only_org(box)
            scope = _scope(box, org_id, campaign)
            with box.store.write() as unit:
                unit.gift_budgets.save(GiftBudget(org_id=org_id, limit=money, scope=scope, period=period))
        out.print(f"{money} in {campaign or 'the org'}, {period.value}.", highlight=False)

    @app.command("list")
    def list_budgets() -> None:
        """Limits, and what of them is reserved and spent in the current period."""
        with container() as box, box.store.read() as unit:
            for budget in unit.gift_budgets.all():
                use, currency = unit.gift_budgets.use(budget, now=box.clock()), budget.limit.currency
                out.print(
                    f"{budget.org_id}  {budget.scope or 'org'}  {budget.period.value}  limit {budget.limit}  "
                    f"reserved {Money(use.reserved, currency)}  spent {Money(use.spent, currency)}",
                    highlight=False,
                    soft_wrap=True,
                )

    @app.command()
    def remove(
        campaign: Annotated[
            str, typer.Option(help="Id or name of a mapped Campaign; the org if empty.")
        ] = "",
        org: Annotated[str, typer.Option(help="Org Id; not needed while there is one.")] = "",
    ) -> None:
        """No limit any more."""
        with container() as box:
            org_id = org or only_org(box)
            scope = _scope(box, org_id, campaign)
            with box.store.write() as unit:
                unit.gift_budgets.remove(org_id, scope)
        out.print("Removed.")

    return app


def field_commands(container: Containers, only_org: OnlyOrg, out: Console) -> typer.Typer:
    """Show and set."""
    app = typer.Typer(no_args_is_help=True, help="Where recipients' attributes stand in Salesforce.")

    @app.command()
    def show(org: Annotated[str, typer.Option(help="Org Id; not needed while there is one.")] = "") -> None:
        """The field of every attribute, in Contact and Lead."""
        with container() as box:
            org_id = org or only_org(box)
            with box.store.read() as unit:
                for sobject in ("Contact", "Lead"):
                    for attribute, path in unit.mappings.get(org_id, sobject).paths.items():
                        out.print(f"{sobject}.{path}  {attribute.value}", highlight=False)

    @app.command("set")
    def set_field(
        sobject: Annotated[str, typer.Argument(help="Contact or Lead")],
        attribute: Annotated[Attribute, typer.Argument()],
        path: Annotated[str, typer.Argument(help="API name of the field; empty for the default.")],
        org: Annotated[str, typer.Option(help="Org Id; not needed while there is one.")] = "",
    ) -> None:
        """Read an attribute from another field, tried in the org first."""
        with container() as box:
            try:
                box.map_field(org or only_org(box), sobject, attribute, path)
            except MappingInvalid as error:
                raise typer.BadParameter(str(error)) from None
        out.print("Mapped.")

    return app


def _scope(box: Container, org_id: str, campaign: str) -> str:
    """The link's id, or empty for the org."""
    if not campaign:
        return ""
    with box.store.read() as unit:
        links = [link for link in unit.links.all() if campaign in {link.campaign_id, link.campaign_name}]
    for link in links:
        if link.org_id == org_id:
            return link.link_id
    raise ConfigurationError("No such Campaign is mapped", code="no_link", remedy="run `connector map`")
