"""`/services/Soap/...`: which operation is called, by whom."""

from flask import Blueprint, Response, request

from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.gate import InvalidSession, admit
from emulators.salesforce.host import host
from emulators.salesforce.metadata.operations import OPERATIONS
from emulators.salesforce.soap.envelope import XmlRefused, answer, fault, read_call

blueprint = Blueprint("soap", __name__)

_NO_SESSION = (
    "Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing session hash. "
    "This error usually occurs after a session expires or a user logs out."
)


@blueprint.post("/services/Soap/m/<api_version>")
@blueprint.post("/services/Soap/m/<api_version>/<org_id>")
def metadata_api(api_version: str, org_id: str = "") -> Response:
    """The Metadata API. The org's Id in the path is not looked at: the session says which org."""
    del org_id
    try:
        call = read_call(request.get_data())
        admit(call.session_id, api_version)
        handler = OPERATIONS.get(call.operation)
        if handler is None:
            raise NotSupportedHere(f"Metadata API {call.operation}")
        return _xml(answer(call.operation, handler(host().org, call.body)))
    except XmlRefused as error:
        return _xml(fault("UNKNOWN_EXCEPTION", str(error)), 500)
    except InvalidSession:
        return _xml(fault("INVALID_SESSION_ID", _NO_SESSION), 500)
    except SalesforceError as error:
        return _xml(fault(error.code, error.message), 500)


@blueprint.post("/services/Soap/<any(u, c, T, s):api>/<path:rest>")
def other_api(api: str, rest: str) -> Response:
    """Partner, Enterprise, Tooling and Apex SOAP: named, not served."""
    del rest
    name = {"u": "Partner", "c": "Enterprise", "T": "Tooling", "s": "Apex"}[api]
    try:
        operation = read_call(request.get_data()).operation
    except XmlRefused as error:
        return _xml(fault("UNKNOWN_EXCEPTION", str(error)), 500)
    unsupported = NotSupportedHere(f"{name} SOAP API {operation}")
    return _xml(fault(unsupported.code, unsupported.message), 500)


def _xml(content: bytes, status: int = 200) -> Response:
    return Response(content, status, mimetype="text/xml")
