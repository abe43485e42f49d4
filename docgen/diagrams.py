"""Diagrams as pictures that need no script: Graphviz draws them (node/docs/draw.mjs)."""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from emulators.salesforce.lightning.harness import node_program

_PROGRAM = Path("node/docs/draw.mjs")
_TIMEOUT_SECONDS = 120
_LINE_CHARACTERS = 26
# Room is measured with a narrow font and shown with the reader's own: laid out larger than it is shown.
_SHOWN_SIZES = {"14.00": "12", "12.00": "10.5"}
_STYLE = """\
  bgcolor="white"; pad=0.15; nodesep=0.4; ranksep=0.45;
  node [fontname="Helvetica,Arial,sans-serif", fontsize=14, shape=box, style="rounded,filled",
        fillcolor="#eef2ff", color="#4356a5", margin="0.14,0.08"];
  edge [fontname="Helvetica,Arial,sans-serif", fontsize=12, color="#555555", fontcolor="#333333"];"""


class DrawingFailed(Exception):
    """The text says what to do."""


@dataclass
class Diagram:
    """Boxes and arrows. Names are free text; what is read stands in the words."""

    title: str
    direction: str = "TB"
    _lines: list[str] = field(default_factory=list)

    def box(self, name: str, words: str, *, shape: str = "box", colour: str = "") -> None:
        """A box with its words, wrapped."""
        extra = f", fillcolor={_quoted(colour)}" if colour else ""
        self._lines.append(f"  {_quoted(name)} [label={_quoted(wrapped(words))}, shape={shape}{extra}];")

    def arrow(self, start: str, end: str, words: str = "", *, dashed: bool = False) -> None:
        """An arrow from one box to another."""
        style = ', style="dashed", color="#b00020", fontcolor="#b00020"' if dashed else ""
        label = wrapped(words) if words else ""
        self._lines.append(f"  {_quoted(start)} -> {_quoted(end)} [label={_quoted(label)}{style}];")

    def source(self) -> str:
        """In Graphviz's language."""
        head = f"digraph {{\n  rankdir={self.direction}; tooltip={_quoted(self.title)};\n{_STYLE}"
        return "\n".join([head, *self._lines, "}"])


def draw(diagrams: Mapping[str, Diagram], root: Path) -> dict[str, str]:
    """The picture of each, as SVG.

    Raises DrawingFailed where Node or the package is missing, or a diagram makes no sense.
    """
    if not (root / _PROGRAM.parent / "node_modules").is_dir():
        raise DrawingFailed("The program that draws diagrams is not installed. Run: scripts/setup tests")
    asked = {name: diagram.source() for name, diagram in diagrams.items()}
    node = node_program()
    if node is None:
        raise DrawingFailed("There is no Node.js. Run: scripts/setup")
    done = subprocess.run(  # noqa: S603 - our own program
        [node, str(root / _PROGRAM)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_SECONDS,
        check=False,
    )
    if done.returncode:
        raise DrawingFailed(f"{_PROGRAM} failed:\n{done.stderr}")
    drawn: dict[str, str] = json.loads(done.stdout)
    return {name: _tidied(svg, diagrams[name].title) for name, svg in drawn.items()}


def wrapped(words: str) -> str:
    """Words on lines of about the same length."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + len(word) >= _LINE_CHARACTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _tidied(svg: str, title: str) -> str:
    """Without the drawing program's version and document type, with a title for those who do not see."""
    start = svg[svg.index("<svg") :]
    bare = re.sub(r"<!--.*?-->\n?", "", start, flags=re.DOTALL)
    for laid_out, shown in _SHOWN_SIZES.items():
        bare = bare.replace(f'font-size="{laid_out}"', f'font-size="{shown}"')
    escaped = title.replace("&", "&amp;").replace("<", "&lt;")
    return (
        re.sub(r"(<svg[^>]*>)", rf"\1\n<title>{escaped}</title>", bare, count=1, flags=re.DOTALL).strip()
        + "\n"
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
