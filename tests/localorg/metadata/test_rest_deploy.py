"""Deploys over REST."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.org import Org

URL = "/services/data/v66.0/metadata/deployRequest"


def send(client: FlaskClient, content: bytes, **options: bool) -> Any:
    parts = {
        "json": (io.BytesIO(json.dumps({"deployOptions": options}).encode()), "", "application/json"),
        "file": (io.BytesIO(content), "deploy.zip", "application/zip"),
    }
    return client.post(URL, data=parts, content_type="multipart/form-data")


def test_a_deploy_over_rest_is_applied_and_told(client: FlaskClient, package: Any, org: Org) -> None:
    started = send(client, package.zipped())

    result = client.get(f"{URL}/{started.json['id']}?includeDetails=true").json["deployResult"]
    assert started.status_code == 201
    assert (result["status"], result["success"], result["numberComponentErrors"]) == ("Succeeded", True, 0)
    assert result["details"]["componentFailures"] == []
    assert "Parcel__c" in org.schema.objects


def test_a_failed_deploy_over_rest_says_why(client: FlaskClient, package: Any, org: Org) -> None:
    package.replace("<field>Parcel__c.Amount__c", "<field>Parcel__c.Weight__c")

    started = send(client, package.zipped(), rollbackOnError=True)

    result = client.get(f"{URL}/{started.json['id']}?includeDetails=true").json["deployResult"]
    (failure,) = result["details"]["componentFailures"]
    assert result["status"] == "Failed"
    assert failure["problem"] == "In field: field - no CustomField named Parcel__c.Weight__c found"
    assert failure["lineNumber"] > 1
    assert "Parcel__c" not in org.schema.objects


def test_details_are_left_out_unless_asked_for(client: FlaskClient, package: Any) -> None:
    started = send(client, package.zipped())

    result = client.get(f"{URL}/{started.json['id']}").json["deployResult"]

    assert "details" not in result


@pytest.mark.parametrize("data", [{"json": "{"}, {"json": "[]"}, {"json": "{}"}, {}])
def test_a_request_without_its_parts_is_refused(client: FlaskClient, data: dict[str, str]) -> None:
    answer = client.post(URL, data=data, content_type="multipart/form-data")

    assert answer.status_code == 400


def test_apex_tests_are_named_as_unsupported(client: FlaskClient, package: Any) -> None:
    parts = {
        "json": json.dumps({"deployOptions": {"runTests": ["ParcelTest"]}}),
        "file": (io.BytesIO(package.zipped()), "deploy.zip"),
    }

    answer = client.post(URL, data=parts, content_type="multipart/form-data")

    assert answer.status_code == 501
    assert "Apex tests in a deploy" in answer.json[0]["message"]


def test_what_was_checked_is_deployed_without_being_sent_again(
    client: FlaskClient, package: Any, org: Org
) -> None:
    checked = send(client, package.zipped(), checkOnly=True)
    before = "Parcel__c" in org.schema.objects

    deployed = client.post(URL, json={"validatedDeployRequestId": checked.json["id"]})
    refused = client.post(URL, json={"validatedDeployRequestId": deployed.json["id"]})

    assert (before, "Parcel__c" in org.schema.objects) == (False, True)
    assert (deployed.status_code, refused.json[0]["errorCode"]) == (201, "INVALID_ID_FIELD")


def test_a_deploy_is_done_before_it_can_be_cancelled(client: FlaskClient, package: Any) -> None:
    job = send(client, package.zipped()).json["id"]

    answer = client.patch(f"{URL}/{job}", json={"deployResult": {"status": "Canceling"}})

    assert answer.json[0]["message"] == "Deployment already completed"


def test_deploys_over_rest_are_for_those_who_may_use_the_metadata_api(
    client_of: Callable[[str], FlaskClient], package: Any, org: Org
) -> None:
    refused = send(client_of("rep@local.example"), package.zipped())

    assert (refused.status_code, refused.json[0]["errorCode"]) == (403, "INSUFFICIENT_ACCESS")
    assert "Parcel__c" not in org.schema.objects


def test_options_that_are_no_text_are_refused(client: FlaskClient, package: Any) -> None:
    parts = {
        "json": (io.BytesIO(b"\xff\xfe\xfd"), "", "application/json"),
        "file": (io.BytesIO(package.zipped()), "deploy.zip", "application/zip"),
    }

    answer = client.post(URL, data=parts, content_type="multipart/form-data")

    assert (answer.status_code, answer.json[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")
