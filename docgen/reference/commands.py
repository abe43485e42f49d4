"""Every command with its options, read from the commands themselves."""

from collections.abc import Iterator

import typer

from docgen.markdown import code, page, table, text_of
from docgen.programs import Command, commands_of, programs

_INTRO = """\
The programs that an installation brings. `--help` behind any of them says the same. What each setting
in the environment means is in [Configuration](configuration.md)."""
_SAID_OF_ALL = {"--help", "--install-completion", "--show-completion"}


def pages() -> dict[str, str]:
    """reference/commands.md."""
    lines = page("Commands", "the commands themselves", _INTRO)
    for name, app in programs().items():
        lines += _program(name, app)
    return {"reference/commands.md": text_of(lines)}


def _program(name: str, app: typer.Typer) -> Iterator[str]:
    for command in commands_of(name, app):
        level = "##" if command.name == name else "###"
        yield from ("", f"{level} {command.name} {{: #{command.name.replace(' ', '-')} }}", "")
        yield _paragraphs(command.help)
        if command.is_group:
            continue
        yield from ("", f"`{command.usage}`")
        yield from table(("Argument or option", "Meaning", "Default"), _parameters(command))


def _parameters(command: Command) -> Iterator[tuple[str, str, str]]:
    for parameter in command.parameters:
        if not _SAID_OF_ALL & set(parameter.names):
            said = parameter.help.rstrip(".") + "." if parameter.help else ""
            if parameter.required and parameter.names[0].startswith("-"):
                said = f"{said} Required."
            if parameter.variable:
                said = f"{said} Also {code(parameter.variable)} in the environment."
            yield (" ".join(code(name) for name in parameter.names), said.strip(), code(parameter.default))


def _paragraphs(text: str) -> str:
    return "\n".join(line.strip() for line in text.replace("<", "&lt;").strip().splitlines())
