"""`localorg`: start, look at and reset the local org.

    localorg start                     serves until SIGTERM or Ctrl-C, and prints its addresses
    eval "$(localorg env)"             what cci, sf and Python clients need to reach it
    localorg status                    whether it answers, and its API usage
    localorg reset                     back to a fresh org, while it runs
    localorg snapshot save NAME        keeps what it holds; restore NAME goes back; list shows the names

`env` gives the org to CumulusCI as a CI gives it a real one: an org named `local`, logged in to by JWT with
the release engineer's own client app (consumer key and RSA key, made at the first start and kept in the state
directory; pre-authorised for admin@local.example). What it prints opens a server on the loopback interface
and nothing else.
"""

import json
import os
import shlex
import signal
import ssl
import threading
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import Annotated, Any
from urllib.parse import quote

import typer

from emulators.salesforce.ci_app import ADMIN_USERNAME, ensure_ci_app
from emulators.salesforce.environment import client_environment
from emulators.salesforce.oauth.endpoints import MY_DOMAIN_URL
from emulators.salesforce.oauth.passwords import SEEDED_PASSWORD
from emulators.salesforce.running import RunningOrg
from emulators.salesforce.store.seed import USERS
from emulators.salesforce.tls import write_private

app = typer.Typer(help="A local Salesforce org emulator.", no_args_is_help=True, add_completion=False)

DEFAULT_STATE = Path(".local/org")
DEFAULT_PORT = 8443
_RUNNING_FILE = "running.json"
_TIMEOUT_SECONDS = 10.0

State = Annotated[Path, typer.Option(help="Where the org, its certificates and its keys are kept.")]


class NotRunning(typer.Exit):
    """Nothing answers for this state directory."""


