"""Salesforce's own way to write metadata, byte for byte, so that a retrieve shows no difference that is none.

Declaration in double quotes; four spaces; LF and a final newline; fullName first, then the children by name,
those of one name in their given order; `'` and `"` escaped in text; empty elements closed in place.
The only attribute is xsi:type, which says what a custom metadata value is; the root declares its prefixes.
"""

from lxml import etree

from metagen.errors import RenderFailed

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
INDENT = "    "
TYPE_NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance"
TYPE = f"{{{TYPE_NAMESPACE}}}type"
TYPE_PREFIXES = f' xmlns:xsi="{TYPE_NAMESPACE}" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&apos;", '"': "&quot;"})


def canonical(source: str | bytes, shown_as: str) -> bytes:
    """The same metadata in canonical bytes; canonical bytes stay as they are.

    shown_as: named in errors.
    Raises RenderFailed when source is not well-formed XML, or holds what metadata never does: attributes,
    comments, text beside elements, or entities of its own.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=False)
    try:
        root = etree.fromstring(source.encode() if isinstance(source, str) else source, parser)
    except etree.XMLSyntaxError as error:
        raise RenderFailed(f"{shown_as} is not XML: {error.msg}") from error
    namespace = etree.QName(root).namespace
    name = etree.QName(root).localname
    prefixes = TYPE_PREFIXES if any(TYPE in element.attrib for element in root.iter()) else ""
    lines = [DECLARATION, f'<{name} xmlns="{namespace}"{prefixes}>' if namespace else f"<{name}>"]
    for child in _ordered(root, shown_as):
        lines += _lines(child, 1, shown_as)
    return "\n".join([*lines, f"</{name}>", ""]).encode()


def _lines(element: etree._Element, depth: int, shown_as: str) -> list[str]:
    name = etree.QName(element).localname
    indent = INDENT * depth
    if set(element.attrib) - {TYPE}:
        raise RenderFailed(f"{shown_as}: <{name}> has attributes")
    kind = f' xsi:type="{element.get(TYPE)}"' if element.attrib else ""
    children = _ordered(element, shown_as)
    if children:
        inner = [line for child in children for line in _lines(child, depth + 1, shown_as)]
        return [f"{indent}<{name}>", *inner, f"{indent}</{name}>"]
    text = (element.text or "").strip()
    if not text:
        return [f"{indent}<{name}{kind}/>"]
    return [f"{indent}<{name}{kind}>{text.translate(ESCAPES)}</{name}>"]


def _ordered(element: etree._Element, shown_as: str) -> list[etree._Element]:
    children = list(element)
    if any(not isinstance(child.tag, str) for child in children):
        raise RenderFailed(f"{shown_as}: comments and entities have no place in metadata")
    stray = [element.text if children else None, *(child.tail for child in children)]
    if any(text and text.strip() for text in stray):
        raise RenderFailed(f"{shown_as}: text beside elements")
    return sorted(children, key=lambda child: _rank(etree.QName(child).localname))


def _rank(name: str) -> tuple[bool, str]:
    return name != "fullName", name
