"""The examples of the manual: every block of code and every command, with where it stands.

A block says by its language what it is. `console`: lines that begin with `$ ` are commands, a backslash
at the end or an open quote goes on with the next line, and all other lines are what comes out. `text`:
to be read. `bash`, `python`: a script, run as a whole. `json`, `yaml`, `toml`, `ini`: data, which has to be
well-formed. There is no other kind, so that nothing escapes.
"""

import configparser
import json
import shlex
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from markdown_it import MarkdownIt

CONSOLE = "console"
SCRIPTS = ("bash", "python")
_PROMPT = "$ "
_PARSERS: dict[str, Callable[[str], object]] = {
    "json": json.loads,
    "yaml": yaml.safe_load,
    "toml": tomllib.loads,
    "ini": lambda text: configparser.ConfigParser().read_string(text),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code. page: its path below the project's folder; line: of its fence."""

    page: str
    line: int
    language: str
    text: str

    @property
    def where(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True, slots=True)
class Example:
    """One command, and the lines that are said to come out; a line `…` stands for any number of them."""

    page: str
    line: int
    command: str
    output: tuple[str, ...]

    @property
    def where(self) -> str:
        return f"{self.page}:{self.line}"


def pages(root: Path) -> list[Path]:
    """Every page of the manual, and those that the project's folders themselves show."""
    return [*sorted((root / "docs").rglob("*.md")), *pages_beside(root)]


def pages_beside(root: Path) -> list[Path]:
    """The pages outside the site. The changelog tells of the past and shows nothing to do."""
    return sorted({*root.glob("*.md"), *root.glob("*/README.md")} - {root / "CHANGELOG.md"})


def blocks(root: Path, path: Path) -> Iterator[Block]:
    """The blocks of a page. One that is only indented has the language `indented`."""
    for token in MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8")):
        if token.type in {"fence", "code_block"}:
            language = token.info.split()[0] if token.info.strip() else ""
            kind = "indented" if token.type == "code_block" else language
            line = token.map[0] + 1 if token.map else 0
            yield Block(str(path.relative_to(root)), line, kind, token.content)


def spans(path: Path) -> Iterator[tuple[int, str]]:
    """What stands in the type of code within text: line of the paragraph, and the words."""
    for token in MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8")):
        for child in token.children or ():
            if child.type == "code_inline":
                yield (token.map[0] + 1 if token.map else 0), child.content


def examples(block: Block) -> Iterator[Example]:
    """The commands of a console block, in their order."""
    lines = block.text.splitlines()
    at = 0
    while at < len(lines):
        start = at
        at += 1
        if not lines[start].startswith(_PROMPT):
            continue
        command = [lines[start].removeprefix(_PROMPT)]
        while _goes_on(command) and at < len(lines):
            command.append(lines[at])
            at += 1
        end = next((n for n in range(at, len(lines)) if lines[n].startswith(_PROMPT)), len(lines))
        output = tuple(line for line in lines[at:end] if line.strip())
        yield Example(block.page, block.line + 1 + start, "\n".join(command), output)


def _goes_on(lines: list[str]) -> bool:
    """Whether a command has not ended yet: after a backslash, or within quotes."""
    if lines[-1].endswith("\\"):
        return True
    try:
        shlex.split("\n".join(lines))
    except ValueError:
        return True
    return False


def block_mistake(block: Block) -> str:
    """Why a block is of no kind that there is, or empty."""
    if block.language == CONSOLE:
        lines = block.text.splitlines()
        return (
            "" if lines and lines[0].startswith(_PROMPT) else "a console block begins with a command: `$ …`"
        )
    if block.language == "text":
        said = any(line.startswith(_PROMPT) for line in block.text.splitlines())
        return "commands belong into a console block" if said else ""
    # Scripts as a whole, and the picture of the architecture, have tests of their own.
    if block.language in SCRIPTS or (block.language == "mermaid" and block.page == "README.md"):
        return ""
    parse = _PARSERS.get(block.language)
    if parse is None:
        return (
            f"{block.language or 'no language'} is no kind of block; console, text, {', '.join(_PARSERS)} are"
        )
    try:
        parse(block.text)
    except (ValueError, yaml.YAMLError, configparser.Error) as error:
        return f"this is no {block.language}: {error}"
    return ""


def output_differs(expected: tuple[str, ...], printed: str) -> str:
    """The first line that was not printed after those before it, or empty. `…` stands for any text.

    Where lines break does not matter: that depends on the width of a terminal.
    """
    found = " ".join(printed.split())
    at = 0
    for line in expected:
        for part in line.split("…"):
            wanted = " ".join(part.split())
            place = found.find(wanted, at)
            if place < 0:
                return line
            at = place + len(wanted)
    return ""
