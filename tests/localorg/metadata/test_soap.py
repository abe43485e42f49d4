"""The Metadata API over SOAP; every answer must fit Salesforce's own contract."""

import base64
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM

METADATA_NS = "http://soap.sforce.com/2006/04/metadata"
NS = {"m": METADATA_NS, "s": "http://schemas.xmlsoap.org/soap/envelope/"}


@pytest.fixture
def deploy_over_soap(call: Callable[..., Any]) -> Callable[..., Any]:
    def run(content: bytes, options: str = "", details: str = "true") -> Any:
        body = (
            f"<ZipFile>{base64.b64encode(content).decode()}</ZipFile><DeployOptions>{options}"
            "<rollbackOnError>true</rollbackOnError><singlePackage>true</singlePackage></DeployOptions>"
        )
        _, started = call("deploy", body)
        job = started.findtext("m:result/m:id", "", NS)
        check = f"<asyncProcessId>{job}</asyncProcessId><includeDetails>{details}</includeDetails>"
        _, finished = call("checkDeployStatus", check, path="/services/Soap/m/66.0/00D000000000001EAA")
        return finished.find("m:result", NS)

    return run


def test_a_deploy_is_done_at_the_first_question(deploy_over_soap: Callable[..., Any], package: Any) -> None:
    result = deploy_over_soap(package.zipped())

    assert result.findtext("m:status", "", NS) == "Succeeded"
    assert result.findtext("m:done", "", NS) == "true"
    names = {node.findtext("m:fullName", "", NS) for node in result.findall(".//m:componentSuccesses", NS)}
    assert {"Parcel__c", "Parcel__c.Code__c", "Parcel_User", "Parcel_Status"} <= names


def test_a_failure_carries_what_clients_print(deploy_over_soap: Callable[..., Any], package: Any) -> None:
    package.replace("<field>Parcel__c.Amount__c", "<field>Parcel__c.Weight__c")

    result = deploy_over_soap(package.zipped())

    (failure,) = result.findall(".//m:componentFailures", NS)
    told = {etree.QName(child).localname: child.text for child in failure}
    assert result.findtext("m:status", "", NS) == "Failed"
    assert (
        told.items()
        >= {
            "componentType": "PermissionSet",
            "fullName": "Parcel_User",
            "fileName": "permissionsets/Parcel_User.permissionset",
            "problem": "In field: field - no CustomField named Parcel__c.Weight__c found",
            "problemType": "Error",
            "created": "false",
            "deleted": "false",
        }.items()
    )
    assert int(told["lineNumber"]) > 1
    assert int(told["columnNumber"]) > 1


def test_details_are_left_out_unless_asked_for(deploy_over_soap: Callable[..., Any], package: Any) -> None:
    result = deploy_over_soap(package.zipped(), details="false")

    assert len(result.find("m:details", NS)) == 0
    assert result.findtext("m:numberComponentErrors", "", NS) == "0"


def test_check_only_is_said_and_kept(deploy_over_soap: Callable[..., Any], package: Any, org: Org) -> None:
    result = deploy_over_soap(package.zipped(), "<checkOnly>true</checkOnly>")

    assert result.findtext("m:checkOnly", "", NS) == "true"
    assert "Parcel__c" not in org.schema.objects


@pytest.mark.parametrize("element", ["retrieveRequest", "request"])
def test_a_retrieve_goes_through_its_three_calls(
    call: Callable[..., Any], deploy_over_soap: Callable[..., Any], package: Any, element: str
) -> None:
    deploy_over_soap(package.zipped())
    types = "<types><members>Parcel__c</members><name>CustomTab</name></types><version>66.0</version>"

    wanted = (
        f"<apiVersion>66.0</apiVersion><singlePackage>true</singlePackage><unpackaged>{types}</unpackaged>"
    )
    _, started = call("retrieve", f"<{element}>{wanted}</{element}>")
    job = started.findtext("m:result/m:id", "", NS)
    _, status = call("checkStatus", f"<asyncProcessId>{job}</asyncProcessId>")
    _, finished = call(
        "checkRetrieveStatus", f"<asyncProcessId>{job}</asyncProcessId><includeZip>true</includeZip>"
    )

    assert status.findtext("m:result/m:done", "", NS) == "true"
    content = base64.b64decode(finished.findtext("m:result/m:zipFile", "", NS))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["unpackaged/package.xml", "unpackaged/tabs/Parcel__c.tab"]
    assert finished.findtext("m:result/m:fileProperties/m:type", "", NS) == "CustomTab"


