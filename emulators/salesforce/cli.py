"""`localorg`: start, look at and reset the local org.

    localorg start                     serves until SIGTERM or Ctrl-C, and prints its addresses
    eval "$(localorg env)"             what cci, sf and Python clients need to reach it
    localorg status                    whether it answers, and its API usage
    localorg reset                     back to a fresh org, while it runs
    localorg deploy package.zip        deploys a package; assign, create and query work on the org's records
    localorg snapshot save NAME        keeps what it holds; restore NAME goes back; list shows the names

`env` gives the org to CumulusCI as a CI gives it a real one: an org named `local`, logged in to by JWT with
the release engineer's own client app (consumer key and RSA key, made at the first start and kept in the state
directory; pre-authorised for admin@local.example). What it prints opens a server on the loopback interface
and nothing else.
"""

import json
import os
import re
import shlex
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated
from urllib.parse import quote

import typer

from emulators.salesforce.ci_app import ADMIN_USERNAME, ensure_ci_app
from emulators.salesforce.environment import client_environment
from emulators.salesforce.running_client import RUNNING_FILE, NotRunning, Refused, RunningClient
from emulators.salesforce.state_folder import InUse, held
from emulators.salesforce.tls import write_private

app = typer.Typer(help="A local Salesforce org emulator.", no_args_is_help=True)

DEFAULT_STATE = Path(".local/org")
DEFAULT_PORT = 8443
_LAST_PORT = 65535

State = Annotated[Path, typer.Option(help="Where the org, its certificates and its keys are kept.")]


@app.command()
def start(
    state: State = DEFAULT_STATE,
    port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=_LAST_PORT)] = DEFAULT_PORT,
    proxy_port: Annotated[
        int | None,
        typer.Option(
            help="Serve *.salesforce.com and *.force.com through a CONNECT proxy; 0: a free port.",
            min=0,
            max=_LAST_PORT,
        ),
    ] = None,
    full: Annotated[
        bool,
        typer.Option("--full", help="A fresh org describes hundreds of standard objects more, all empty."),
    ] = False,
) -> None:
    """Serve the org until SIGTERM or Ctrl-C. What it holds is kept for the next start."""
    from emulators.salesforce.oauth.passwords import SEEDED_PASSWORD
    from emulators.salesforce.running import RunningOrg
    from emulators.salesforce.store.seed import USERS

    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    with ExitStack() as serving:
        with _told_why_not(state):
            serving.enter_context(held(state))
            org = RunningOrg(state, port=port, proxy_port=proxy_port, full=full)
            running = serving.enter_context(org)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, on_signal)
        record = {"pid": os.getpid(), "base_url": running.base_url, "org_id": running.org.org_id}
        if running.proxy:
            record["proxy_url"] = running.proxy.url
        write_private(state / RUNNING_FILE, json.dumps(record).encode())
        typer.echo(f"Local org        {running.base_url}")
        typer.echo(f"for CumulusCI    {running.instance_url}")
        if running.proxy:
            typer.echo(f"proxy            {running.proxy.url}")
        typer.echo(f"log in as        {', '.join(user.username for user in USERS)}")
        typer.echo(f"password         {SEEDED_PASSWORD} for each of them, until it is changed")
        typer.echo(f"trust            {running.certificates.bundle}")
        typer.echo("Ready.")
        stop.wait()
        (state / RUNNING_FILE).unlink(missing_ok=True)


@contextmanager
def _told_why_not(state: Path) -> Iterator[None]:
    """End the command with a sentence where the org cannot be served."""
    try:
        yield
    except InUse as error:
        told = f"A local org runs from {state} already: see `localorg status --state {state}`."
        typer.echo(told, err=True)
        raise typer.Exit(code=1) from error
    except OSError as error:
        told = "Another --port (0 takes a free one) or another --state may do."
        typer.echo(f"The org cannot be served: {error}. {told}", err=True)
        raise typer.Exit(code=1) from error


@app.command()
def env(
    state: State = DEFAULT_STATE,
    name: Annotated[str, typer.Option(help="The org's name in CumulusCI.")] = "local",
    proxy: Annotated[bool, typer.Option("--proxy", help="Reach the org by Salesforce's own names.")] = False,
) -> None:
    """Print shell exports for CumulusCI, sf, Python and node clients of the running org."""
    with _org(state):
        variables = environment(state, name) | (proxy_environment(state, name) if proxy else {})
    for key, value in variables.items():
        typer.echo(f"export {key}={shlex.quote(value)}")


def environment(state: Path, name: str = "local") -> dict[str, str]:
    """The variables of `localorg env`. Raises NotRunning when no org serves from the directory."""
    return client_environment(
        RunningClient(state).record["base_url"],
        ensure_ci_app(state / "ci"),
        bundle=(state / "tls" / "bundle.pem").resolve(),
        authority=(state / "tls" / "ca.pem").resolve(),
        name=name,
    )


