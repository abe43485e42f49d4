"""The metagen command."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from metagen.errors import MetagenError
from metagen.load import load_spec
from metagen.render import render_project
from metagen.shipped import package_zip, start_project
from metagen.tree import Difference, compare, write

app = typer.Typer(
    help="Render the Salesforce package from its description in spec/.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Result = TypeVar("Result")
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


@app.command()
def start(
    folder: Annotated[Path, typer.Argument(help="Where to; what is there already is left alone.")],
) -> None:
    """Begin a package of your own: description, templates and hand-written parts, for `metagen render`."""
    _or_exit(lambda: start_project(folder))
    typer.echo(f"Change {folder / 'spec'}, then run: metagen render --project {folder}")


@app.command()
def package(
    file: Annotated[Path, typer.Argument(help="Zip to write; must not exist yet.", exists=False)],
) -> None:
    """Write the package of this version as a zip that the Metadata API deploys."""
    if file.exists():
        raise typer.BadParameter(f"{file} exists already")
    if not file.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {file.parent}")
    file.write_bytes(_or_exit(package_zip))
    typer.echo(f"Written to {file}. Deploy it with: sf project deploy start --metadata-dir {file}")


def _or_exit(action: Callable[[], Result]) -> Result:
    try:
        return action()
    except MetagenError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _render(project: Path) -> dict[str, bytes]:
    if not (project / "spec").is_dir():
        typer.echo(
            f"There is no folder spec in {project.resolve()}. Name a project with --project, or begin one: "
            "metagen start FOLDER",
            err=True,
        )
        raise typer.Exit(1)
    return _or_exit(lambda: render_project(load_spec(project / "spec"), project / "templates"))


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
