"""`/services/Soap/...`: which operation is called, by whom."""

from flask import Blueprint, Response, request

from emulators.salesforce.context import current
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.gate import InvalidSession, admit
from emulators.salesforce.host import host
from emulators.salesforce.metadata.operations import OPERATIONS
from emulators.salesforce.soap import login, partner
from emulators.salesforce.soap.envelope import Call, XmlRefused, answer, fault, read_call

blueprint = Blueprint("soap", __name__)

_NAMES = {"u": "Partner", "c": "Enterprise", "T": "Tooling", "s": "Apex"}
_NO_SESSION = (
    "Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing session hash. "
    "This error usually occurs after a session expires or a user logs out."
)


@blueprint.post("/services/Soap/m/<api_version>")
@blueprint.post("/services/Soap/m/<api_version>/<path:rest>")
def metadata_api(api_version: str, rest: str = "") -> Response:
    """The Metadata API. What follows the version is not looked at: the session says which org."""
    del rest
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


@blueprint.post("/services/Soap/<any(u, c):api>/<api_version>")
@blueprint.post("/services/Soap/<any(u, c):api>/<api_version>/<path:rest>")
def data_api(api: str, api_version: str, rest: str = "") -> Response:
    """The Partner and Enterprise APIs, as far as REST cannot do the same."""
    del rest
    try:
        call = read_call(request.get_data())
        return _xml(_data_answer(api, api_version, call))
    except XmlRefused as error:
        return _xml(partner.fault(api, "UNKNOWN_EXCEPTION", str(error)), 500)
    except login.LoginRefused as error:
        return _xml(login.login_fault(api, error), 500)
    except InvalidSession:
        return _xml(partner.fault(api, "INVALID_SESSION_ID", _NO_SESSION), 500)
    except SalesforceError as error:
        return _xml(partner.fault(api, error.code, error.message), 500)


def _data_answer(api: str, api_version: str, call: Call) -> bytes:
    if call.operation == login.LOGIN:
        return login.log_in(api, api_version, call.body)
    if call.operation not in {*partner.OPERATIONS, *login.SESSION_CALLS}:
        raise NotSupportedHere(f"{_NAMES[api]} SOAP API {call.operation}")
    admit(call.session_id, api_version)
    if call.operation in login.SESSION_CALLS:
        return login.session_call(api, call.operation)
    return partner.answer_call(api, call.operation, call.body, current())


@blueprint.post("/services/Soap/<any(T, s):api>/<path:rest>")
def other_api(api: str, rest: str) -> Response:
    """Tooling and Apex SOAP: named, not served."""
    del rest
    try:
        operation = read_call(request.get_data()).operation
    except XmlRefused as error:
        return _xml(fault("UNKNOWN_EXCEPTION", str(error)), 500)
    unsupported = NotSupportedHere(f"{_NAMES[api]} SOAP API {operation}")
    return _xml(fault(unsupported.code, unsupported.message), 500)


def _xml(content: bytes, status: int = 200) -> Response:
    return Response(content, status, mimetype="text/xml")
