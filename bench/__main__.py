"""make bench: every benchmark, or those named on the command line."""

import importlib
import inspect
import logging
import pkgutil
import warnings
from typing import Annotated

import structlog
import typer
from rich.console import Console

import bench

NAMES = sorted(
    module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_")
)


def main(
    names: Annotated[list[str] | None, typer.Argument(help=f"Which ones: {', '.join(NAMES)}.")] = None,
    *,
    full: Annotated[
        bool, typer.Option(help="Measure for as long as it takes, where that makes a difference.")
    ] = False,
) -> None:
    """Run benchmarks and print their figures."""
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")  # by platformdirs
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    console = Console()
    for name in names or NAMES:
        if name not in NAMES:
            raise typer.BadParameter(f"there is no benchmark {name}; there are {', '.join(NAMES)}")
        console.rule(name, align="left")
        measure = importlib.import_module(f"bench.{name}").run
        if "full" in inspect.signature(measure).parameters:
            measure(console, full=full)
        else:
            measure(console)


if __name__ == "__main__":
    typer.run(main)
