"""Invocable actions: flows that can be called. What answers is a stand-in, and every answer says so.

Source: https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_obj_flow.htm
"""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response
from lxml import etree

from emulators.salesforce.context import current
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.rest.body import as_json, json_object, not_found
from emulators.salesforce.soap.envelope import child_elements, local_name, parse_xml, text_of
from emulators.salesforce.standins import callable_stand_in
from emulators.salesforce.standins.standin import OnCall

blueprint = Blueprint("actions", __name__)

STAND_IN_HEADER = "X-Localorg-Stand-In"
_CALLABLE = (
    'SELECT "ApiName", "Label" FROM "FlowDefinitionView" '
    'WHERE "IsActive" = 1 AND "ProcessType" = \'AutoLaunchedFlow\' AND "TriggerType" IS NULL '
    'ORDER BY "ApiName"'
)


@blueprint.get("/actions")
def kinds() -> Response:
    """Where standard and custom actions are listed."""
    base = f"{current().base_path}/actions"
    return as_json({"standard": f"{base}/standard", "custom": f"{base}/custom"})


@blueprint.get("/actions/custom")
def custom_kinds() -> Response:
    """The kinds of custom actions that there are here."""
    return as_json({"flow": f"{current().base_path}/actions/custom/flow"})


@blueprint.get("/actions/custom/flow")
def list_flows() -> Response:
    """The active flows that can be called."""
    base = f"{current().base_path}/actions/custom/flow"
    actions = [
        {"label": row["Label"], "name": row["ApiName"], "type": "FLOW", "url": f"{base}/{row['ApiName']}"}
        for row in current().org.db.all(_CALLABLE)
    ]
    return as_json({"actions": actions})


@blueprint.get("/actions/custom/flow/<name>")
def describe_flow(name: str) -> Response:
    """Inputs and outputs of a flow."""
    _require_active(name)
    found = Components(current().org).find(Member("Flow", name))
    if found is None:
        raise not_found()
    root = parse_xml(found.content)
    described = {
        "name": name,
        "label": text_of(root, "label"),
        "type": "FLOW",
        "description": text_of(root, "description") or None,
        "standard": False,
        "targetEntityName": None,
        "inputs": _variables(root, "isInput"),
        "outputs": _variables(root, "isOutput"),
    }
    return as_json(described, headers=_mark(callable_stand_in(name)))


@blueprint.post("/actions/custom/flow/<name>")
def call_flow(name: str) -> Response:
    """Run a flow once for each object of `inputs`: an answer for each, 400 when one of them failed."""
    _require_active(name)
    stand_in = callable_stand_in(name)
    if stand_in is None:
        raise NotSupportedHere(f"the flow {name}, which is kept and not run")
    inputs = json_object().get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(given, dict) for given in inputs) or not inputs:
        raise SalesforceError("INVALID_INPUT", "inputs must be a list of objects, one for each call")
    org = current().org
    if org.db.connection.in_transaction:
        # What waits for others would let them write into a transaction that is not theirs.
        raise NotSupportedHere("flows in a request that is all or nothing")
    with org.unlocked():
        results = [_call(stand_in, given) for given in inputs]
    status = 200 if all(result["isSuccess"] for result in results) else 400
    return as_json(results, status, _mark(stand_in))


def _call(stand_in: OnCall, given: Mapping[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"actionName": stand_in.flow, "errors": None, "isSuccess": True}
    try:
        outputs = stand_in.run(current().org, current().user.id, given)
    except SalesforceError as error:
        return answer | {"errors": [error.as_record_error()], "isSuccess": False, "outputValues": None}
    interview = {"Flow__InterviewGuid": str(uuid.uuid4()), "Flow__InterviewStatus": "Finished"}
    return answer | {"outputValues": outputs | interview}


def _require_active(name: str) -> None:
    if all(row["ApiName"] != name for row in current().org.db.all(_CALLABLE)):
        raise not_found()


def _mark(stand_in: OnCall | None) -> dict[str, str]:
    return {STAND_IN_HEADER: f"{stand_in.flow}; the flow itself is not run"} if stand_in else {}


def _variables(root: etree._Element, flag: str) -> list[dict[str, Any]]:
    return [
        {
            "name": text_of(variable, "name"),
            "label": text_of(variable, "name"),
            "type": text_of(variable, "dataType").upper(),
            "description": text_of(variable, "description") or None,
            "required": False,
            "maxOccurs": 1,
        }
        for variable in child_elements(root)
        if local_name(variable) == "variables" and text_of(variable, flag) == "true"
    ]
