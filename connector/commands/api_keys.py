"""`connector api-key`: the keys with which orgs' flows call the connector."""

from datetime import timedelta
from typing import Annotated

import typer

from connector.commands.running import AsJson, OrgOption, container, only_org, out, say, say_json
from connector.domain.api_key import ApiKey, Scope

app = typer.Typer(no_args_is_help=True, help="Keys with which an org's flows call the connector.")


def _show_once(text: str, key: ApiKey) -> None:
    out.print(f"Key {key.key_id} for org {key.org_id}. It is shown this once:", highlight=False)
    out.print(text, highlight=False, soft_wrap=True)


@app.command()
def create(
    org: OrgOption = "",
    name: Annotated[str, typer.Option(help="What people call the key.")] = "flows",
    scope: Annotated[Scope, typer.Option(help="read: look up, list, preview. send: everything.")] = (
        Scope.SEND
    ),
) -> None:
    """Make a key and show it, once. It goes into the external credential's parameter ApiKey."""
    with container() as box:
        text, key = box.api_access.create(org or only_org(box), name, scope)
    _show_once(text, key)


@app.command()
def rotate(
    key_id: Annotated[str, typer.Argument(help="As `connector api-key list` shows it.")],
    days: Annotated[float, typer.Option(help="How long the old key still opens.", min=0)] = 7,
) -> None:
    """Make a key in the place of another, which goes on to open until you have entered the new one."""
    with container() as box:
        text, key = box.api_access.rotate(key_id, timedelta(days=days))
    _show_once(text, key)
    out.print(f"Key {key_id} opens for {days:g} more days.", highlight=False)


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """The keys that open the API, without what opens."""
    with container() as box:
        keys = list(box.api_access.all())
    if as_json:
        say_json([_shown(key) for key in keys])
        return
    for key in keys:
        say(_line(key))


@app.command()
def revoke(key_id: Annotated[str, typer.Argument(help="As `connector api-key list` shows it.")]) -> None:
    """Close the API to a key, from now on."""
    with container() as box:
        box.api_access.revoke(key_id)
    out.print("Revoked.")


def _shown(key: ApiKey) -> dict[str, object]:
    names = ("key_id", "org_id", "name", "created_at", "used_at", "ends_at")
    return {**{name: getattr(key, name) for name in names}, "scope": key.scope.value}


def _line(key: ApiKey) -> str:
    used = f"last used {key.used_at:%Y-%m-%d %H:%M}" if key.used_at else "never used"
    ends = f", ends {key.ends_at:%Y-%m-%d %H:%M}" if key.ends_at else ""
    made = f"{key.created_at:%Y-%m-%d %H:%M}"
    return f"{key.key_id}  {key.org_id}  {made}  {key.scope.value}  {used}{ends}  {key.name}"
