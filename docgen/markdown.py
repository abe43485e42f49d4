"""Pieces of Markdown that reference pages are put together from."""

import re
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a table, with an empty one before and after it; no lines without rows."""
    body = [f"| {' | '.join(cell(text) for text in row)} |" for row in rows]
    if not body:
        return []
    return ["", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *body, ""]


def cell(text: str) -> str:
    """Text as it may stand in a table: on one line, with bars and angle brackets that mean themselves."""
    one_line = re.sub(r"\s+", " ", text).strip()
    parts = re.split(r"(`[^`]*`)", one_line)
    plain = [part if part.startswith("`") else part.replace("<", "&lt;") for part in parts]
    return "".join(plain).replace("|", "\\|")


def code(text: str) -> str:
    """Text in the type of code."""
    return f"`{text}`" if text else ""


def codes(texts: Iterable[str]) -> str:
    """Several of them, with commas."""
    return ", ".join(code(text) for text in texts)


def page(title: str, source: str, intro: str) -> list[str]:
    """The first lines of a page that is written by `make docs-reference`.

    source: what it is made from, in Markdown.
    """
    return [
        f"# {title}",
        "",
        "<!-- Written by `make docs-reference`; do not edit. -->",
        "",
        intro,
        "",
        f"*Made from {source} by `make docs-reference`.*",
        "",
    ]


def text_of(lines: Iterable[str]) -> str:
    """A file of these lines, never with two empty ones in a row."""
    joined = "\n".join(lines)
    return re.sub(r"\n{3,}", "\n\n", joined).strip() + "\n"