@app.command()
def start(
    state: State = DEFAULT_STATE,
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = DEFAULT_PORT,
    proxy_port: Annotated[
        int | None,
        typer.Option(help="Serve *.salesforce.com and *.force.com through a CONNECT proxy; 0: a free port."),
    ] = None,
    full: Annotated[
        bool,
        typer.Option("--full", help="A fresh org describes hundreds of standard objects more, all empty."),
    ] = False,
) -> None:
    """Serve the org until SIGTERM or Ctrl-C. What it holds is kept for the next start."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    with RunningOrg(state, port=port, proxy_port=proxy_port, full=full) as running:
        record = {"pid": os.getpid(), "base_url": running.base_url, "org_id": running.org.org_id}
        if running.proxy:
            record["proxy_url"] = running.proxy.url
        write_private(state / _RUNNING_FILE, json.dumps(record).encode())
        typer.echo(f"Local org        {running.base_url}")
        typer.echo(f"for CumulusCI    {running.instance_url}")
        if running.proxy:
            typer.echo(f"proxy            {running.proxy.url}")
        typer.echo(f"log in as        {', '.join(user.username for user in USERS)}")
        typer.echo(f"password         {SEEDED_PASSWORD} for each of them, until it is changed")
        typer.echo(f"trust            {running.certificates.bundle}")
        typer.echo("Ready.")
        stop.wait()
    (state / _RUNNING_FILE).unlink(missing_ok=True)


@app.command()
def env(
    state: State = DEFAULT_STATE,
    name: Annotated[str, typer.Option(help="The org's name in CumulusCI.")] = "local",
    proxy: Annotated[bool, typer.Option("--proxy", help="Reach the org by Salesforce's own names.")] = False,
) -> None:
    """Print shell exports for CumulusCI, sf, Python and node clients of the running org."""
    variables = environment(state, name) | (proxy_environment(state, name) if proxy else {})
    for key, value in variables.items():
        typer.echo(f"export {key}={shlex.quote(value)}")


def environment(state: Path, name: str = "local") -> dict[str, str]:
    """The variables of `localorg env`. Raises NotRunning when no org serves from the directory."""
    base_url = _running(state)["base_url"]
    return client_environment(
        base_url,
        ensure_ci_app(state / "ci"),
        bundle=(state / "tls" / "bundle.pem").resolve(),
        authority=(state / "tls" / "ca.pem").resolve(),
        name=name,
    )


def proxy_environment(state: Path, name: str = "local") -> dict[str, str]:
    """What changes for clients that come through the proxy.

    Raises NotRunning when the org was started without one.
    """
    proxy_url = _running(state).get("proxy_url")
    if not proxy_url:
        typer.echo("This local org has no proxy: start it with --proxy-port.", err=True)
        raise NotRunning(code=1)
    org = {"username": ADMIN_USERNAME, "instance_url": MY_DOMAIN_URL}
    here = "localhost,127.0.0.1"
    return {
        f"CUMULUSCI_ORG_{name}": json.dumps(org),
        "SF_AUDIENCE_URL": "https://login.salesforce.com",
        **dict.fromkeys(("HTTPS_PROXY", "https_proxy"), proxy_url),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), here),
    }


@app.command()
def status(state: State = DEFAULT_STATE) -> None:
    """Say whether the org answers, and how many API calls it has counted."""
    health = _call(state, "GET", "health")
    usage = _call(state, "GET", "api-usage")
    typer.echo(f"{_running(state)['base_url']}  {health['name']} {health['org_id']}  {health['status']}")
    typer.echo(f"API calls {usage['used']} of {usage['allocation']}")


@app.command()
def reset(state: State = DEFAULT_STATE) -> None:
    """Back to a fresh org: records, metadata, sessions. The CI app and the certificates stay."""
    _call(state, "POST", "reset")
    typer.echo("The org is fresh.")


snapshot = typer.Typer(help="Keep what the org holds, and go back to it.", no_args_is_help=True)
app.add_typer(snapshot, name="snapshot")
_Name = Annotated[str, typer.Argument(help="Letters, digits, - and _.")]


@snapshot.command("save")
def save_snapshot(name: _Name, state: State = DEFAULT_STATE) -> None:
    """Keep records, metadata and sessions under a name."""
    _call(state, "POST", "snapshots", {"name": name})
    typer.echo(f"Kept as {name}.")


@snapshot.command("restore")
def restore_snapshot(name: _Name, state: State = DEFAULT_STATE) -> None:
    """Make the org what it was."""
    _call(state, "POST", f"snapshots/{quote(name, safe='')}/restore")
    typer.echo(f"The org is as {name}.")


@snapshot.command("list")
def list_snapshots(state: State = DEFAULT_STATE) -> None:
    """The names of what is kept."""
    for name in _call(state, "GET", "snapshots"):
        typer.echo(name)


def _running(state: Path) -> dict[str, Any]:
    path = state / _RUNNING_FILE
    if not path.exists():
        typer.echo(
            f"No local org runs from {state}: start one with `localorg start --state {state}`.", err=True
        )
        raise NotRunning(code=1)
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def _call(state: Path, method: str, resource: str, sent: dict[str, str] | None = None) -> Any:
    """One call of the control API. Ends the command when nothing answers, or what was asked is refused."""
    base_url = _running(state)["base_url"]
    trust = ssl.create_default_context(cafile=str(state / "tls" / "ca.pem"))
    request = urllib.request.Request(  # noqa: S310 -- https, from our own file
        f"{base_url}/_control/{resource}",
        method=method,
        data=None if sent is None else json.dumps(sent).encode(),
        headers={} if sent is None else {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS, context=trust) as response:  # noqa: S310 -- as above
            body = response.read()
    except urllib.error.HTTPError as error:
        typer.echo(f"Refused: {error.read().decode()}", err=True)
        raise typer.Exit(code=1) from error
    except urllib.error.URLError as error:
        typer.echo(f"{base_url} does not answer: {error.reason}", err=True)
        raise NotRunning(code=1) from error
    return json.loads(body) if body else {}


if __name__ == "__main__":
    app()
