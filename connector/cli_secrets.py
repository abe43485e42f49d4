"""`connector provider rotate-webhook-secret`: two secrets are valid while one replaces the other."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from connector.app import Container

Containers = Callable[[], AbstractContextManager[Container]]
ReadSecret = Callable[[str, Path | None, str], str]


def add_rotation(app: typer.Typer, container: Containers, read_secret: ReadSecret, out: Console) -> None:
    """The command `rotate-webhook-secret`."""

    @app.command("rotate-webhook-secret")
    def rotate(
        account: Annotated[str, typer.Argument(help="As `provider list` shows it.")],
        finish: Annotated[
            bool, typer.Option("--finish", help="From now on only the new secret is valid.")
        ] = False,
        secret_file: Annotated[
            Path | None, typer.Option(exists=True, help="File with the new secret.")
        ] = None,
    ) -> None:
        """Make a new webhook secret valid beside the old one; with --finish, the new one alone.

        The secret comes from the file, from CONNECTOR_PROVIDER_WEBHOOK_SECRET or a prompt. Running servers
        take it over with the next delivery.
        """
        with container() as box:
            if finish:
                box.rotate_webhook_secret.finish(account)
                out.print(f"Account {account}: only the newest secret is valid.")
                return
            secret = read_secret("New webhook secret", secret_file, "CONNECTOR_PROVIDER_WEBHOOK_SECRET")
            box.rotate_webhook_secret.begin(account, secret)
        out.print(f"Account {account}: both secrets are valid. Change it at the platform now, and when no")
        out.print("delivery with the old one is under way any more, run this again with --finish.")
