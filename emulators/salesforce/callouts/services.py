"""External services: where an operation is called, read from what was deployed."""

import ipaddress
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from emulators.salesforce.callouts.access import usable_principals
from emulators.salesforce.callouts.callout import Callout, CalloutFailed
from emulators.salesforce.callouts.credentials import Credentials
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.org import Org
from emulators.salesforce.soap.envelope import child_elements, local_name, parse_xml, text_of

_METHODS = {"get", "put", "post", "delete", "patch"}
_MERGE = re.compile(r"\{!(.*)\}", re.DOTALL)
_TERM = re.compile(r"""\s*(?:'([^']*)'|"([^"]*)"|\$Credential\.(\w+)\.(\w+))\s*(?:&|$)""")
_NO_ACCESS = (
    "We couldn't access the credential(s). You might not have the required permissions, "
    'or the external credential "{}" might not exist.'
)


def find_operation(org: Org, user_id: str, service: str, operation: str) -> Callout:
    """How a user calls an operation of a registered external service. Hold the org's lock.

    Raises CalloutFailed where something that was to be deployed is missing, where the user may not use a
    principal of the credential or its parameter is not set, and for every address outside of this machine.
    """
    registration = _component(org, "ExternalServiceRegistration", service)
    method, path = _route(text_of(registration, "schema"), operation)
    credential = _component(org, "NamedCredential", text_of(registration, "namedCredentialReference"))
    address, external = _parameters(credential)
    _require_this_machine(address)
    headers = dict(_headers(org, user_id, external)) if external else {}
    return Callout(f"{service}.{operation}", method.upper(), address.rstrip("/") + path, headers)


def _component(org: Org, kind: str, name: str) -> etree._Element:
    found = Components(org).find(Member(kind, name))
    if found is None:
        raise CalloutFailed(f"There is no {kind} named {name}")
    return parse_xml(found.content)


def _route(schema: str, operation: str) -> tuple[str, str]:
    try:
        paths = json.loads(schema)["paths"]
        routes = {
            described.get("operationId"): (method, path)
            for path, methods in paths.items()
            for method, described in methods.items()
            if method in _METHODS
        }
    except (ValueError, KeyError, AttributeError, TypeError):
        raise CalloutFailed("The local org reads the schema of an external service as JSON only") from None
    if operation not in routes:
        raise CalloutFailed(f"The schema has no operation {operation}")
    method, path = routes[operation]
    if "{" in path:
        raise CalloutFailed(f"The local org does not fill in parameters of a path: {path}")
    return method, path


def _parameters(credential: etree._Element) -> tuple[str, str]:
    """The address that a named credential leads to, and its external credential; that may be empty."""
    address = external = ""
    for entry in _children(credential, "namedCredentialParameters"):
        if text_of(entry, "parameterType") == "Url":
            address = text_of(entry, "parameterValue")
        external = text_of(entry, "externalCredential") or external
    return address, external


def _require_this_machine(address: str) -> None:
    try:
        parts = urlsplit(address)
    except ValueError:
        raise CalloutFailed(f"The named credential's URL is no address: {address}") from None
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not _is_loopback(host):
        raise CalloutFailed(f"The local org calls out to this machine only, not to {host or 'no address'}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _headers(org: Org, user_id: str, external: str) -> Iterator[tuple[str, str]]:
    for entry in _children(_component(org, "ExternalCredential", external), "externalCredentialParameters"):
        if text_of(entry, "parameterType") == "AuthHeader":
            yield text_of(entry, "parameterName"), _merged(org, user_id, text_of(entry, "parameterValue"))


def _merged(org: Org, user_id: str, template: str) -> str:
    """A header's value: plain text, or a formula that joins texts and parameters of a principal."""
    formula = _MERGE.fullmatch(template.strip())
    if formula is None:
        return template
    return "".join(_terms(org, user_id, formula[1]))


def _terms(org: Org, user_id: str, formula: str) -> Iterator[str]:
    position = 0
    while position < len(formula):
        term = _TERM.match(formula, position)
        if term is None:
            raise CalloutFailed(f"The local org cannot work out the header {{!{formula}}}")
        position = term.end()
        single, double, external, name = term.groups()
        if external:
            yield _parameter(org, user_id, external, name)
        else:
            yield single if single is not None else double


def _parameter(org: Org, user_id: str, external: str, name: str) -> str:
    for principal in usable_principals(org, user_id):
        if principal.external_credential == external:
            value = Credentials(org).value(principal, name)
            if value is not None:
                return value
    raise CalloutFailed(_NO_ACCESS.format(external))


def _children(parent: etree._Element, name: str) -> Iterator[Any]:
    return (child for child in child_elements(parent) if local_name(child) == name)
