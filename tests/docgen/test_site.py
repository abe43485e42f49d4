"""A site is built only if every page is whole and is led to."""

from pathlib import Path

import pytest

from docgen.site import build

_CONFIG = """\
site_name: Site
docs_dir: docs
site_dir: build/site
use_directory_urls: false
theme: {name: material, font: false}
nav: [{Home: index.md}, {Other: other.md}]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "mkdocs.yml").write_text(_CONFIG)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("# Home\n\n[Other](other.md#part)\n")
    (tmp_path / "docs/other.md").write_text("# Other\n\n## Part\n")
    return tmp_path


def test_a_whole_site_is_built_without_a_word(root: Path) -> None:
    assert build(root) == []
    assert (root / "build/site/other.html").is_file()


def test_a_link_to_an_anchor_that_is_not_there_ends_the_build(root: Path) -> None:
    (root / "docs/index.md").write_text("# Home\n\n[Other](other.md#gone)\n")

    [said] = build(root)

    assert "anchor does not exist" in said
    assert "other.md#gone" in said


def test_a_page_that_nothing_leads_to_is_named(root: Path) -> None:
    (root / "docs/forgotten.md").write_text("# Forgotten\n")

    assert "docs/forgotten.md: no way leads here: name it under nav in mkdocs.yml, or link to it" in build(
        root
    )


def test_a_page_that_is_named_and_missing_is_named(root: Path) -> None:
    (root / "docs/other.md").unlink()
    (root / "docs/index.md").write_text("# Home\n")

    assert "mkdocs.yml: nav names other.md, which is not there" in build(root)
