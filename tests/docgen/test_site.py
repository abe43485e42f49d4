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


def test_pages_beside_the_site_lead_to_files_and_to_anchors_of_the_manual(root: Path) -> None:
    (root / "folder").mkdir()
    (root / "folder/README.md").write_text(
        "[Part](../docs/other.md#part) [Elsewhere](https://a.example/#x)\n"
    )

    assert build(root) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[Gone](gone.md)", "links to gone.md, which is not there"),
        ("![A page](docs/gone.webp)", "links to docs/gone.webp, which is not there"),
        (
            "[Part](docs/other.md#gone)",
            "links to docs/other.md#gone, and the page has no such anchor",
        ),
        ("[Here](#here)", "links to #here: only anchors of the manual's pages are known"),
    ],
)
def test_what_leads_nowhere_from_beside_the_site_is_named(root: Path, text: str, said: str) -> None:
    (root / "README.md").write_text(text)

    assert build(root) == [f"README.md: {said}"]
