"""The manual's pictures: each is taken by a browser test, made small, and never touched by hand.

Tests leave their pictures under .local. Those that a page shows are kept in docs/pictures, with an index that
names the test and holds a digest of each.
"""

import ast
import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = "docs/pictures"
INDEX = f"{FOLDER}/index.json"
_USED = re.compile(r"!\[[^\]]*\]\((?:\.\./)*pictures/([a-z0-9-]+)\.webp\)")
_PHONE = "-phone"
# Pictures of the org's own pages have names that begin so.
_RECORD = "record-"
_QUALITY = 80
# A page that goes on and on tells no more after this.
_HIGHEST_PIXELS = 1400


@dataclass(frozen=True, slots=True)
class Source:
    """Where a picture comes from. test: the file whose tests take it; taken: where they leave it."""

    test: str
    taken: Path


def used(root: Path) -> set[str]:
    """Names of the pictures that pages show."""
    return {
        name
        for page in (root / "docs").rglob("*.md")
        for name in _USED.findall(page.read_text(encoding="utf-8"))
    }


def source(name: str, root: Path) -> Source | None:
    """Which test takes a picture; None if none does."""
    where = "phone" if name.endswith(_PHONE) else "desktop"
    bare = name.removesuffix(_PHONE)
    if bare.startswith(_RECORD):
        test, folder, bare = (
            "tests/localorg/lightning/test_in_the_browser.py",
            "lightning",
            bare.removeprefix(_RECORD),
        )
        takes = bare in set(_strings(root / test))
    else:
        test, folder = _looking_test(bare, root), "portal"
        takes = bool(test)
    return Source(test, root / ".local" / folder / f"{bare}-{where}.png") if takes else None


def mistakes(root: Path) -> list[str]:
    """What is wrong with the pictures that are kept."""
    index = read_index(root)
    names = used(root)
    kept = {path.stem for path in (root / FOLDER).glob("*.webp")}
    found = [
        f"{FOLDER}/{name}.webp is shown and missing. Run: make docs-pictures" for name in sorted(names - kept)
    ]
    found += [f"{FOLDER}/{name}.webp is on no page. Run: make docs-pictures" for name in sorted(kept - names)]
    for name in sorted(names & kept):
        taken_by = source(name, root)
        if taken_by is None:
            found.append(f"{FOLDER}/{name}.webp: no browser test takes it")
        elif index.get(name) != _entry(taken_by, (root / FOLDER / f"{name}.webp").read_bytes()):
            found.append(f"{FOLDER}/{name}.webp is not as its test left it. Run: make docs-pictures")
    return found


def read_index(root: Path) -> dict[str, Any]:
    """By name: the test, and the SHA-256 of the picture."""
    path = root / INDEX
    index: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return index


def take_over(root: Path, smaller: Callable[[Path], bytes]) -> list[str]:
    """Put what the tests have left in the place of what is kept; one line for each picture that is missing.

    smaller: from a picture as it was taken to one as it is kept.
    """
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    index, missing = {}, []
    for name in sorted(used(root)):
        found = source(name, root)
        if found is None or not found.taken.is_file():
            missing.append(f"{name}: {'its test has left none' if found else 'no browser test takes it'}")
            continue
        content = smaller(found.taken)
        (folder / f"{name}.webp").write_bytes(content)
        index[name] = _entry(found, content)
    for path in folder.glob("*.webp"):
        if path.stem not in index:
            path.unlink()
    (root / INDEX).write_text(json.dumps(index, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return missing


def in_browser(driver: Any) -> Callable[[Path], bytes]:
    """What makes a picture smaller: Chromium, which shows it and takes it as WebP. driver: selenium's."""

    def smaller(taken: Path) -> bytes:
        shown = base64.b64encode(taken.read_bytes()).decode()
        driver.get(f"data:text/html,<body style='margin:0'><img id='it' src='data:image/png;base64,{shown}'>")
        width, height = driver.execute_script(
            "const it = document.getElementById('it'); return [it.naturalWidth, it.naturalHeight]"
        )
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, _HIGHEST_PIXELS), "scale": 1}
        options = {"format": "webp", "quality": _QUALITY, "clip": clip, "captureBeyondViewport": True}
        return base64.b64decode(driver.execute_cdp_cmd("Page.captureScreenshot", options)["data"])

    return smaller


def _entry(found: Source, content: bytes) -> dict[str, str]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "test": found.test}


def _looking_test(name: str, root: Path) -> str:
    """The file with a test that looks at a page under that name."""
    for path in sorted((root / "tests/portal").glob("test_*.py")):
        if name in set(_looked_at(path)):
            return str(path.relative_to(root))
    return ""


def _looked_at(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "look":
            yield from (str(given.value) for given in node.args[:1] if isinstance(given, ast.Constant))


def _strings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
