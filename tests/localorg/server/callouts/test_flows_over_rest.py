"""Flows that a client of the REST API calls as actions."""

from typing import Any

import pytest
import requests

from emulators.salesforce.testing import LocalOrg
from tests.localorg.server.callouts.conftest import DATA, Connector

FLOW = f"{DATA}/actions/custom/flow/Send_Gift"


def test_a_flow_is_called_over_rest_while_the_connector_asks_the_org(
    gifting: LocalOrg, connector: Connector, http: requests.Session, as_admin: dict[str, str]
) -> None:
    asked: list[int] = []

    def ask() -> None:
        answer = requests.get(
            f"{gifting.base_url}{DATA}/limits", headers=as_admin, verify=gifting.ca_bundle, timeout=30
        )
        asked.append(answer.status_code)

    connector.meanwhile = ask
    inputs = [{"Request_Key": "k1", "Recipient_Id": "003000000000001AAA", "Gift_Campaign_Id": "gc_1"}]

    answer = http.post(gifting.base_url + FLOW, json={"inputs": inputs}, headers=as_admin, timeout=30)

    (result,) = answer.json()
    assert answer.status_code == 200
    assert result["isSuccess"]
    assert result["outputValues"]["Error_Message"] is None
    assert connector.calls[0]["body"]["requestKey"] == "k1"
    assert asked == [200]
    assert answer.headers["X-Localorg-Stand-In"].startswith("Send_Gift")


def test_a_flow_tells_its_caller_what_went_wrong(
    gifting: LocalOrg, connector: Connector, http: requests.Session, as_admin: dict[str, str]
) -> None:
    connector.status = 401

    answer = http.post(gifting.base_url + FLOW, json={"inputs": [{}]}, headers=as_admin, timeout=30)

    assert "HTTP status 401" in answer.json()[0]["outputValues"]["Error_Message"]


def test_nobody_writes_into_a_transaction_while_its_flow_waits(
    gifting: LocalOrg, connector: Connector, http: requests.Session, as_admin: dict[str, str]
) -> None:
    url = f"{gifting.base_url}{DATA}/sobjects/Account"
    headers = {**as_admin, "Content-Type": "application/json"}

    def write() -> None:
        requests.post(url, '{"Name": "Kept"}', headers=headers, verify=gifting.ca_bundle, timeout=30)

    connector.meanwhile = write
    flow = {"method": "POST", "url": FLOW, "referenceId": "flow", "body": {"inputs": [{}]}}
    fails = {"method": "POST", "url": f"{DATA}/sobjects/Account", "referenceId": "fails", "body": {}}
    body = {"allOrNone": True, "compositeRequest": [flow, fails]}

    answer = http.post(f"{gifting.base_url}{DATA}/composite", json=body, headers=as_admin, timeout=30)

    assert answer.json()["compositeResponse"][0]["httpStatusCode"] == 501
    assert connector.calls == []


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"inputs": [{"Nothing": 1}]}, 400, "INVALID_API_INPUT"),
        ({"inputs": {}}, 400, "INVALID_INPUT"),
        ({"inputs": []}, 400, "INVALID_INPUT"),
        ({}, 400, "INVALID_INPUT"),
    ],
)
def test_inputs_that_the_flow_does_not_have_are_refused(
    gifting: LocalOrg, http: requests.Session, as_admin: dict[str, str], body: Any, status: int, told: str
) -> None:
    answer = http.post(gifting.base_url + FLOW, json=body, headers=as_admin, timeout=30)

    assert answer.status_code == status
    assert told in answer.text


def test_flows_that_can_be_called_are_listed_and_described(
    gifting: LocalOrg, http: requests.Session, as_admin: dict[str, str]
) -> None:
    listed = http.get(gifting.base_url + FLOW.rpartition("/")[0], headers=as_admin, timeout=30).json()
    described = http.get(gifting.base_url + FLOW, headers=as_admin, timeout=30).json()

    assert [action["name"] for action in listed["actions"]] == ["Send_Gift"]
    assert [output["name"] for output in described["outputs"]] == ["Error_Message"]
    assert len(described["inputs"]) == 9


def test_a_flow_that_is_not_there_cannot_be_called(
    local: LocalOrg, http: requests.Session, as_admin: dict[str, str]
) -> None:
    answer = http.post(local.base_url + FLOW, json={"inputs": [{}]}, headers=as_admin, timeout=30)

    assert answer.status_code == 404
