"""The list of decisions, read from docs/adr."""

from collections.abc import Iterator
from pathlib import Path

from docgen.markdown import page, table, text_of

_INTRO = """\
Why the project is as it is: each decision with what spoke for and against it. A decision that changed
says which one took its place. No decision has the number 8 or 9."""


def pages(docs: Path) -> dict[str, str]:
    """reference/decisions.md."""
    lines = page("Decisions", "`docs/adr`", _INTRO)
    lines += table(("Decision", "Status"), _rows(docs / "adr"))
    return {"reference/decisions.md": text_of(lines)}


def _rows(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("[0-9]*.md")):
        lines = path.read_text(encoding="utf-8").splitlines()
        status = next((line.removeprefix("Status:") for line in lines if line.startswith("Status:")), "")
        yield f"[{lines[0].removeprefix('# ')}](../adr/{path.name})", status.strip()
