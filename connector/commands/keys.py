"""`connector keys rotate`: a new key for what is encrypted at rest."""

import time
from typing import Annotated

import typer

from connector.commands.running import container, out, say
from connector.errors import ConfigurationError

app = typer.Typer(no_args_is_help=True, help="The keys that encrypt tokens and secrets at rest.")


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
    from connector.adapters.store.reencrypt import encrypt_again
    from connector.domain.audit import COMMAND_LINE
    from connector.secret_key import KeyRing, add_key, drop_old_keys
    from connector.services.audit import record

    with container() as box:
        if box.settings.secret_keys.get_secret_value():
            raise ConfigurationError(
                "The keys come from CONNECTOR_SECRET_KEYS",
                code="keys_given",
                remedy="put a new one first there, restart everything, run `connector keys encrypt-again`,"
                " and take the old one away",
            )
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
            record(unit, box.clock(), org_id="", actor=COMMAND_LINE, action="keys.rotated", details=details)
    out.print(f"{rows} rows were encrypted again; {dropped} old keys are gone. Back up the key file.")


@app.command("encrypt-again")
def again() -> None:
    """Encrypt everything with the newest key, where the keys come from CONNECTOR_SECRET_KEYS."""
    from connector.adapters.store.reencrypt import encrypt_again

    with container() as box:
        rows = encrypt_again(box.sql_store, box.keys.is_newest)
    out.print(f"{rows} rows were encrypted again.")


@app.command("new")
def new() -> None:
    """Print a fresh key, for CONNECTOR_SECRET_KEYS."""
    from connector.secret_key import new_key

    say(new_key())
