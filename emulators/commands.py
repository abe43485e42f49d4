"""The programs `localorg` and `localgifting`, which say what to install where their extra is not there."""

import sys
from collections.abc import Callable
from importlib import import_module


def localorg() -> None:
    """The local org's command line."""
    _command("localorg", "emulators.salesforce.cli")()


def localgifting() -> None:
    """The local gifting platform's command line."""
    _command("localgifting", "emulators.gifting.cli")()


def _command(program: str, module: str) -> Callable[[], None]:
    try:
        found: Callable[[], None] = import_module(module).app
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] in {"cheroot", "trustme", "lxml", "yaml"}:
            sys.exit(
                f"{program}: {missing.name} is not installed: pip install 'salesforce-gifting[emulators]'"
            )
        raise
    return found
