"""Parameters of external credentials' principals, as Connect REST sets them: API keys of callouts.

Source: Connect REST API Developer Guide, Named Credentials, Credential.
"""

from typing import Any

from flask import Blueprint, Response, request

from emulators.salesforce.callouts.credentials import Credentials, Principal
from emulators.salesforce.context import current
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.rest.body import as_json, json_object
from emulators.salesforce.security.access import Access
from emulators.salesforce.soap.envelope import child_elements, parse_xml, text_of

blueprint = Blueprint("named_credentials", __name__)

_URL = "/named-credentials/credential"
_NAMED, _CUSTOM = "NamedPrincipal", "Custom"


@blueprint.get(_URL)
def show() -> Response:
    """Which parameters a principal has; never their values."""
    return as_json(_described(_principal(dict(request.args))))


@blueprint.post(_URL)
def create() -> Response:
    """Set the parameters of a principal that has none."""
    principal, parameters = _sent()
    if Credentials(current().org).names(principal):
        raise SalesforceError("INVALID_INPUT", "The principal has a credential already; replace it with PUT")
    Credentials(current().org).put(principal, parameters)
    return as_json(_described(principal), 201)


@blueprint.put(_URL)
def replace() -> Response:
    """Set the parameters of a principal, in place of those it had."""
    principal, parameters = _sent()
    Credentials(current().org).put(principal, parameters)
    return as_json(_described(principal))


@blueprint.delete(_URL)
def remove() -> Response:
    """Forget the parameters of a principal."""
    Credentials(current().org).remove(_principal(dict(request.args)))
    return Response(status=204)


def _sent() -> tuple[Principal, dict[str, str]]:
    body = json_object()
    principal = _principal(body)
    if body.get("authenticationProtocol") != _CUSTOM:
        raise SalesforceError("INVALID_INPUT", f"authenticationProtocol must be {_CUSTOM} here")
    given = body.get("credentials")
    if not isinstance(given, dict) or not all(_is_parameter(one) for one in given.values()):
        raise SalesforceError("INVALID_INPUT", 'credentials must be like {"ApiKey": {"value": "..."}}')
    return principal, {name: one["value"] for name, one in given.items()}


def _is_parameter(given: Any) -> bool:
    return isinstance(given, dict) and isinstance(given.get("value"), str)


def _principal(named: dict[str, Any]) -> Principal:
    """The principal that a request names. Raises for users who may not, and for what was not deployed."""
    if not Access(current().org, current().user).unrestricted:
        raise SalesforceError("INSUFFICIENT_ACCESS", "the user may not manage named credentials", 403)
    if named.get("principalType", _NAMED) != _NAMED:
        raise SalesforceError("INVALID_INPUT", f"principalType must be {_NAMED} here")
    principal = Principal(str(named.get("externalCredential") or ""), str(named.get("principalName") or ""))
    found = Components(current().org).find(Member("ExternalCredential", principal.external_credential))
    parameters = child_elements(parse_xml(found.content)) if found else ()
    if not any(
        text_of(one, "parameterType") == _NAMED and text_of(one, "parameterName") == principal.name
        for one in parameters
    ):
        message = f"No principal {principal.name} of an external credential {principal.external_credential}"
        raise SalesforceError("NOT_FOUND", message, 404)
    return principal


def _described(principal: Principal) -> dict[str, Any]:
    names = Credentials(current().org).names(principal)
    return {
        "authenticationProtocol": _CUSTOM,
        "authenticationProtocolVariant": None,
        "authenticationStatus": "Configured" if names else "Unconfigured",
        "credentials": {name: {"encrypted": True, "value": None} for name in names},
        "externalCredential": principal.external_credential,
        "principalName": principal.name,
        "principalType": _NAMED,
    }
