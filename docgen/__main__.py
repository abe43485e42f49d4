"""python -m docgen: what the make targets of the manual call."""

from pathlib import Path

import typer

from docgen import pictures, site
from docgen.diagrams import DrawingFailed
from docgen.reference import differences
from docgen.reference import reference as make_reference
from docgen.reference import write as write_reference
from metagen.errors import MetagenError

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
app = typer.Typer(no_args_is_help=True, add_completion=False, help="The manual.")


@app.callback()
def group() -> None:
    """The manual: its site, its reference pages and its pictures."""


@app.command()
def build() -> None:
    """Build the site into build/site, without a warning and without a link that leads nowhere."""
    _end_with(
        [*pictures.mistakes(ROOT), *site.build(ROOT)],
        "The site is in build/site: open build/site/index.html.",
    )


@app.command()
def reference() -> None:
    """Write the pages and diagrams of docs/reference."""
    for name in write_reference(_made(), DOCS):
        typer.echo(f"docs/{name}")


@app.command()
def check() -> None:
    """Fail when docs/reference is not what the description and the code say."""
    stale = [f"docs/{name} is out of date" for name in differences(_made(), DOCS)]
    if stale:
        stale.append("Run: make docs-reference")
    _end_with(stale, "docs/reference is up to date.")


def _made() -> dict[str, str]:
    """The reference; ends with what is wrong where it cannot be made."""
    try:
        return make_reference(ROOT)
    except (DrawingFailed, MetagenError) as failure:
        typer.echo(str(failure), err=True)
        raise typer.Exit(1) from failure


def _end_with(mistakes: list[str], words: str) -> None:
    for line in mistakes:
        typer.echo(line, err=True)
    if mistakes:
        raise typer.Exit(1)
    typer.echo(words)


if __name__ == "__main__":
    app()
