"""`connector api-key`: the keys with which orgs' flows call the connector."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer
from rich.console import Console

from connector.app import Container


def commands(
    container: Callable[[], AbstractContextManager[Container]],
    only_org: Callable[[Container], str],
    out: Console,
) -> typer.Typer:
    """create, list and revoke. only_org: the one connected org, where none is named."""
    app = typer.Typer(no_args_is_help=True, help="Keys with which an org's flows call the connector.")

    @app.command()
    def create(
        org: Annotated[str, typer.Option(help="Org Id; not needed while there is one.")] = "",
        name: Annotated[str, typer.Option(help="What people call the key.")] = "flows",
    ) -> None:
        """Make a key and show it, once. It goes into the external credential's parameter ApiKey."""
        with container() as box:
            text, key = box.api_access.create(org or only_org(box), name)
        out.print(f"Key {key.key_id} for org {key.org_id}. It is shown this once:", highlight=False)
        out.print(text, highlight=False, soft_wrap=True)

    @app.command("list")
    def list_keys() -> None:
        """The keys that open the API, without what opens."""
        with container() as box:
            for key in box.api_access.all():
                line = f"{key.key_id}  {key.org_id}  {key.created_at:%Y-%m-%d %H:%M}  {key.name}"
                out.print(line, highlight=False, soft_wrap=True, markup=False)

    @app.command()
    def revoke(key_id: Annotated[str, typer.Argument(help="As `connector api-key list` shows it.")]) -> None:
        """Close the API to a key, from now on."""
        with container() as box:
            box.api_access.revoke(key_id)
        out.print("Revoked.")

    return app
