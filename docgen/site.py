"""The site: built strictly, every page in its navigation, every link checked."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from docgen import beside, links

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_LINK = re.compile(r"\]\(([^)#\s]+\.md)")
# Beside pages, the folder of the manual holds what pages show.
_NOT_PAGES = {".webp", ".svg", ".css", ".json"}


def build(root: Path) -> list[str]:
    """Build mkdocs.yml of root into its site folder, and check the pages beside it.

    One line for each mistake, none if all is well.
    """
    config = read_config(root)
    found = [*_outside_navigation(root / config["docs_dir"], config["nav"])]
    site = root / config["site_dir"]
    shutil.rmtree(site, ignore_errors=True)
    program = Path(sys.executable).parent / "zensical"
    done = subprocess.run(  # noqa: S603 - our own environment's program
        [str(program), "build", "--strict", "--clean", "--config-file", str(root / "mkdocs.yml")],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    said = _COLOURS.sub("", done.stdout + done.stderr)
    if done.returncode or "warning" in said.lower():
        return [*found, f"zensical ended with code {done.returncode}:\n{said}"]
    return [*found, *links.mistakes(site), *beside.mistakes(root, site)]


def read_config(root: Path) -> dict[str, Any]:
    """mkdocs.yml."""
    config: dict[str, Any] = yaml.safe_load((root / "mkdocs.yml").read_text(encoding="utf-8"))
    return config


def pages_in(nav: Any) -> Iterator[str]:
    """The paths of a navigation, in its order."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, list):
        for entry in nav:
            yield from pages_in(entry)
    elif isinstance(nav, dict):
        for entry in nav.values():
            yield from pages_in(entry)


def _outside_navigation(folder: Path, nav: Any) -> Iterator[str]:
    named = list(pages_in(nav))
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    pages = {name for name in files if name.endswith(".md")}
    for name in sorted(pages - set(named) - _linked(folder, pages)):
        yield f"docs/{name}: no way leads here: name it under nav in mkdocs.yml, or link to it"
    for name in sorted(set(named) - pages):
        yield f"mkdocs.yml: nav names {name}, which is not there"
    for name in sorted({name for name in named if named.count(name) > 1}):
        yield f"mkdocs.yml: nav names {name} more than once"
    for name in sorted(name for name in files - pages if Path(name).suffix not in _NOT_PAGES):
        yield f"docs/{name}: neither a page nor something that pages show"


def _linked(folder: Path, pages: set[str]) -> set[str]:
    """Pages that another page links to."""
    found = set()
    for name in pages:
        text = (folder / name).read_text(encoding="utf-8")
        for target in _LINK.findall(text):
            path = os.path.normpath(Path(name).parent / target)
            found |= {path} - {name}
    return found
