"""What commands share: a container, errors as one line, answers for people and programs."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console

from connector.errors import AdminError, CallerError, ConfigurationError, ConnectorError, TemporaryError
from connector.loading import load

if TYPE_CHECKING:
    from connector.app import Container

# Names of Campaigns, errors and the like are printed as they are: "[q3]" in one is no style.
out = Console(markup=False)
err = Console(stderr=True, markup=False)

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
OrgOption = Annotated[str, typer.Option(help="Org Id; not needed while there is one.")]


@contextmanager
def container(*, quiet: bool = True, any_schema: bool = False) -> Iterator["Container"]:
    """A container for one command, with its errors turned into one line and an exit code.

    The database has to be there, with a schema that this program works with. any_schema: it need not, for
    commands that make or mend it, or do without.
    """
    load("connector.app")
    from sqlalchemy.exc import DBAPIError

    from connector.adapters.store.silence import is_silent, silent_database
    from connector.app import Container
    from connector.config import load_settings
    from connector.logs import set_up_logs

    with failing_in_one_line():
        settings = load_settings()
        level = "WARNING" if quiet and settings.log_level == "INFO" else settings.log_level
        set_up_logs(log_format=settings.log_format, log_level=level)
        box = Container(settings)
        try:
            if not any_schema:
                box.check_ready()
            yield box
        except DBAPIError as error:
            if not is_silent(error):
                raise
            raise silent_database(error) from error
        finally:
            box.close()


@contextmanager
def failing_in_one_line() -> Iterator[None]:
    """Errors of ours end the command with what is wrong, what to do, and an exit code."""
    try:
        yield
    except ConnectorError as error:
        fail(error)


def fail(error: ConnectorError) -> NoReturn:
    """Say it on standard error and leave with the code of whoever must act."""
    remedy = f" — {error.remedy}" if error.remedy else ""
    err.print(f"connector: {error}{remedy}", style="red", highlight=False, soft_wrap=True)
    codes: list[tuple[type[ConnectorError], int]] = [(AdminError, 3), (TemporaryError, 4), (CallerError, 5)]
    raise typer.Exit(next((code for kind, code in codes if isinstance(error, kind)), 5))


def say(text: str) -> None:
    """One line for people, as it is: neither wrapped nor coloured by what it holds."""
    out.print(text, highlight=False, soft_wrap=True)


def say_json(told: Any) -> None:
    """For programs: moments in ISO 8601, whatever else has no JSON as its text."""
    sys.stdout.write(json.dumps(told, indent=2, default=_plain) + "\n")


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def only(ids: list[str], noun: str, command: str) -> str:
    """The one there is. Raises ConfigurationError where there is none or a choice."""
    if len(ids) == 1:
        return ids[0]
    remedy = f"name one with --{noun}: {', '.join(ids)}" if ids else f"run `{command}`"
    raise ConfigurationError(f"There are {len(ids)} {noun}s", code=f"which_{noun}", remedy=remedy)


def only_org(box: "Container") -> str:
    """The one connected org. Raises ConfigurationError where there is none or a choice."""
    with box.store.read() as unit:
        return only([row.org_id for row in unit.connections.orgs()], "org", "connector connect")
