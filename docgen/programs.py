"""The project's programs as their own command line libraries describe them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import typer

from connector.cli import app as connector
from emulators.gifting.cli import app as localgifting
from emulators.salesforce.cli import app as localorg
from metagen.cli import app as metagen


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument, by its name in capitals, or an option by its spellings. variable: of the environment."""

    names: tuple[str, ...]
    help: str
    default: str
    required: bool
    variable: str
    takes_value: bool


@dataclass(frozen=True, slots=True)
class Command:
    """One command by its full name; a group leads to further ones."""

    name: str
    help: str
    usage: str
    parameters: tuple[Parameter, ...]
    is_group: bool

    @property
    def options(self) -> dict[str, Parameter]:
        """Every spelling of every option."""
        return {name: one for one in self.parameters for name in one.names if name.startswith("-")}


def programs() -> dict[str, typer.Typer]:
    """By the name under which they are installed."""
    return {"connector": connector, "localorg": localorg, "localgifting": localgifting, "metagen": metagen}


def commands_of(name: str, app: typer.Typer) -> Iterator[Command]:
    """A program and everything below it, in the order of its help."""
    yield from _walk(typer.main.get_command(app), name)


def _walk(found: Any, name: str) -> Iterator[Command]:
    below: dict[str, Any] = getattr(found, "commands", {})
    context = found.make_context(name, [], resilient_parsing=True)
    pieces = " ".join(piece for piece in found.collect_usage_pieces(context) if piece != "[OPTIONS]")
    parameters = tuple(_parameter(one) for one in found.params if not getattr(one, "hidden", False))
    yield Command(
        name=name,
        help=(found.help or "").strip(),
        usage=" ".join(f"{name} [options] {pieces}".split()),
        parameters=parameters,
        is_group=bool(below),
    )
    for word, one in below.items():
        if not one.hidden:
            yield from _walk(one, f"{name} {word}")


def _parameter(one: Any) -> Parameter:
    is_option = one.param_type_name == "option"
    default = one.default() if callable(one.default) else one.default
    is_plain = isinstance(default, str | int | float) and not isinstance(default, bool)
    value = getattr(default, "value", default)
    return Parameter(
        names=(*one.opts, *one.secondary_opts) if is_option else (one.name.upper(),),
        help=str(getattr(one, "help", "") or ""),
        default=""
        if value in (None, "", False, True) or not (is_plain or hasattr(default, "parts"))
        else str(value),
        required=bool(one.required),
        variable=str(one.envvar or ""),
        takes_value=is_option and not one.is_flag,
    )
