"""make bench: every benchmark, or those named on the command line."""

import importlib
import pkgutil
from typing import Annotated

import typer
from rich.console import Console

import bench

NAMES = sorted(
    module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_")
)


def main(
    names: Annotated[list[str] | None, typer.Argument(help=f"Which ones: {', '.join(NAMES)}.")] = None,
) -> None:
    """Run benchmarks and print their figures."""
    console = Console()
    for name in names or NAMES:
        if name not in NAMES:
            raise typer.BadParameter(f"there is no benchmark {name}; there are {', '.join(NAMES)}")
        console.rule(name, align="left")
        importlib.import_module(f"bench.{name}").run(console)


if __name__ == "__main__":
    typer.run(main)
