"""`metadata/deployRequest`: deploys over REST, for clients that prefer JSON to SOAP.

Source: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_rest_deploy.htm
"""

import json
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from lxml import etree

from emulators.salesforce.context import current
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.metadata.deploy import Options
from emulators.salesforce.metadata.jobs import Jobs
from emulators.salesforce.metadata.operations import deploy_validated, require_metadata_rights, start_deploy
from emulators.salesforce.rest.body import json_object
from emulators.salesforce.soap.envelope import child_elements, child_named, local_name

blueprint = Blueprint("metadata_deploys", __name__)
blueprint.before_request(require_metadata_rights)

_LISTS = {"componentFailures", "componentSuccesses"}
_WORDS: dict[str, bool] = {"true": True, "false": False}


@blueprint.post("/metadata/deployRequest")
def deploy_request() -> ResponseReturnValue:
    """Deploy the zip in the part `file` as the part `json` says, or what an earlier check found sound."""
    if request.is_json:
        return _deploy_validated()
    options = _sent_options()
    uploaded = request.files.get("file")
    if uploaded is None:
        raise SalesforceError("INVALID_MULTIPART_REQUEST", "The part 'file' is missing")
    if options.get("runTests"):
        raise NotSupportedHere("Apex tests in a deploy")
    wanted = Options(
        check_only=bool(options.get("checkOnly")),
        allow_missing=bool(options.get("allowMissingFiles")),
        auto_update=bool(options.get("autoUpdatePackage")),
        rollback_on_error=bool(options.get("rollbackOnError", True)),
        ignore_warnings=bool(options.get("ignoreWarnings")),
    )
    job_id = start_deploy(current().org, uploaded.read(), wanted)
    return jsonify(id=job_id, deployOptions=options, deployResult=None), 201


def _deploy_validated() -> ResponseReturnValue:
    """A check-only deploy that succeeded, now in earnest and without sending the zip again."""
    job_id = json_object().get("validatedDeployRequestId")
    if not isinstance(job_id, str):
        raise SalesforceError("INVALID_INPUT", "validatedDeployRequestId is missing")
    return jsonify(id=deploy_validated(current().org, job_id)), 201


@blueprint.patch("/metadata/deployRequest/<job_id>")
def cancel(job_id: str) -> ResponseReturnValue:
    """Cancel a deploy. Here every deploy is done before its Id is told, so there is nothing left to stop."""
    if json_object().get("deployResult") != {"status": "Canceling"}:
        raise SalesforceError("INVALID_INPUT", 'deployResult must be {"status": "Canceling"}')
    Jobs(current().org).find(job_id)
    raise SalesforceError("INVALID_ID_FIELD", "Deployment already completed")


@blueprint.get("/metadata/deployRequest/<job_id>")
def deploy_status(job_id: str) -> ResponseReturnValue:
    """What became of a deploy; details with includeDetails=true."""
    result = Jobs(current().org).find(job_id)
    details = child_named(result, "details")
    if details is not None and request.args.get("includeDetails") != "true":
        result.remove(details)
    return jsonify(id=job_id, deployResult=_as_json(result))


def _sent_options() -> dict[str, Any]:
    part: str | bytes | None = request.form.get("json")
    if part is None and (uploaded := request.files.get("json")) is not None:
        part = uploaded.read()
    try:
        options = json.loads(part or "{}").get("deployOptions", {})
    except (ValueError, AttributeError) as error:
        raise SalesforceError("JSON_PARSER_ERROR", f"The part 'json' cannot be read: {error}") from error
    if not isinstance(options, dict):
        raise SalesforceError("JSON_PARSER_ERROR", "deployOptions must be an object")
    return options


def _as_json(element: etree._Element) -> dict[str, Any]:
    """An element as an object: children by name, numbers and booleans as such, repeated ones as lists."""
    values: dict[str, Any] = {}
    for child in child_elements(element):
        name = local_name(child)
        value = _as_json(child) if len(child) else _scalar(name, child.text or "")
        if name in _LISTS:
            values.setdefault(name, []).append(value)
        else:
            values[name] = value
    if local_name(element) == "details":
        values = {name: [] for name in sorted(_LISTS)} | values
    return values


def _scalar(name: str, text: str) -> str | int | bool:
    if name.startswith("num") or name.endswith("Number"):
        return int(text)
    return _WORDS.get(text, text)
