"""The metagen command."""

from pathlib import Path
from typing import Annotated

import typer

from metagen.errors import MetagenError
from metagen.load import load_spec
from metagen.render import render_project
from metagen.tree import Difference, compare, write

app = typer.Typer(
    help="Render the Salesforce package from its description in spec/.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Project = Annotated[
    Path,
    typer.Option("--project", help="Folder that holds spec/ and templates/.", exists=True, file_okay=False),
]


@app.command()
def render(project: Project = Path()) -> None:
    """Write the package, sfdx-project.json and the connector's vocabulary; remove what is stale."""
    difference = write(_render(project), project)
    _show(difference)
    if not difference:
        typer.echo("Everything is up to date.")


@app.command()
def check(project: Project = Path()) -> None:
    """Fail when the description is wrong or the derived files are not what it says. Changes nothing."""
    difference = compare(_render(project), project)
    if difference:
        _show(difference)
        typer.echo("The derived files are out of date. Run: metagen render", err=True)
        raise typer.Exit(1)
    typer.echo("Everything is up to date.")


def _render(project: Path) -> dict[str, bytes]:
    try:
        return render_project(load_spec(project / "spec"), project / "templates")
    except MetagenError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _show(difference: Difference) -> None:
    for word, paths in (
        ("new", difference.missing),
        ("changed", difference.changed),
        ("stale", difference.stale),
    ):
        for path in paths:
            typer.echo(f"{word:8}{path}")


if __name__ == "__main__":
    app()
