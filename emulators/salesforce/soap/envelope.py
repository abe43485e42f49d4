"""Reading and writing SOAP envelopes, and XML without entity expansion."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml import etree

ENVELOPE_NS = "http://schemas.xmlsoap.org/soap/envelope/"
METADATA_NS = "http://soap.sforce.com/2006/04/metadata"
XSI_NS = "http://www.w3.org/2001/XMLSchema-instance"
_DEFAULT_NS = cast("dict[str, str]", {None: METADATA_NS})  # the stubs do not know the default namespace
MAX_XML_BYTES = 60 * 1024 * 1024
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped (section 2.2, Characters)."""


class XmlRefused(ValueError):
    """The document is not well-formed, or declares a document type. line and column count from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


def parse_xml(content: bytes) -> etree._Element:
    """The root of a document. Raises XmlRefused; a DOCTYPE is refused, so no entity can expand."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=len(content) < MAX_XML_BYTES
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        reason = (error.msg or "not well-formed").partition(", line ")[0]
        raise XmlRefused(reason, line, max(column, 1)) from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs lack it
        raise XmlRefused("DOCTYPE is not allowed")
    return root


def xml_text(text: str) -> str:
    """The text with the replacement character for each that no XML document can hold, such as controls."""
    return _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text)


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace; empty for comments and processing instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def child_elements(parent: etree._Element) -> Iterator[etree._Element]:
    """The children that are elements."""
    for element in parent:
        if isinstance(element.tag, str):
            yield element


def child_named(parent: etree._Element, name: str) -> etree._Element | None:
    """The first child of that local name."""
    return next((child for child in child_elements(parent) if local_name(child) == name), None)


def text_of(parent: etree._Element | None, name: str) -> str:
    """The stripped text of a child; empty when there is none."""
    child = None if parent is None else child_named(parent, name)
    return (child.text or "").strip() if child is not None else ""


def texts_of(parent: etree._Element, name: str) -> list[str]:
    """The stripped texts of all children of that name."""
    return [(child.text or "").strip() for child in child_elements(parent) if local_name(child) == name]


@dataclass(frozen=True, slots=True)
class Call:
    """One SOAP call: the operation is the body's element, whatever SOAPAction says."""

    operation: str
    body: etree._Element
    session_id: str


def read_call(content: bytes) -> Call:
    """Take an envelope apart. Raises XmlRefused when it is none."""
    root = parse_xml(content)
    body = child_named(root, "Body")
    operation = None if body is None else next(child_elements(body), None)
    if local_name(root) != "Envelope" or operation is None:
        raise XmlRefused("not a SOAP envelope")
    header = child_named(root, "Header")
    session = None if header is None else child_named(header, "SessionHeader")
    return Call(local_name(operation), operation, text_of(session, "sessionId"))


def line_of(element: etree._Element | None) -> int:
    """The line an element begins on, from 1; 0 for one that was not parsed."""
    return 0 if element is None else cast("int | None", element.sourceline) or 0


def new_root(name: str) -> etree._Element:
    """The root of a metadata file, with the metadata namespace as the default one."""
    return etree.Element(f"{{{METADATA_NS}}}{name}", nsmap=_DEFAULT_NS)


def element(name: str, text: str | None = None, *children: etree._Element) -> etree._Element:
    """An element of the metadata namespace."""
    made = etree.Element(f"{{{METADATA_NS}}}{name}")
    made.text = None if text is None else xml_text(text)
    made.extend(children)
    return made


def answer(operation: str, results: list[etree._Element]) -> bytes:
    """The envelope around the `result` elements of an operation."""
    envelope = _envelope()
    body = etree.SubElement(envelope, f"{{{ENVELOPE_NS}}}Body")
    response = etree.SubElement(body, f"{{{METADATA_NS}}}{operation}Response")
    response.extend(results)
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


def fault(code: str, message: str) -> bytes:
    """A fault; Salesforce repeats the code in the text."""
    envelope = _envelope({"sf": METADATA_NS})
    body = etree.SubElement(envelope, f"{{{ENVELOPE_NS}}}Body")
    told = etree.SubElement(body, f"{{{ENVELOPE_NS}}}Fault")
    etree.SubElement(told, "faultcode").text = f"sf:{code}"
    etree.SubElement(told, "faultstring").text = xml_text(f"{code}: {message}")
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


def _envelope(more: dict[str, str] | None = None) -> etree._Element:
    namespaces = {"soapenv": ENVELOPE_NS, "xsi": XSI_NS} | (more or _DEFAULT_NS)
    return etree.Element(f"{{{ENVELOPE_NS}}}Envelope", nsmap=namespaces)
