"""A picture of the manual is one that a browser test took, shown by a page, and as the test left it."""

import re
from pathlib import Path

import pytest

from docgen.pictures import mistakes, source, take_over
from tests.docgen.declared import WITHOUT_PICTURE
from tests.docgen.stand import ROOT


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one page, one picture on it, and the test that took it."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/page.md").write_text("![The form](pictures/form.webp)\n")
    (tmp_path / "tests/portal").mkdir(parents=True)
    (tmp_path / "tests/portal/test_form.py").write_text('def test_form(person):\n    person.look("form")\n')
    (tmp_path / ".local/portal").mkdir(parents=True)
    (tmp_path / ".local/portal/form-desktop.png").write_bytes(b"large")
    (tmp_path / ".local/portal/form-phone.png").write_bytes(b"narrow")
    return tmp_path


def small(taken: Path) -> bytes:
    return b"small " + taken.read_bytes()


def test_pictures_that_a_test_took_are_kept_small(root: Path) -> None:
    assert take_over(root, small) == []

    assert mistakes(root) == []
    assert (root / "docs/pictures/form.webp").read_bytes() == b"small large"


def test_a_picture_as_on_a_phone_is_taken_by_the_same_look(root: Path) -> None:
    (root / "docs/page.md").write_text("![The form](pictures/form-phone.webp)\n")

    assert take_over(root, small) == []

    assert (root / "docs/pictures/form-phone.webp").read_bytes() == b"small narrow"


def test_a_picture_that_was_touched_by_hand_is_named(root: Path) -> None:
    take_over(root, small)
    (root / "docs/pictures/form.webp").write_bytes(b"prettier")

    assert mistakes(root) == [
        "docs/pictures/form.webp is not as its test left it. Run: make docs-pictures",
    ]


def test_a_picture_that_no_test_takes_any_more_is_named(root: Path) -> None:
    take_over(root, small)
    (root / "tests/portal/test_form.py").write_text('def test_form(person):\n    person.look("other")\n')

    assert mistakes(root) == ["docs/pictures/form.webp: no browser test takes it"]


def test_a_picture_that_is_shown_and_missing_or_kept_and_not_shown_is_named(root: Path) -> None:
    take_over(root, small)
    (root / "docs/page.md").write_text("![Other](pictures/other.webp)\n")

    first, second = mistakes(root)

    assert first == "docs/pictures/other.webp is shown and missing. Run: make docs-pictures"
    assert second == "docs/pictures/form.webp is on no page. Run: make docs-pictures"


def test_a_picture_whose_test_did_not_run_is_named_and_not_kept(root: Path) -> None:
    (root / ".local/portal/form-desktop.png").unlink()

    assert take_over(root, small) == ["form: its test has left none"]


def test_pictures_of_records_come_from_the_tests_of_the_orgs_pages() -> None:
    found = source("record-contact", ROOT)

    assert found is not None
    assert found.test == "tests/localorg/lightning/test_in_the_browser.py"
    assert source("record-nobody", ROOT) is None


def without_picture(page: str) -> list[str]:
    """Headings whose section, up to the next heading, shows no picture; the page's title as well."""
    sections = re.split(r"^#+ ", page, flags=re.MULTILINE)[1:]
    return [
        heading
        for heading, _, text in (section.partition("\n") for section in sections)
        if "](../pictures/" not in text
    ]


def test_every_step_of_the_admin_guide_is_shown_or_has_nothing_to_see() -> None:
    pages = sorted((ROOT / "docs/admin").glob("*.md"))

    bare = {
        (str(page.relative_to(ROOT)), heading)
        for page in pages
        for text in [page.read_text(encoding="utf-8")]
        # A title with sections below it introduces them.
        for heading in without_picture(text)
        if "\n## " not in text or not text.startswith(f"# {heading}\n")
    }

    assert bare == {(page, heading) for page, heading, _ in WITHOUT_PICTURE}


def test_a_section_without_a_picture_is_named() -> None:
    page = "# One\n![it](../pictures/a.webp)\n## Two\ntext\n## Three\n![it](../pictures/b.webp)\n"

    assert without_picture(page) == ["Two"]
