"""Whether links and pictures of the pages outside the site, as README.md, lead somewhere."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt

from docgen.examples import pages_beside
from docgen.links import read_page


def mistakes(root: Path, site: Path) -> list[str]:
    """One line for each mistake, as `page: what`. Addresses of other sites are not asked.

    site: the folder of the built site, which knows the anchors of the manual's pages.
    """
    return [
        f"{path.relative_to(root)}: {reason}"
        for path in pages_beside(root)
        for address in _addresses(path)
        if (reason := _mistake(root, site, path, address))
    ]


def _addresses(path: Path) -> Iterator[str]:
    page = read_page(MarkdownIt("commonmark").enable("table").render(path.read_text(encoding="utf-8")))
    for address, _ in [*page.links, *page.loads]:
        parts = urlsplit(address)
        if not parts.scheme and not parts.netloc:
            yield address


def _mistake(root: Path, site: Path, path: Path, address: str) -> str:
    parts = urlsplit(address)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.exists():
        return f"links to {address}, which is not there"
    if not parts.fragment:
        return ""
    docs = root / "docs"
    if not target.is_relative_to(docs):
        return f"links to {address}: only anchors of the manual's pages are known"
    built = (site / target.relative_to(docs)).with_suffix(".html")
    anchors = read_page(built.read_text(encoding="utf-8")).anchors if built.is_file() else set()
    return (
        "" if unquote(parts.fragment) in anchors else f"links to {address}, and the page has no such anchor"
    )
