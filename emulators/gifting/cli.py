"""localgifting: the local gifting platform as a command."""

import secrets
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from emulators.gifting.app import create_app
from emulators.gifting.gifting_platform import Platform
from emulators.gifting.server import GiftingServer

app = typer.Typer(no_args_is_help=True, help="The local gifting platform.")


@app.callback()
def main() -> None:
    """The local gifting platform: &Open's public API (2026-05) and Brilliant's Storefront API (V2)."""


@app.command()
def start(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 8920,
    state: Annotated[Path | None, typer.Option(help="SQLite file; without it nothing survives.")] = None,
    token: Annotated[str, typer.Option(help="Bearer token; without it a new one is made and printed.")] = "",
) -> None:
    """Serve until SIGINT or SIGTERM. The first lines printed are the addresses, the token and a key."""
    try:
        platform = Platform(
            state=":memory:" if state is None else str(state),
            token=token or f"ao-v1-staging-{secrets.token_urlsafe(24)}",
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    server = GiftingServer(create_app(platform), port=port)
    try:
        server.start()
    except OSError as error:
        told = "Another --port may do; 0 takes a free one."
        typer.echo(f"The platform cannot be served: {error}. {told}", err=True)
        raise typer.Exit(code=1) from error
    stop = _stop_requested()
    platform.start()
    typer.echo(f"API:     {server.base_url}")
    typer.echo(f"Control: {server.base_url}/_control")
    typer.echo(f"Token:   {platform.token}")
    typer.echo(f"Brilliant key and secret: {platform.brilliant_credentials}")
    stop.wait()
    server.stop()
    platform.stop()


def _stop_requested() -> threading.Event:
    """Set on SIGINT and SIGTERM."""
    requested = threading.Event()

    def request_stop(_signal: int, _frame: FrameType | None) -> None:
        requested.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, request_stop)
    return requested


if __name__ == "__main__":
    app()
