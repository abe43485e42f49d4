"""`connector fields`: where recipients' attributes stand."""

from typing import Annotated

import typer

from connector.commands.running import AsJson, OrgOption, container, only_org, out, say, say_json
from connector.domain.audit import COMMAND_LINE
from connector.domain.field_mapping import Attribute, MappingInvalid
from connector.services.storage.terms import MappingPlace

app = typer.Typer(no_args_is_help=True, help="Where recipients' attributes stand in Salesforce.")


@app.command()
def show(org: OrgOption = "", as_json: AsJson = False) -> None:
    """The field of every attribute, in Contact and Lead."""
    with container() as box:
        org_id = org or only_org(box)
        with box.store.read() as unit:
            paths = {name: unit.mappings.get(org_id, name).paths for name in ("Contact", "Lead")}
        place = box.keep_mapping.source(org_id).place
    if as_json:
        say_json({sobject: {key.value: path for key, path in of.items()} for sobject, of in paths.items()})
        return
    say(f"Kept in the {place}.")
    for sobject, of in paths.items():
        for attribute, path in of.items():
            say(f"{sobject}.{path}  {attribute.value}")


@app.command("keep")
def keep(
    where: Annotated[MappingPlace, typer.Argument(help="connector, or org: its Gift Field Mapping records")],
    org: OrgOption = "",
) -> None:
    """Where the mapping is kept. The org's own records are tried first."""
    with container() as box:
        org_id = org or only_org(box)
        if where is MappingPlace.CONNECTOR:
            box.keep_mapping.keep_here(org_id, actor=COMMAND_LINE)
            out.print("Kept in the connector, beginning with what held until now.")
            return
        unused = box.keep_mapping.keep_in_org(org_id, actor=COMMAND_LINE)
    out.print("Kept in the org: its records of Gift Field Mapping count, and are read before every run.")
    for record in unused:
        say(f"not used: {record.name}")


@app.command("set")
def set_field(
    sobject: Annotated[str, typer.Argument(help="Contact or Lead")],
    attribute: Annotated[Attribute, typer.Argument()],
    path: Annotated[str, typer.Argument(help="API name of the field; empty for the default.")],
    org: OrgOption = "",
) -> None:
    """Read an attribute from another field, tried in the org first."""
    with container() as box:
        try:
            box.map_field(org or only_org(box), sobject, attribute, path)
        except MappingInvalid as error:
            raise typer.BadParameter(str(error)) from None
    out.print("Mapped.")