def test_types_are_described_and_components_listed(
    call: Callable[..., Any], deploy_over_soap: Callable[..., Any], package: Any
) -> None:
    deploy_over_soap(package.zipped())

    _, described = call("describeMetadata", "<asOfVersion>66.0</asOfVersion>")
    _, listed = call(
        "listMetadata", "<queries><type>CustomField</type></queries><asOfVersion>66.0</asOfVersion>"
    )

    types = {node.findtext("m:xmlName", "", NS) for node in described.findall(".//m:metadataObjects", NS)}
    assert {"CustomObject", "PermissionSet", "ExternalClientApplication"} <= types
    assert "Parcel__c.Code__c" in {node.findtext("m:fullName", "", NS) for node in listed}


def test_a_cancelled_deploy_was_done_already(
    call: Callable[..., Any], deploy_over_soap: Callable[..., Any], package: Any
) -> None:
    job = deploy_over_soap(package.zipped()).findtext("m:id", "", NS)

    _, answer = call("cancelDeploy", f"<String>{job}</String>")

    assert answer.findtext("m:result/m:done", "", NS) == "true"


def test_a_bomb_is_answered_with_a_fault(call: Callable[..., Any]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("package.xml", b" " * 30_000_000)
    content = base64.b64encode(buffer.getvalue()).decode()

    status, fault = call("deploy", f"<ZipFile>{content}</ZipFile><DeployOptions/>")

    assert status == 500
    assert fault.findtext("faultcode") == "sf:LIMIT_EXCEEDED"


def test_a_stranger_is_told_that_the_session_is_invalid(call: Callable[..., Any]) -> None:
    status, fault = call("describeMetadata", session="nobody")

    assert status == 500
    assert fault.findtext("faultcode") == "sf:INVALID_SESSION_ID"
    assert fault.findtext("faultstring").startswith(
        "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader"
    )


def test_an_operation_that_is_not_there_is_named(call: Callable[..., Any]) -> None:
    status, fault = call("describeValueType")

    assert status == 500
    assert "does not support: Metadata API describeValueType" in fault.findtext("faultstring")


def test_what_the_partner_api_lacks_is_named(call: Callable[..., Any]) -> None:
    status, fault = call("describeSoftphoneLayout", path="/services/Soap/u/66.0")

    assert status == 500
    assert "does not support: Partner SOAP API describeSoftphoneLayout" in fault.findtext("faultstring")


def test_an_unknown_job_is_an_invalid_reference(call: Callable[..., Any]) -> None:
    status, fault = call("checkDeployStatus", "<asyncProcessId>0Af000000000009AAA</asyncProcessId>")

    assert status == 500
    assert fault.findtext("faultcode") == "sf:INVALID_CROSS_REFERENCE_KEY"


@pytest.mark.parametrize(
    "operation", ["deploy", "retrieve", "listMetadata", "createMetadata", "describeMetadata"]
)
def test_the_metadata_api_is_for_those_who_may_use_it(
    call: Callable[..., Any], session_of: Callable[[str], str], operation: str
) -> None:
    status, fault = call(operation, session=session_of("rep@local.example"))

    assert status == 500
    assert fault.findtext("faultstring").startswith(
        "INSUFFICIENT_ACCESS: use of the Metadata API requires a user with the ModifyAllData or"
    )


def test_a_user_permission_opens_the_metadata_api(
    call: Callable[..., Any], session_of: Callable[[str], str], org: Org
) -> None:
    own, user = Dml(org, SYSTEM), org.user("rep@local.example")
    assert user is not None
    permission_set = own.insert(
        "PermissionSet", {"Name": "Ops", "Label": "Ops", "PermissionsModifyMetadata": True}
    )
    own.insert("PermissionSetAssignment", {"AssigneeId": user.id, "PermissionSetId": permission_set})

    status, _ = call("describeMetadata", session=session_of("rep@local.example"))

    assert status == 200
