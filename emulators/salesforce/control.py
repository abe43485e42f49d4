"""`/_control/...`: what a test does to the org that no client of Salesforce could. No session is asked for.

GET    /_control/health            {"status": "ok", "org_id", "name"}
POST   /_control/reset             back to a fresh org: records, metadata, sessions, usage, faults
GET    /_control/api-usage         {"used", "allocation"}
PUT    /_control/api-usage         sets either
GET    /_control/faults            the orders that still wait
POST   /_control/faults            one order: path_prefix, action, times, method, status, error_code, message,
                                   seconds (faults.Fault says what each means)
DELETE /_control/faults            withdraws all, and lets go of requests that wait
POST   /_control/sessions/expire   ends every access token, as a timeout would; {"expired": n}
POST   /_control/sessions          {"username"} gives {"access_token"}: a log-in without a client app
POST   /_control/clients           registers a client app; keys as in oauth.clients.Client, of which only name
                                   is needed: {"consumer_key", "consumer_secret"}
GET    /_control/snapshots         the names of kept contents
POST   /_control/snapshots         {"name"} keeps what the org holds
POST   /_control/snapshots/<name>/restore   makes the org what it was
POST   /_control/passwords         {"username", "password"} sets a user's password
GET    /_control/row-locks         the orders that still wait
POST   /_control/row-locks         {"sobject" or "record_id", "times"}: so many writes of the object, or of
                                   the record and those that look up to it, are refused as if it were held
DELETE /_control/row-locks         withdraws all
POST   /_control/convert-lead      {"lead_id"} and, where wanted, "status", "account_id", "contact_id",
                                   "opportunity" (true makes one); the Ids of what became of the lead
GET    /_control/background        {"open", "done", "broken"}: work after commits, such as asynchronous paths
GET    /_control/stand-ins         {"flow", "does", "active"} for every flow that something stands in for
"""

from dataclasses import asdict, fields
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from emulators.salesforce.dml.conversion import CONVERTED_STATUSES, Conversion, convert_lead
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.faults import Action, Fault
from emulators.salesforce.host import host
from emulators.salesforce.locks import RowLock
from emulators.salesforce.oauth.clients import Client
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.standins import STAND_INS
from emulators.salesforce.store.snapshots import Snapshots

_CLIENT_SETTINGS = frozenset(field.name for field in fields(Client))
_LIST_SETTINGS = frozenset(name for name in _CLIENT_SETTINGS if name.startswith("approved_"))
_LIST_SETTINGS |= {"callback_urls", "scopes"}
_NUMBERS = (int, (int, float))
_FAILURES = range(400, 600)
_LONGEST_DELAY_SECONDS = 24 * 60 * 60
blueprint = Blueprint("control", __name__, url_prefix="/_control")


@blueprint.before_request
def require_no_other_site() -> None:
    """Nobody logs in here, so no page of another site may call: browsers say where a call comes from."""
    own = request.host_url.rstrip("/")
    if request.headers.get("Origin", own) != own:
        raise SalesforceError("INVALID_OPERATION", "Pages of other sites may not call this.", 403)


@blueprint.get("/health")
def health() -> ResponseReturnValue:
    """Whether the org serves."""
    return jsonify(status="ok", org_id=host().org.org_id, name=host().org.name)


@blueprint.post("/reset")
def reset() -> ResponseReturnValue:
    """Back to a fresh org. Client apps other than the release engineer's are gone with the metadata."""
    host().reset()
    return "", 204


@blueprint.get("/api-usage")
def api_usage() -> ResponseReturnValue:
    """Calls used and allowed."""
    limits = host().org.limits
    return jsonify(used=limits.used, allocation=limits.allocation)


@blueprint.put("/api-usage")
def set_api_usage() -> ResponseReturnValue:
    """Set the calls used, the calls allowed, or both."""
    wanted = _body({"used": int, "allocation": int})
    for name, value in wanted.items():
        setattr(host().org.limits, name, value)
    return api_usage()


@blueprint.get("/faults")
def faults() -> ResponseReturnValue:
    """The orders that still wait."""
    return jsonify([asdict(fault) for fault in host().faults.pending()])


@blueprint.post("/faults")
def order_fault() -> ResponseReturnValue:
    """Order trouble."""
    wanted = _body(
        {
            "path_prefix": str,
            "action": str,
            "times": int,
            "method": str,
            "status": int,
            "error_code": str,
            "message": str,
            "seconds": (int, float),
        }
    )
    try:
        wanted["action"] = Action(wanted.get("action", ""))
        fault = Fault(**wanted)
    except (TypeError, ValueError) as error:
        raise SalesforceError("INVALID_INPUT", str(error)) from error
    if fault.times < 1 or not 0 <= fault.seconds <= _LONGEST_DELAY_SECONDS or fault.status not in _FAILURES:
        raise SalesforceError(
            "INVALID_INPUT", "times from 1, seconds from 0 to 86400, a status from 400 to 599"
        )
    host().faults.order(fault)
    return jsonify(asdict(fault)), 201


