"""The operations of the Metadata API, by the name of their body element."""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from emulators.salesforce.context import current
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.metadata import answers, crud
from emulators.salesforce.metadata.components import Components, Member, StoredComponent
from emulators.salesforce.metadata.deploy import Options, deploy
from emulators.salesforce.metadata.jobs import Jobs
from emulators.salesforce.metadata.manifest import read_manifest
from emulators.salesforce.metadata.registry import BY_NAME, PARENT_OF, is_known
from emulators.salesforce.metadata.rename import rename
from emulators.salesforce.metadata.retrieve import Retrieve, all_names
from emulators.salesforce.org import Org
from emulators.salesforce.security.access import Access
from emulators.salesforce.soap.envelope import (
    child_elements,
    child_named,
    element,
    local_name,
    text_of,
    texts_of,
)

Operation = Callable[[Org, etree._Element], list[etree._Element]]  # noqa: SLF001 -- lxml has no public name for it

DEPLOY_PREFIX = "0Af"
RETRIEVE_PREFIX = "09S"


def start_deploy(org: Org, zip_content: bytes, options: Options) -> str:
    """Carry a deploy out and keep its result; the Id of the job.

    A zip that cannot be opened raises SalesforceError and starts no job.
    """
    outcome = deploy(org, zip_content, options)
    job_id = org.next_id(DEPLOY_PREFIX)
    result = answers.deploy_result(job_id, outcome, options, current().user, org.clock())
    Jobs(org).save(job_id, result)
    if options.check_only and outcome.succeeded:
        Jobs(org).keep_validated(job_id, zip_content)
    return job_id


def deploy_validated(org: Org, job_id: str) -> str:
    """Deploy what a check-only deploy found sound; the Id of the new job. Raises SalesforceError.

    Salesforce asks besides for tests that ran within the last ten days; Apex is not run here.
    """
    content = Jobs(org).validated(job_id)
    return start_deploy(org, content, Options())


def _deploy_recent_validation(org: Org, body: etree._Element) -> list[etree._Element]:
    return [element("result", deploy_validated(org, text_of(body, "validationId")))]


def _deploy(org: Org, body: etree._Element) -> list[etree._Element]:
    options = child_named(body, "DeployOptions")

    def asked(name: str) -> bool:
        return text_of(options, name) == "true"

    if options is not None and texts_of(options, "runTests"):
        raise NotSupportedHere("Apex tests in a deploy")
    wanted = Options(
        check_only=asked("checkOnly"),
        allow_missing=asked("allowMissingFiles"),
        auto_update=asked("autoUpdatePackage"),
        rollback_on_error=asked("rollbackOnError"),
        ignore_warnings=asked("ignoreWarnings"),
    )
    try:
        content = base64.b64decode(text_of(body, "ZipFile"), validate=False)
    except binascii.Error as error:
        raise SalesforceError("INVALID_FIELD_VALUE", f"Invalid zip file: {error}") from error
    return [answers.async_result(start_deploy(org, content, wanted), done=False)]


def _check_deploy(org: Org, body: etree._Element) -> list[etree._Element]:
    result = Jobs(org).find(text_of(body, "asyncProcessId"))
    details = child_named(result, "details")
    if details is not None and text_of(body, "includeDetails") != "true":
        details[:] = []
    return [result]


def _cancel_deploy(org: Org, body: etree._Element) -> list[etree._Element]:
    job_id = text_of(body, "String") or text_of(body, "asyncProcessId")
    Jobs(org).find(job_id)
    return [answers.made("result", [("done", "true"), ("id", job_id)])]


def _retrieve(org: Org, body: etree._Element) -> list[etree._Element]:
    # jsforce calls the element `request`, and the platform takes it
    request = next(child_elements(body), None)
    if request is None:
        raise SalesforceError("INVALID_OPERATION", "retrieveRequest is missing")
    gathered = Retrieve(org, text_of(request, "apiVersion") or current().api_version)
    for name in texts_of(request, "packageNames"):
        gathered.add_package(name)
    unpackaged = child_named(request, "unpackaged")
    if unpackaged is not None:
        gathered.add_manifest(read_manifest(unpackaged))
    retrieved = gathered.result
    job_id = org.next_id(RETRIEVE_PREFIX)
    user = current().user
    properties = [
        answers.file_properties("fileProperties", component, path, user)
        for component, path in retrieved.components
    ]
    result = answers.retrieve_result(job_id, retrieved.archive(), properties, retrieved.messages)
    Jobs(org).save(job_id, result)
    return [answers.async_result(job_id, done=False)]


def _check_status(org: Org, body: etree._Element) -> list[etree._Element]:
    job_ids = texts_of(body, "asyncProcessId")
    for job_id in job_ids:
        Jobs(org).find(job_id)
    return [answers.async_result(job_id, done=True) for job_id in job_ids]


