"""`connector api-key`: the keys with which orgs' flows call the connector."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console

from connector.app import Container
from connector.domain.api_key import ApiKey, Scope


def commands(
    container: Callable[[], AbstractContextManager[Container]],
    only_org: Callable[[Container], str],
    out: Console,
) -> typer.Typer:
    """create, rotate, list and revoke. only_org: the one connected org, where none is named."""
    app = typer.Typer(no_args_is_help=True, help="Keys with which an org's flows call the connector.")

    def show_once(text: str, key: ApiKey) -> None:
        out.print(f"Key {key.key_id} for org {key.org_id}. It is shown this once:", highlight=False)
        out.print(text, highlight=False, soft_wrap=True)

    @app.command()
    def create(
        org: Annotated[str, typer.Option(help="Org Id; not needed while there is one.")] = "",
        name: Annotated[str, typer.Option(help="What people call the key.")] = "flows",
        scope: Annotated[Scope, typer.Option(help="read: look up, list, preview. send: everything.")] = (
            Scope.SEND
        ),
    ) -> None:
        """Make a key and show it, once. It goes into the external credential's parameter ApiKey."""
        with container() as box:
            text, key = box.api_access.create(org or only_org(box), name, scope)
        show_once(text, key)

    @app.command()
    def rotate(
        key_id: Annotated[str, typer.Argument(help="As `connector api-key list` shows it.")],
        days: Annotated[float, typer.Option(help="How long the old key still opens.", min=0)] = 7,
    ) -> None:
        """Make a key in the place of another, which goes on to open until you have entered the new one."""
        with container() as box:
            text, key = box.api_access.rotate(key_id, timedelta(days=days))
        show_once(text, key)
        out.print(f"Key {key_id} opens for {days:g} more days.", highlight=False)

    @app.command("list")
    def list_keys() -> None:
        """The keys that open the API, without what opens."""
        with container() as box:
            for key in box.api_access.all():
                out.print(_line(key), highlight=False, soft_wrap=True, markup=False)

    @app.command()
    def revoke(key_id: Annotated[str, typer.Argument(help="As `connector api-key list` shows it.")]) -> None:
        """Close the API to a key, from now on."""
        with container() as box:
            box.api_access.revoke(key_id)
        out.print("Revoked.")

    return app


def _line(key: ApiKey) -> str:
    used = f"last used {key.used_at:%Y-%m-%d %H:%M}" if key.used_at else "never used"
    ends = f", ends {key.ends_at:%Y-%m-%d %H:%M}" if key.ends_at else ""
    made = f"{key.created_at:%Y-%m-%d %H:%M}"
    return f"{key.key_id}  {key.org_id}  {made}  {key.scope.value}  {used}{ends}  {key.name}"
