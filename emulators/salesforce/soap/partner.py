"""What of the Partner and Enterprise SOAP APIs has no match in REST, and describeTabs."""

from collections.abc import Callable, Iterator
from typing import cast

from flask import request
from lxml import etree

from emulators.salesforce.context import RequestContext
from emulators.salesforce.dml.conversion import Conversion, Converted, convert_lead
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.presentation.tabs import Tab, tab_sets
from emulators.salesforce.security.access import Access
from emulators.salesforce.soap.envelope import (
    ENVELOPE_NS,
    XSI_NS,
    child_elements,
    local_name,
    text_of,
    texts_of,
    xml_text,
)
from emulators.salesforce.soap.merge import merge_all

NAMESPACES = {"u": "urn:partner.soap.sforce.com", "c": "urn:enterprise.soap.sforce.com"}
FAULT_NAMESPACES = {"u": "urn:fault.partner.soap.sforce.com", "c": "urn:fault.enterprise.soap.sforce.com"}
MOST_RECORDS = 200
MOST_LEADS = 100

Result = list[tuple[str, "str | bool | SalesforceError | Result | None"]]


def answer_call(api: str, operation: str, body: etree._Element, context: RequestContext) -> bytes:
    """The answer envelope of one of OPERATIONS. api: u or c. Raises SalesforceError."""
    results = OPERATIONS[operation](body, context)
    namespace = NAMESPACES[api]
    # The API's own elements bear no prefix, as on the platform: some clients look for plain names.
    namespaces = cast("dict[str, str]", {None: namespace, "soapenv": ENVELOPE_NS, "xsi": XSI_NS})
    envelope = etree.Element(f"{{{ENVELOPE_NS}}}Envelope", nsmap=namespaces)
    response = etree.SubElement(
        etree.SubElement(envelope, f"{{{ENVELOPE_NS}}}Body"), f"{{{namespace}}}{operation}Response"
    )
    for result in results:
        _add_result(response, namespace, result)
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


def fault(api: str, code: str, message: str) -> bytes:
    """A fault of these APIs."""
    namespaces = {"soapenv": ENVELOPE_NS, "sf": FAULT_NAMESPACES[api]}
    envelope = etree.Element(f"{{{ENVELOPE_NS}}}Envelope", nsmap=namespaces)
    body = etree.SubElement(envelope, f"{{{ENVELOPE_NS}}}Body")
    told = etree.SubElement(body, f"{{{ENVELOPE_NS}}}Fault")
    etree.SubElement(told, "faultcode").text = f"sf:{code}"
    etree.SubElement(told, "faultstring").text = xml_text(f"{code}: {message}")
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


def _add_result(parent: etree._Element, namespace: str, result: Result, element_name: str = "result") -> None:
    element = etree.SubElement(parent, f"{{{namespace}}}{element_name}")
    for name, value in result:
        if isinstance(value, list):
            _add_result(element, namespace, value, name)
            continue
        child = etree.SubElement(element, f"{{{namespace}}}{name}")
        if isinstance(value, SalesforceError):
            for field in value.fields:
                etree.SubElement(child, f"{{{namespace}}}fields").text = xml_text(field)
            etree.SubElement(child, f"{{{namespace}}}message").text = xml_text(value.message)
            etree.SubElement(child, f"{{{namespace}}}statusCode").text = value.code
        elif value is None:
            child.set(f"{{{XSI_NS}}}nil", "true")
        else:
            child.text = str(value).lower() if isinstance(value, bool) else xml_text(value)


def _convert_leads(body: etree._Element, context: RequestContext) -> Iterator[Result]:
    """One result for each `leadConverts`; a refused lead does not hold up the others."""
    wanted = [child for child in child_elements(body) if local_name(child) == "leadConverts"]
    if len(wanted) > MOST_LEADS:
        raise SalesforceError("EXCEEDED_ID_LIMIT", f"record limit reached. cannot convert over {MOST_LEADS}")
    dml = Dml(context.org, context.user)
    for one in wanted:
        try:
            yield _converted(convert_lead(dml, _conversion(one)))
        except SalesforceError as error:
            dml.references.forget()
            ids: Result = [("accountId", None), ("contactId", None), ("errors", error)]
            yield [*ids, ("leadId", text_of(one, "leadId")), ("opportunityId", None), ("success", False)]


def _conversion(one: etree._Element) -> Conversion:
    return Conversion(
        lead_id=text_of(one, "leadId"),
        status=text_of(one, "convertedStatus"),
        account_id=text_of(one, "accountId"),
        contact_id=text_of(one, "contactId"),
        opportunity_id=text_of(one, "opportunityId"),
        owner_id=text_of(one, "ownerId"),
        opportunity_name=text_of(one, "opportunityName"),
        without_opportunity=text_of(one, "doNotCreateOpportunity") == "true",
        overwrite_lead_source=text_of(one, "overwriteLeadSource") == "true",
    )


def _converted(done: Converted) -> Result:
    return [
        ("accountId", done.account_id),
        ("contactId", done.contact_id),
        ("leadId", done.lead_id),
        ("opportunityId", done.opportunity_id or None),
        ("success", True),
    ]


def _undelete(body: etree._Element, context: RequestContext) -> Iterator[Result]:
    ids = texts_of(body, "ids")
    if len(ids) > MOST_RECORDS:
        message = f"record limit reached. cannot submit more than {MOST_RECORDS} records into this call"
        raise SalesforceError("EXCEEDED_ID_LIMIT", message)
    dml = Dml(context.org, context.user)
    for record_id in ids:
        try:
            dml.undelete(_type_of(dml, record_id), record_id)
        except SalesforceError as error:
            yield [("errors", error), ("id", record_id), ("success", False)]
        else:
            yield [("id", record_id), ("success", True)]


def _type_of(dml: Dml, record_id: str) -> str:
    sobject = dml.references.type_of(record_id)
    if sobject is None:
        raise SalesforceError("MALFORMED_ID", f"malformed id {record_id}")
    return sobject.name


def _describe_tabs(body: etree._Element, context: RequestContext) -> Iterator[Result]:
    """One result for each app. The first counts as selected: which app a user is in is not kept."""
    del body
    site = request.url_root.rstrip("/")
    for order, found in enumerate(tab_sets(context.org, Access(context.org, context.user))):
        tabs: Result = [("tabs", _tab(tab, site)) for tab in found.tabs]
        yield [
            ("description", found.description),
            ("label", found.label),
            ("logoUrl", ""),
            ("namespace", None),
            ("selected", order == 0),
            ("tabSetId", found.id),
            *tabs,
        ]


def _tab(tab: Tab, site: str) -> Result:
    return [
        ("custom", tab.custom),
        ("iconUrl", ""),
        ("label", tab.label),
        ("miniIconUrl", ""),
        ("name", tab.name),
        ("sobjectName", tab.sobject),
        ("url", site + tab.path if tab.path.startswith("/") else tab.path),
    ]


def _merge(body: etree._Element, context: RequestContext) -> Iterator[Result]:
    for parts in merge_all(body, context):
        yield [*parts]


OPERATIONS: dict[str, Callable[[etree._Element, RequestContext], Iterator[Result]]] = {
    "convertLead": _convert_leads,
    "describeTabs": _describe_tabs,
    "merge": _merge,
    "undelete": _undelete,
}
