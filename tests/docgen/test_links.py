"""The check of the built site finds what leads nowhere, and what comes from elsewhere."""

from pathlib import Path

import pytest

from docgen.links import mistakes

_GOOD = '<h1 id="top">A</h1><a href="b.html#there">b</a><a href="https://elsewhere.example/x">x</a>'
_OTHER = '<h2 id="there">B</h2><a href="a.html">a</a><a href="#there">here</a>'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "a.html").write_text(_GOOD)
    (tmp_path / "b.html").write_text(_OTHER)
    return tmp_path


def test_a_site_whose_links_lead_somewhere_is_without_mistakes(site: Path) -> None:
    assert mistakes(site) == []


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<a href="c.html">c</a>', "links to c.html, which is not there"),
        ('<a href="b.html#gone">b</a>', "links to b.html#gone, and the page has no such anchor"),
        ('<a href="#gone">b</a>', "links to #gone, and the page has no such anchor"),
        ('<img src="gone.webp" alt="A page">', "loads gone.webp, which is not there"),
        ('<script src="https://cdn.example/x.js"></script>', "loads https://cdn.example/x.js from elsewhere"),
        ('<link rel="stylesheet" href="//fonts.example/x">', "loads //fonts.example/x from elsewhere"),
        ('<img src="b.html">', "a picture without words"),
    ],
)
def test_a_mistake_is_named_with_its_page_and_line(site: Path, html: str, said: str) -> None:
    (site / "a.html").write_text(f"<p>\n{html}</p>")

    assert f"a.html:2: {said}" in mistakes(site)


def test_the_canonical_address_of_a_page_is_not_taken_for_something_it_loads(site: Path) -> None:
    (site / "a.html").write_text('<link rel="canonical" href="https://docs.example/a">')

    assert mistakes(site) == []