def _check_retrieve(org: Org, body: etree._Element) -> list[etree._Element]:
    result = Jobs(org).find(text_of(body, "asyncProcessId"))
    content = child_named(result, "zipFile")
    if content is not None and text_of(body, "includeZip") == "false":
        content.text = None
    return [result]


def _describe(org: Org, body: etree._Element) -> list[etree._Element]:
    del org, body
    entries = [answers.described_type(info) for info in BY_NAME.values()]
    rest = (("organizationNamespace", ""), ("partialSaveAllowed", "true"), ("testRequired", "false"))
    return [element("result", None, *entries, *(element(name, text) for name, text in rest))]


def _list(org: Org, body: etree._Element) -> list[etree._Element]:
    components = Components(org)
    user = current().user
    found = []
    for query in child_elements(body):
        if local_name(query) != "queries":
            continue
        type_name = text_of(query, "type")
        if not is_known(type_name):
            raise SalesforceError("INVALID_TYPE", f"Unknown type:{type_name}")
        info = BY_NAME.get(type_name) or PARENT_OF[type_name]
        for component in _listed(org, components, type_name):
            stem = component.full_name if type_name in BY_NAME else component.full_name.partition(".")[0]
            path = f"{info.folder}/{stem}" + (f".{info.suffix}" if info.suffix else "")
            found.append(answers.file_properties("result", component, path, user))
    return found


def _listed(org: Org, components: Components, type_name: str) -> Iterator[StoredComponent]:
    """The components of a type; those that no deploy has touched bear the org's first moment."""
    born = org.clock().isoformat()
    for name in all_names(org, type_name):
        stored = components.find(Member(type_name, name))
        yield stored or StoredComponent(type_name, name, "", b"", "", born, born)


def _saving(*, create: bool, update: bool) -> Operation:
    def save(org: Org, body: etree._Element) -> list[etree._Element]:
        sent = [child for child in child_elements(body) if local_name(child) == "metadata"]
        results = crud.save_all(org, sent, create=create, update=update, all_or_none=_all_or_none(body))
        return [answers.save_result(saved, told_created=create and update) for saved in results]

    return save


def _delete(org: Org, body: etree._Element) -> list[etree._Element]:
    names = texts_of(body, "fullNames")
    results = crud.delete_all(org, text_of(body, "type"), names, all_or_none=_all_or_none(body))
    return [answers.save_result(saved) for saved in results]


def _read(org: Org, body: etree._Element) -> list[etree._Element]:
    names = texts_of(body, "fullNames")
    records = crud.read_all(org, text_of(body, "type"), names, current().api_version)
    return [element("result", None, *records)]


def _rename(org: Org, body: etree._Element) -> list[etree._Element]:
    old, new = text_of(body, "oldFullName"), text_of(body, "newFullName")
    saved = crud.Saved(old)
    try:
        rename(org, text_of(body, "type"), old, new)
    except SalesforceError as error:
        saved.errors.append((error.code, error.message))
    return [answers.save_result(saved)]


def _all_or_none(body: etree._Element) -> bool:
    """AllOrNoneHeader of the envelope around the body's element."""
    envelope = body.getroottree().getroot()
    header = child_named(envelope, "Header")
    return text_of(None if header is None else child_named(header, "AllOrNoneHeader"), "allOrNone") == "true"


def require_metadata_rights() -> None:
    """Raise INSUFFICIENT_ACCESS for a user who may not use the Metadata API."""
    if not Access(current().org, current().user).may_deploy:
        message = (
            "use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions"
        )
        raise SalesforceError("INSUFFICIENT_ACCESS", message, 403)


def _for_the_permitted(operation: Operation) -> Operation:
    def carry_out(org: Org, body: etree._Element) -> list[etree._Element]:
        require_metadata_rights()
        return operation(org, body)

    return carry_out


_ALL: Mapping[str, Operation] = {
    "createMetadata": _saving(create=True, update=False),
    "updateMetadata": _saving(create=False, update=True),
    "upsertMetadata": _saving(create=True, update=True),
    "deleteMetadata": _delete,
    "readMetadata": _read,
    "renameMetadata": _rename,
    "deploy": _deploy,
    "deployRecentValidation": _deploy_recent_validation,
    "checkDeployStatus": _check_deploy,
    "cancelDeploy": _cancel_deploy,
    "retrieve": _retrieve,
    "checkStatus": _check_status,
    "checkRetrieveStatus": _check_retrieve,
    "describeMetadata": _describe,
    "listMetadata": _list,
}
OPERATIONS: Mapping[str, Operation] = {
    name: _for_the_permitted(operation) for name, operation in _ALL.items()
}
