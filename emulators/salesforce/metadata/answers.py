"""The result elements of the Metadata API, in the order that its contract demands."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime

from lxml import etree

from emulators.salesforce.metadata.components import StoredComponent
from emulators.salesforce.metadata.contract import contract
from emulators.salesforce.metadata.crud import Saved
from emulators.salesforce.metadata.deploy import Options, Outcome, Success
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.registry import TypeInfo
from emulators.salesforce.security.users import OrgUser
from emulators.salesforce.soap.envelope import element

NO_ID = "000000000000000AAA"


def flag(value: object) -> str:
    """A boolean as XML writes it."""
    return "true" if value else "false"


def moment(value: datetime) -> str:
    """A time as Salesforce writes it: milliseconds, Z."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def made(name: str, values: Iterable[tuple[str, object]], *children: etree._Element) -> etree._Element:
    """An element with text children."""
    return element(name, None, *(element(key, str(value)) for key, value in values), *children)


def async_result(job_id: str, *, done: bool) -> etree._Element:
    """What deploy and retrieve answer at once."""
    return made(
        "result", [("done", flag(done)), ("id", job_id), ("state", "Completed" if done else "Queued")]
    )


def deploy_result(
    job_id: str, outcome: Outcome, options: Options, user: OrgUser, now: datetime
) -> etree._Element:
    """What checkDeployStatus answers about a finished deploy."""
    failures = [_failure(problem, now) for problem in outcome.problems]
    successes = [_success(success, now) for success in outcome.successes]
    tests = made("runTestResult", [("numFailures", 0), ("numTestsRun", 0), ("totalTime", "0.0")])
    when = moment(now)
    before = [("checkOnly", flag(options.check_only)), ("completedDate", when), ("createdBy", user.id)]
    before += [("createdByName", user.name), ("createdDate", when)]
    after = [
        ("done", "true"),
        ("id", job_id),
        ("ignoreWarnings", flag(options.ignore_warnings)),
        ("lastModifiedDate", when),
        ("numberComponentErrors", len(failures)),
        ("numberComponentsDeployed", len(successes)),
        ("numberComponentsTotal", len(successes) + len(failures)),
        ("numberTestErrors", 0),
        ("numberTestsCompleted", 0),
        ("numberTestsTotal", 0),
        ("rollbackOnError", flag(options.rollback_on_error)),
        ("runTestsEnabled", "false"),
        ("startDate", when),
        ("status", _status(outcome)),
        ("success", flag(outcome.succeeded)),
    ]
    result = made("result", before)
    result.append(element("details", None, *failures, *successes, tests))
    result.extend(element(key, str(value)) for key, value in after)
    return result


def _status(outcome: Outcome) -> str:
    if outcome.partial:
        return "SucceededPartial"
    return "Succeeded" if outcome.succeeded else "Failed"


def _failure(problem: Problem, now: datetime) -> etree._Element:
    return _message(
        "componentFailures",
        changed="false",
        columnNumber=problem.column or None,
        componentType=problem.type,
        created="false",
        createdDate=moment(now),
        deleted="false",
        fileName=problem.file_name,
        fullName=problem.full_name,
        lineNumber=problem.line or None,
        problem=problem.text,
        problemType="Error",
        success="false",
    )


def _success(success: Success, now: datetime) -> etree._Element:
    return _message(
        "componentSuccesses",
        changed="true",
        componentType=success.member.type,
        created=flag(success.created),
        createdDate=moment(now),
        deleted=flag(success.deleted),
        fileName=success.file_name,
        fullName=success.member.full_name,
        id=success.id or None,
        problem=success.warning or None,
        problemType="Warning" if success.warning else None,
        success="true",
    )


def _message(name: str, **values: object) -> etree._Element:
    return made(name, [(key, value) for key, value in values.items() if value is not None])


def file_properties(name: str, component: StoredComponent, path: str, user: OrgUser) -> etree._Element:
    """What retrieve and listMetadata say about one component."""
    return made(
        name,
        [
            ("createdById", user.id),
            ("createdByName", user.name),
            ("createdDate", moment(datetime.fromisoformat(component.created))),
            ("fileName", path),
            ("fullName", component.full_name),
            ("id", component.id),
            ("lastModifiedById", user.id),
            ("lastModifiedByName", user.name),
            ("lastModifiedDate", moment(datetime.fromisoformat(component.modified))),
            ("manageableState", "unmanaged"),
            ("type", component.type),
        ],
    )


def retrieve_result(
    job_id: str,
    content: bytes,
    properties: list[etree._Element],
    messages: list[tuple[str, str]],
) -> etree._Element:
    """What checkRetrieveStatus answers about a finished retrieve. messages: (file name, problem)."""
    result = made("result", [("done", "true")])
    result.extend(properties)
    result.append(element("id", job_id))
    result.extend(made("messages", [("fileName", name), ("problem", text)]) for name, text in messages)
    result.append(element("status", "Succeeded"))
    result.append(element("success", "true"))
    result.append(element("zipFile", base64.b64encode(content).decode()))
    return result


def save_result(saved: Saved, *, told_created: bool = False) -> etree._Element:
    """What createMetadata and its relatives answer about one component."""
    result = element("result")
    if told_created:
        result.append(element("created", flag(saved.created)))
    known = contract().enums["StatusCode"]
    for code, text in saved.errors:
        status = code if code in known else "UNKNOWN_EXCEPTION"
        result.append(made("errors", [("message", text), ("statusCode", status)]))
    result.append(element("fullName", saved.full_name))
    result.append(element("success", flag(not saved.errors)))
    return result


def described_type(info: TypeInfo) -> etree._Element:
    """One entry of describeMetadata."""
    values: list[tuple[str, object]] = [("childXmlNames", child) for child in info.children.values()]
    values += [
        ("directoryName", info.folder),
        ("inFolder", flag(info.in_folder)),
        ("metaFile", flag(info.meta_file)),
    ]
    if info.suffix:
        values.append(("suffix", info.suffix))
    return made("metadataObjects", [*values, ("xmlName", info.name)])