def proxy_environment(state: Path, name: str = "local") -> dict[str, str]:
    """What changes for clients that come through the proxy.

    Raises NotRunning when the org was started without one.
    """
    from emulators.salesforce.oauth.endpoints import MY_DOMAIN_URL

    proxy_url = RunningClient(state).record.get("proxy_url")
    if not proxy_url:
        raise NotRunning("This local org has no proxy: start it with --proxy-port.")
    org = {"username": ADMIN_USERNAME, "instance_url": MY_DOMAIN_URL}
    here = "localhost,127.0.0.1"
    return {
        f"CUMULUSCI_ORG_{name}": json.dumps(org),
        "SF_AUDIENCE_URL": "https://login.salesforce.com",
        **dict.fromkeys(("HTTPS_PROXY", "https_proxy"), proxy_url),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), here),
    }


@app.command()
def status(
    state: State = DEFAULT_STATE,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say whether the org answers, and how many API calls it has counted."""
    with _org(state) as org:
        base_url = org.record["base_url"]
        health = org.control("GET", "health")
        usage = org.control("GET", "api-usage")
    if as_json:
        typer.echo(json.dumps({"base_url": base_url, **health, "api_usage": usage}, indent=2))
        return
    typer.echo(f"{base_url}  {health['name']} {health['org_id']}  {health['status']}")
    typer.echo(f"API calls {usage['used']} of {usage['allocation']}")


@app.command()
def reset(state: State = DEFAULT_STATE) -> None:
    """Back to a fresh org: records, metadata, sessions. The CI app and the certificates stay."""
    with _org(state) as org:
        org.control("POST", "reset")
    typer.echo("The org is fresh.")


snapshot = typer.Typer(help="Keep what the org holds, and go back to it.", no_args_is_help=True)
app.add_typer(snapshot, name="snapshot")
_Name = Annotated[str, typer.Argument(help="Letters, digits, - and _.")]


@snapshot.command("save")
def save_snapshot(name: _Name, state: State = DEFAULT_STATE) -> None:
    """Keep records, metadata and sessions under a name."""
    with _org(state) as org:
        org.control("POST", "snapshots", {"name": name})
    typer.echo(f"Kept as {name}.")


@snapshot.command("restore")
def restore_snapshot(name: _Name, state: State = DEFAULT_STATE) -> None:
    """Make the org what it was."""
    with _org(state) as org:
        org.control("POST", f"snapshots/{quote(name, safe='')}/restore")
    typer.echo(f"The org is as {name}.")


@snapshot.command("list")
def list_snapshots(state: State = DEFAULT_STATE) -> None:
    """The names of what is kept."""
    with _org(state) as org:
        names = org.control("GET", "snapshots")
    for name in names:
        typer.echo(name)


@app.command()
def deploy(
    package: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Zip with a package.xml.")],
    state: State = DEFAULT_STATE,
) -> None:
    """Deploy a zip in the Metadata API's format, all of it or nothing."""
    with _org(state) as org:
        deployed = org.deploy(package.read_bytes())
    typer.echo(f"{deployed} components deployed.")


@app.command()
def create(
    sobject: Annotated[str, typer.Argument(help="Such as Contact.")],
    values: Annotated[list[str], typer.Argument(help="FIELD=VALUE, repeatable.")],
    state: State = DEFAULT_STATE,
) -> None:
    """Make a record as the administrator, and print its Id."""
    pairs = [value.partition("=") for value in values]
    if not all(equals for _, equals, _ in pairs):
        raise typer.BadParameter("a value is FIELD=VALUE")
    with _org(state) as org:
        typer.echo(org.create(sobject, {field: value for field, _, value in pairs}))


@app.command()
def query(soql: Annotated[str, typer.Argument()], state: State = DEFAULT_STATE) -> None:
    """The records that a query finds (one page of them), as JSON."""
    with _org(state) as org:
        rows = org.query(soql)
    typer.echo(json.dumps([{k: v for k, v in row.items() if k != "attributes"} for row in rows], indent=2))


@app.command()
def assign(
    permission_set: Annotated[str, typer.Argument(help="API name, such as Gift_Integration.")],
    username: Annotated[str, typer.Argument(help="Such as admin@local.example.")],
    state: State = DEFAULT_STATE,
) -> None:
    """Assign a permission set to a user."""
    with _org(state) as org:
        ids = []
        for field, name, sobject in (
            ("Name", permission_set, "PermissionSet"),
            ("Username", username, "User"),
        ):
            if not re.fullmatch(r"[\w.@+-]+", name):
                raise Refused(f"{name} is no {sobject}")
            found = org.query(f"SELECT Id FROM {sobject} WHERE {field} = '{name}'")  # noqa: S608 - looked at above
            if not found:
                raise Refused(f"There is no {sobject} {name}")
            ids.append(found[0]["Id"])
        org.create("PermissionSetAssignment", {"PermissionSetId": ids[0], "AssigneeId": ids[1]})
    typer.echo("Assigned.")


@contextmanager
def _org(state: Path) -> Iterator[RunningClient]:
    """The served org; what goes wrong ends the command with one line."""
    try:
        yield RunningClient(state)
    except (NotRunning, Refused) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(code=1) from error


if __name__ == "__main__":
    app()
