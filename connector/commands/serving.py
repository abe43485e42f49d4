"""`connector init`, `run`, `serve`, `worker`, `janitor`, `setup-link` and `openapi`: the program itself."""

import sys
from typing import TYPE_CHECKING

import typer

from connector.commands.running import container, out
from connector.loading import load

if TYPE_CHECKING:
    from connector.app import Container

app = typer.Typer()

_SERVING = ("connector.serve", "connector.adapters.jobs.dbos_engine")


@app.command()
def init() -> None:
    """Make the data directory, the key file and the database. Does nothing to what is there."""
    from connector.secret_key import make_key_file

    with container(any_schema=True) as box:
        key_file, given = box.settings.key_file, bool(box.settings.secret_keys.get_secret_value())
        box.settings.data_dir.mkdir(parents=True, exist_ok=True)
        made = not given and make_key_file(key_file)
        box.sql_store.upgrade()
        box.engine.prepare()
        with box.store.read() as unit:
            is_new = not unit.connections.orgs()
        link = _new_setup_link(box) if is_new else ""
    place = "CONNECTOR_SECRET_KEYS" if given else f"the key file {key_file}"
    out.print(f"{'Made' if made else 'Kept'} {place}: back it up apart from the database.", soft_wrap=True)
    if link:
        out.print("Once the connector runs, connect your Salesforce org here (works once, for a day):")
        out.print(link, soft_wrap=True)


@app.command("setup-link")
def setup_link() -> None:
    """Print a link that lets its first holder connect an org, within a day. Older links stop working."""
    with container() as box:
        link = _new_setup_link(box)
    out.print(link, soft_wrap=True)


@app.command()
def openapi() -> None:
    """Print the description of the API that flows call. Needs neither database nor key file."""
    from connector.web.api.document import openapi_document
    from connector.web.application import create_app

    with container(any_schema=True) as box:
        sys.stdout.write(openapi_document(create_app(box)))


@app.command()
def run() -> None:
    """Web server, worker and scheduler in one process. SIGTERM lets work under way finish."""
    with container(quiet=False) as box:
        load(*_SERVING)
        from connector.serve import serve

        serve(box)


@app.command("serve")
def serve_only() -> None:
    """The web server alone, any number of times; needs a worker somewhere. See also `gunicorn`."""
    with container(quiet=False) as box:
        load(*_SERVING)
        from connector.serve import serve_web

        serve_web(box)


@app.command()
def worker() -> None:
    """A worker alone, with a name of its own in CONNECTOR_WORKER_ID. SIGTERM lets work under way finish."""
    with container(quiet=False) as box:
        load(*_SERVING)
        from connector.serve import work

        work(box)


@app.command()
def janitor() -> None:
    """Queue the jobs of workers that went silent, once. Workers do the same by themselves."""
    from connector.running_worker import rescuer

    with container() as box:
        box.engine.connect()
        try:
            rescued = rescuer(box)()
        finally:
            box.engine.stop()
    out.print(f"{rescued} jobs were queued again.")


def _new_setup_link(box: "Container") -> str:
    return f"{box.settings.public_url}/setup/{box.portal_sessions.make_setup_link()}"
