"""Canonical bytes are Salesforce's own, and making them again changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from metagen.canonical import canonical
from metagen.errors import RenderFailed

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
names = st.sampled_from(["fullName", "label", "active", "fields", "value", "Zeta", "alpha"])
# What XML 1.0 can hold, without surrounding blanks, which carry no meaning in metadata.
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1).filter(
    lambda text: text == text.strip() and "\ufeff" not in text
)
trees = st.recursive(
    st.tuples(names, texts),
    lambda children: st.tuples(names, st.lists(children, min_size=1, max_size=5)),
    max_leaves=15,
)


def element(tree: tuple[str, object], kind: str | None = None) -> etree._Element:
    name, content = tree
    made = etree.Element(f"{{{NAMESPACE}}}{kind or name}", nsmap={None: NAMESPACE})
    if isinstance(content, str):
        made.text = content
    else:
        made.extend([element(child) for child in content])
    return made


def plain(tree: tuple[str, object]) -> list[object]:
    """The tree with children in no order, to compare what was said and not where."""
    name, content = tree
    return (
        [name, content] if isinstance(content, str) else [name, sorted((plain(c) for c in content), key=repr)]
    )


def read(node: etree._Element) -> tuple[str, object]:
    name = etree.QName(node).localname
    return (name, [read(child) for child in node]) if len(node) else (name, node.text or "")


@given(trees)
def test_nothing_is_lost_and_nothing_is_added(tree: tuple[str, object]) -> None:
    source = etree.tostring(element(("root", [tree])))

    printed = canonical(source, "some file")

    assert plain(read(etree.fromstring(printed))) == plain(("root", [tree]))


@given(trees)
def test_canonical_bytes_stay_as_they_are(tree: tuple[str, object]) -> None:
    once = canonical(etree.tostring(element(("root", [tree]))), "some file")

    assert canonical(once, "some file") == once


@given(st.lists(st.tuples(names, texts), min_size=1, max_size=8))
def test_full_name_comes_first_and_the_rest_in_order(children: list[tuple[str, str]]) -> None:
    printed = canonical(etree.tostring(element(("root", children))), "some file")

    found = [etree.QName(child).localname for child in etree.fromstring(printed)]
    first = [name for name in found if name == "fullName"]
    rest = [name for name in found if name != "fullName"]
    assert found == first + sorted(rest)


def test_the_bytes_look_as_salesforce_writes_them() -> None:
    source = f"""<CustomField xmlns="{NAMESPACE}"><type>Text</type>
        <label>A "quoted" &amp; it's &lt;b&gt;</label>
        <picklist></picklist><fullName>X__c</fullName></CustomField>"""

    printed = canonical(source, "X__c")

    assert printed.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<CustomField xmlns="{NAMESPACE}">\n'
        "    <fullName>X__c</fullName>\n"
        "    <label>A &quot;quoted&quot; &amp; it&apos;s &lt;b&gt;</label>\n"
        "    <picklist/>\n"
        "    <type>Text</type>\n"
        "</CustomField>\n"
    )


def test_children_of_one_name_keep_their_order() -> None:
    printed = canonical("<Layout><fields>b</fields><fields>a</fields></Layout>", "a layout")

    assert printed.index(b"b") < printed.index(b"<fields>a")


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<Layout><fields>a</Layout>", "is not XML"),
        ('<Layout><fields type="x">a</fields></Layout>', "has attributes"),
        ("<Layout>stray<fields>a</fields></Layout>", "text beside elements"),
        ("<Layout><!-- why --><fields>a</fields></Layout>", "comments and entities"),
        ('<!DOCTYPE x [<!ENTITY e "boom">]><Layout>&e;</Layout>', "comments and entities"),
    ],
)
def test_what_is_no_metadata_is_refused(source: str, complaint: str) -> None:
    with pytest.raises(RenderFailed, match=complaint):
        canonical(source, "a layout")