@blueprint.delete("/faults")
def clear_faults() -> ResponseReturnValue:
    """Withdraw all orders."""
    host().faults.clear()
    return "", 204


@blueprint.post("/sessions/expire")
def expire_sessions() -> ResponseReturnValue:
    """End every access token."""
    return jsonify(expired=host().sessions.expire_all())


@blueprint.post("/sessions")
def start_session() -> ResponseReturnValue:
    """Log a user in without a client app."""
    username = _body({"username": str}).get("username", "")
    user = host().org.user(username)
    if user is None:
        raise SalesforceError("INVALID_INPUT", f"no user {username}")
    return jsonify(access_token=host().sessions.start(user.id)), 201


@blueprint.post("/clients")
def register_client() -> ResponseReturnValue:
    """Register a client app, as an administrator could by hand."""
    kinds = {key: (list if key in _LIST_SETTINGS else (str, bool)) for key in _CLIENT_SETTINGS}
    wanted = _body(kinds)
    if not wanted.get("name"):
        raise SalesforceError("INVALID_INPUT", "name is missing")
    client = host().clients.register_new(wanted)
    return jsonify(consumer_key=client.consumer_key, consumer_secret=client.consumer_secret), 201


@blueprint.get("/snapshots")
def list_snapshots() -> ResponseReturnValue:
    """The names of kept contents."""
    return jsonify(_snapshots().names())


@blueprint.post("/snapshots")
def save_snapshot() -> ResponseReturnValue:
    """Keep what the org holds."""
    _snapshots().save(_body({"name": str}).get("name", ""), host().org)
    return "", 204


@blueprint.post("/snapshots/<name>/restore")
def restore_snapshot(name: str) -> ResponseReturnValue:
    """Make the org what it was, sessions included."""
    host().restore(name)
    return "", 204


def _snapshots() -> Snapshots:
    return host().kept()


@blueprint.post("/passwords")
def set_password() -> ResponseReturnValue:
    """Set a user's password."""
    wanted = _body({"username": str, "password": str})
    user = host().org.user(wanted.get("username", ""))
    if user is None or not wanted.get("password"):
        raise SalesforceError("INVALID_INPUT", f"no user {wanted.get('username')}, or no password")
    host().passwords.set(user.id, wanted["password"])
    return "", 204


@blueprint.get("/row-locks")
def row_locks() -> ResponseReturnValue:
    """The orders that still wait."""
    return jsonify([asdict(lock) for lock in host().org.row_locks.pending()])


@blueprint.post("/row-locks")
def order_row_lock() -> ResponseReturnValue:
    """Order UNABLE_TO_LOCK_ROW."""
    lock = RowLock(**_body({"sobject": str, "record_id": str, "times": int}))
    if not lock.sobject and not lock.record_id:
        raise SalesforceError("INVALID_INPUT", "sobject or record_id is needed")
    host().org.row_locks.order(lock)
    return jsonify(asdict(lock)), 201


@blueprint.delete("/row-locks")
def clear_row_locks() -> ResponseReturnValue:
    """Withdraw all orders."""
    host().org.row_locks.clear()
    return "", 204


@blueprint.post("/convert-lead")
def convert() -> ResponseReturnValue:
    """Convert a lead as an administrator would in the browser."""
    sent = _body({"lead_id": str, "status": str, "account_id": str, "contact_id": str, "opportunity": bool})
    with_opportunity = sent.pop("opportunity", False)
    wanted = Conversion(
        **{"lead_id": "", "status": CONVERTED_STATUSES[0], **sent}, without_opportunity=not with_opportunity
    )
    done = convert_lead(Dml(host().org, SYSTEM), wanted)
    return jsonify(asdict(done)), 201


@blueprint.get("/background")
def background() -> ResponseReturnValue:
    """How much work waits or runs, ended, and broke off."""
    return jsonify(asdict(host().org.background.progress()))


@blueprint.get("/stand-ins")
def stand_ins() -> ResponseReturnValue:
    """What stands in for flows, and whether it does at the moment."""
    told = ({"flow": s.flow, "does": s.does, "active": s.active(host().org)} for s in STAND_INS)
    return jsonify(list(told))


def _body(allowed: dict[str, Any]) -> dict[str, Any]:
    """The JSON object of the request, with the allowed keys and types only."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise SalesforceError("INVALID_INPUT", "a JSON object is expected")
    for name, value in sent.items():
        if name not in allowed:
            raise SalesforceError("INVALID_INPUT", f"unknown key: {name}")
        if not isinstance(value, allowed[name]) or (allowed[name] in _NUMBERS and isinstance(value, bool)):
            raise SalesforceError("INVALID_INPUT", f"wrong type: {name}")
        if isinstance(value, list) and not all(isinstance(one, str) for one in value):
            raise SalesforceError("INVALID_INPUT", f"a list of texts is expected: {name}")
    return sent
