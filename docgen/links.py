"""Whether every link of the built site leads somewhere on it, and nothing on it is loaded from elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser fetches by itself when it opens a page; an <a> is followed by people only.
_LOADED = {
    "script": "src",
    "img": "src",
    "source": "srcset",
    "iframe": "src",
    "link": "href",
    "video": "src",
    "object": "data",
}
# Relations of <link> that name an address and fetch nothing.
_NAMED_ONLY = {"canonical", "next", "prev", "alternate"}


@dataclass
class Page:
    """One page: what it links to and loads, each with its line, and the anchors that it has."""

    links: list[tuple[str, int]] = field(default_factory=list)
    loads: list[tuple[str, int]] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    images_without_words: list[int] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        line = self.getpos()[0]
        for name in ("id", "name"):
            if given.get(name) and tag != "meta":
                self.page.anchors.add(given[name])
        if tag == "a" and given.get("href"):
            self.page.links.append((given["href"], line))
        address = given.get(_LOADED.get(tag, ""), "")
        if address and not (tag == "link" and given.get("rel") in _NAMED_ONLY):
            self.page.loads.append((address, line))
        if tag == "img" and not given.get("alt", "").strip():
            self.page.images_without_words.append(line)


def read_page(html: str) -> Page:
    """What a page holds."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


def mistakes(site: Path) -> list[str]:
    """One line for each mistake, as `page:line: what`. Addresses of other sites are not asked.

    site: the folder of a built site, whose links are relative.
    """
    pages = {path: read_page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(site)
        found += [f"{name}:{line}: a picture without words" for line in page.images_without_words]
        for address, line in page.loads:
            if reason := _load_mistake(path, address, site):
                found.append(f"{name}:{line}: {reason}")
        # The page for addresses that lead nowhere is served at any depth and has no place of its own.
        if path.name == "404.html":
            continue
        found += [f"{name}:{line}: {reason}" for reason, line in _link_mistakes(path, page, pages, site)]
    return found


def _load_mistake(page: Path, address: str, site: Path) -> str:
    parts = urlsplit(address)
    if parts.scheme in {"data", "blob"}:
        return ""
    if parts.scheme or parts.netloc:
        return f"loads {address} from elsewhere"
    if page.name == "404.html":
        return ""
    return "" if _target(page, parts.path, site).is_file() else f"loads {address}, which is not there"


def _link_mistakes(path: Path, page: Page, pages: dict[Path, Page], site: Path) -> Iterator[tuple[str, int]]:
    for address, line in page.links:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = _target(path, parts.path, site)
        if not target.is_file():
            yield f"links to {address}, which is not there", line
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
            yield f"links to {address}, and the page has no such anchor", line


def _target(page: Path, address: str, site: Path) -> Path:
    if not address:
        return page
    start = site if address.startswith("/") else page.parent
    target = (start / unquote(address).lstrip("/")).resolve()
    return target / "index.html" if target.is_dir() else target
