"""Reading and writing metadata XML so that what was not changed stays as it was, to the byte.

Salesforce writes quotes and apostrophes in text as entities, which lxml does not; a file that went through
lxml's own writer would differ in lines that nobody touched.
"""

from lxml import etree

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
INDENT = "    "
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_BARE = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_BARE_TEXT = str.maketrans(_BARE)
_TEXT = str.maketrans({**_BARE, '"': "&quot;", "'": "&apos;"})


def parse(content: bytes) -> etree._Element:
    """The root of a document. Entities stay closed. Raises etree.XMLSyntaxError."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def to_bytes(root: etree._Element) -> bytes:
    """A document as Salesforce writes it."""
    return (_DECLARATION + _written(root, _TEXT) + "\n").encode()


def to_bytes_like(root: etree._Element, original: bytes) -> bytes:
    """A changed document in the manner of its original: declaration, quotes in text, and last line.

    An unchanged document comes back as the very bytes of the original, however it was written.
    """
    text = original.decode()
    same = parse(original)
    if etree.tostring(same) == etree.tostring(root):
        return original
    start = text.index("?>") + 2 if text.startswith("<?xml") else 0
    body = text[start:].lstrip()
    table = _BARE_TEXT if _written(same, _BARE_TEXT) == body.rstrip() else _TEXT
    head = text[: len(text) - len(body)]
    return (head + _written(root, table) + body[len(body.rstrip()) :]).encode()


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; empty for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def text_at(element: etree._Element, path: str) -> str:
    """The text of the first descendant at a path of plain names, or an empty string."""
    return (element.findtext(_qualified(path)) or "").strip()


def all_at(element: etree._Element, path: str) -> list[etree._Element]:
    """The descendants at a path of plain names."""
    return element.findall(_qualified(path))


def new(tag: str, *children: etree._Element, text: str | None = None) -> etree._Element:
    """An element of the metadata namespace."""
    element = etree.Element(f"{{{NAMESPACE}}}{tag}", nsmap={None: NAMESPACE})
    element.text = text
    element.extend(children)
    return element


def insert(parent: etree._Element, index: int, child: etree._Element) -> None:
    """Put a child in, on lines of its own; `take_out` undoes exactly this."""
    depth = sum(1 for _ in parent.iterancestors()) + 1
    etree.indent(child, space=INDENT, level=depth)
    line = "\n" + INDENT * depth
    if index:
        before = parent[index - 1]
        tail, before.tail = before.tail, line
    else:
        tail = parent.text if len(parent) else "\n" + INDENT * (depth - 1)
        if len(parent):
            tail = line
        parent.text = line
    parent.insert(index, child)
    child.tail = tail


def insert_in_order(parent: etree._Element, child: etree._Element) -> None:
    """Put a child behind its like, or where the alphabet wants it, as Salesforce sorts children."""
    name = local_name(child)
    names = [local_name(each) for each in parent]
    insert(parent, next((i for i, other in enumerate(names) if other > name), len(names)), child)


def take_out(child: etree._Element) -> None:
    """Remove a child and its lines."""
    parent = child.getparent()
    if parent is None:
        raise ValueError("the root of a document cannot be taken out")
    index = parent.index(child)
    if index:
        parent[index - 1].tail = child.tail
    elif len(parent) == 1:
        parent.text = None
    child.tail = None
    parent.remove(child)


def _qualified(path: str) -> str:
    return "/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/"))


def _written(root: etree._Element, table: dict[int, str]) -> str:
    parts: list[str] = []
    _write(root, parts, {}, table)
    return "".join(parts)


def _write(
    element: etree._Element, parts: list[str], known: dict[str | None, str], table: dict[int, str]
) -> None:
    if not isinstance(element.tag, str):
        parts.append(etree.tostring(element, encoding="unicode", with_tail=False))
        return
    declared = {prefix: uri for prefix, uri in element.nsmap.items() if known.get(prefix) != uri}
    names = {uri: prefix for prefix, uri in element.nsmap.items()}
    tag = _prefixed(element.tag, names)
    parts.append(f"<{tag}")
    parts += [f' xmlns{":" + prefix if prefix else ""}="{uri}"' for prefix, uri in declared.items()]
    for key, value in element.attrib.items():
        parts.append(f' {_prefixed(str(key), names)}="{str(value).translate(_TEXT)}"')
    if not len(element) and not element.text:
        parts.append("/>")
        return
    parts.append(">" + (element.text or "").translate(table))
    for child in element:
        _write(child, parts, {**known, **declared}, table)
        parts.append((child.tail or "").translate(table))
    parts.append(f"</{tag}>")


def _prefixed(name: str, names: dict[str, str | None]) -> str:
    qualified = etree.QName(name)
    prefix = names.get(qualified.namespace or "")
    return f"{prefix}:{qualified.localname}" if prefix else qualified.localname
