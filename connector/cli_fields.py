"""`connector fields`: where recipients' attributes stand."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer
from rich.console import Console

from connector.app import Container
from connector.domain.field_mapping import Attribute, MappingInvalid

Containers = Callable[[], AbstractContextManager[Container]]
OnlyOrg = Callable[[Container], str]


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
