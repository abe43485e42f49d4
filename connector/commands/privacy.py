"""`connector privacy` and `connector audit`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from connector.commands.running import AsJson, OrgOption, container, only_org, out, say_json
from connector.domain.audit import COMMAND_LINE

_Who = Annotated[str, typer.Argument(help="E-mail address, or Id of a Contact or Lead.")]


privacy_app = typer.Typer(no_args_is_help=True, help="What is kept of a person.")


@privacy_app.command()
def export(
    who: _Who,
    file: Annotated[Path, typer.Option("--output", help="File to write; must not exist yet.")],
    org: OrgOption = "",
) -> None:
    """Write all that connector and Salesforce keep on a person's gifts into a file."""
    if file.exists():
        raise typer.BadParameter(f"{file} exists already")
    with container() as box:
        document = box.privacy.export(org or only_org(box), who, actor=COMMAND_LINE)
    file.touch(mode=0o600)
    file.write_text(document)
    out.print(f"Written to {file}.", soft_wrap=True)


@privacy_app.command()
def erase(
    who: _Who,
    org: OrgOption = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: it cannot be undone.")] = False,
) -> None:
    """Erase a person's data here and on the gifts in Salesforce. Opt them out of gifts there by hand."""
    with container() as box:
        org_id = org or only_org(box)
        kept = box.privacy.find(org_id, who)
        question = f"Erase {len(kept.gifts)} gifts and {len(kept.deliveries)} webhooks for good?"
        if not yes and not typer.confirm(question):
            raise typer.Exit(1)
        done = box.privacy.erase(org_id, who, actor=COMMAND_LINE)
    out.print(f"Erased: {done.gifts} gifts and {done.deliveries} webhooks.")
    out.print("Set Gift Opt Out on their records in Salesforce: the connector's own user may not.")
    for key in done.withheld:
        out.print(f"Still under way, so left: {key}. Erase again when it is settled.", soft_wrap=True)
    for gift_id in done.provider_gift_ids:
        out.print(f"Ask the gifting platform to erase {gift_id}.", soft_wrap=True)


audit_app = typer.Typer(no_args_is_help=True, help="The log of who changed what.")


@audit_app.command()
def verify(as_json: AsJson = False) -> None:
    """Check every entry against its seal. Keep the last seals elsewhere: they show a cut-off end."""
    with container() as box:
        verdicts = {org_id: box.verify_audit(org_id) for org_id in box.verify_audit.orgs()}
    broken = any(verdict.broken_at is not None for verdict in verdicts.values())
    if as_json:
        say_json({org_id: asdict(verdict) for org_id, verdict in verdicts.items()})
    else:
        for org_id, verdict in verdicts.items():
            name = f"Org {org_id}" if org_id else "No org"
            told = f"{verdict.entries} entries, last seal {verdict.last_seal}"
            if verdict.broken_at is not None:
                told = f"changed at entry {verdict.broken_at}; the {verdict.entries} before it are sound"
            out.print(f"{name}: {told}", soft_wrap=True)
    if broken:
        raise typer.Exit(5)
