"""`connector keys rotate`: a new key for what is encrypted at rest."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer
from rich.console import Console

from connector.adapters.store.reencrypt import encrypt_again
from connector.app import Container
from connector.secret_key import KeyRing, add_key, drop_old_keys
from connector.services.audit import COMMAND_LINE, record

Containers = Callable[[], AbstractContextManager[Container]]


def key_commands(container: Containers, out: Console) -> typer.Typer:
    """The group `keys`."""
    app = typer.Typer(no_args_is_help=True, help="The keys that encrypt tokens and secrets at rest.")

    @app.callback()
    def group() -> None:
        """The keys that encrypt tokens and secrets at rest."""

    @app.command()
    def rotate(
        add_only: Annotated[
            bool,
            typer.Option(
                "--add-only", help="Stop after adding the key, to copy the key file to other machines first."
            ),
        ] = False,
        grace_seconds: Annotated[
            float, typer.Option(min=0, help="Wait for what running processes are writing with the old key.")
        ] = 30.0,
    ) -> None:
        """Add a key, encrypt everything with it, and drop the old ones. Cut off, it is simply run again.

        Running processes of this machine take the new key over by themselves. On several machines run it with
        --add-only, copy the key file to all of them, then run it again without.
        """
        with container() as box:
            path = box.settings.key_file
            ring = KeyRing(path)
            added = add_key(path)
            out.print("Added a key." if added else "Going on with the key that an earlier run added.")
            if add_only:
                return
            rows = encrypt_again(box.sql_store, ring.is_newest)
            time.sleep(grace_seconds)
            while late := encrypt_again(box.sql_store, ring.is_newest):
                rows += late
            dropped = drop_old_keys(path)
            with box.store.write() as unit:
                details = {"rows": rows, "dropped": dropped}
                record(
                    unit, box.clock(), org_id="", actor=COMMAND_LINE, action="keys.rotated", details=details
                )
        out.print(f"{rows} rows were encrypted again; {dropped} old keys are gone. Back up the key file.")

    return app
