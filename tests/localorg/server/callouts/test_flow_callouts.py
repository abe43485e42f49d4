"""Flows that call the connector, and what stands in for them: over loopback, after the commit, harmless."""

import socket
import threading
from typing import Any

import pytest
import requests

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.testing import LocalOrg
from tests.localorg.server.callouts.conftest import (
    CREDENTIAL,
    KEY,
    PLACEHOLDER,
    PRINCIPAL,
    Connector,
    add_member,
    deploy_flows,
    record,
)


def test_a_gift_is_asked_for_once_a_member_is_committed(gifting: LocalOrg, connector: Connector) -> None:
    member = add_member(gifting)

    assert gifting.wait_for_background()
    (call,) = connector.calls
    campaign = record(gifting, "CampaignMember", member)["CampaignId"]
    assert call["path"] == "/api/v1/gifts"
    assert call["headers"]["authorization"] == f"Bearer {KEY}"
    assert call["body"] == {
        "orgId": gifting.org.org_id,
        "campaignId": campaign,
        "campaignMemberId": member,
    }
    assert record(gifting, "CampaignMember", member)["Gift_Sync_Error__c"] is None


@pytest.mark.parametrize(
    "campaign", [{"Gift_Sync_Enabled__c": False}, {"Gift_Campaign__c": None}], ids=["off", "not mapped"]
)
def test_no_gift_is_asked_for_where_the_campaign_sends_none(
    gifting: LocalOrg, connector: Connector, campaign: dict[str, Any]
) -> None:
    add_member(gifting, **campaign)

    assert gifting.wait_for_background()
    assert connector.calls == []


def test_no_gift_is_asked_for_a_member_that_was_rolled_back(gifting: LocalOrg, connector: Connector) -> None:
    def add_and_fail() -> None:
        with gifting.org.lock, gifting.org.transaction():
            add_member(gifting)
            raise KeyError

    with pytest.raises(KeyError):
        add_and_fail()

    assert gifting.wait_for_background()
    assert connector.calls == []


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [
        (422, b'{"detail": "the Campaign is not mapped"}', "HTTP status 422: the Campaign is not mapped"),
        (503, b"<html>", "HTTP status 503"),
        (302, b"{}", "HTTP status 302"),
        (200, b"not json", "something other than a JSON object"),
        (200, b"[1]", "something other than a JSON object"),
    ],
)
def test_the_member_tells_why_no_gift_was_asked_for(
    gifting: LocalOrg, connector: Connector, status: int, answer: bytes, told: str
) -> None:
    connector.status, connector.answer = status, answer

    member = add_member(gifting)

    assert gifting.wait_for_background()
    assert told in record(gifting, "CampaignMember", member)["Gift_Sync_Error__c"]
    assert len(connector.calls) == 1


def test_a_connector_that_is_down_does_not_break_the_write(gifting: LocalOrg) -> None:
    deploy_flows(gifting, "http://127.0.0.1:9")

    member = add_member(gifting)

    assert gifting.wait_for_background()
    assert "could not be called" in record(gifting, "CampaignMember", member)["Gift_Sync_Error__c"]


@pytest.mark.parametrize(
    "answer",
    [
        b"Content-Length: 100\r\n\r\n{}",
        b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_an_answer_that_breaks_off_does_not_break_the_write(gifting: LocalOrg, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_once() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(64 * 1024)
                connection.sendall(b"HTTP/1.1 200 OK\r\n" + answer)

        thread = threading.Thread(target=answer_once)
        thread.start()
        deploy_flows(gifting, f"http://127.0.0.1:{server.getsockname()[1]}")

        member = add_member(gifting)

        assert gifting.wait_for_background()
        thread.join(timeout=10)
    assert "could not be called" in record(gifting, "CampaignMember", member)["Gift_Sync_Error__c"]


@pytest.mark.parametrize(
    "address", [PLACEHOLDER, "http://127.0.0.1.example.com", "ftp://127.0.0.1", "http://0"]
)
def test_nothing_outside_of_this_machine_is_called(
    gifting: LocalOrg, connector: Connector, address: str
) -> None:
    deploy_flows(gifting, address)

    member = add_member(gifting)

    assert gifting.wait_for_background()
    assert "this machine only" in record(gifting, "CampaignMember", member)["Gift_Sync_Error__c"]
    assert connector.calls == []


def test_without_an_api_key_the_connector_is_not_called(
    gifting: LocalOrg, connector: Connector, http: requests.Session, as_admin: dict[str, str]
) -> None:
    url = gifting.base_url + CREDENTIAL
    assert http.delete(url, params=PRINCIPAL, headers=as_admin, timeout=30).status_code == 204

    member = add_member(gifting)

    assert gifting.wait_for_background()
    assert "access the credential" in record(gifting, "CampaignMember", member)["Gift_Sync_Error__c"]
    assert connector.calls == []


def test_who_may_not_use_the_credential_asks_for_nothing(gifting: LocalOrg, connector: Connector) -> None:
    with gifting.org.lock:
        gifting.org.db.execute('DELETE FROM "PermissionSetAssignment"')

    member = add_member(gifting)

    assert gifting.wait_for_background()
    assert "access the credential" in record(gifting, "CampaignMember", member)["Gift_Sync_Error__c"]
    assert connector.calls == []


def test_a_member_that_cannot_be_written_is_told_on_the_campaign(
    gifting: LocalOrg, connector: Connector
) -> None:
    connector.status = 503

    def delete_member() -> None:
        with gifting.org.lock:
            Dml(gifting.org, SYSTEM).delete("CampaignMember", connector.calls[-1]["body"]["campaignMemberId"])

    connector.meanwhile = delete_member
    member = add_member(gifting)

    assert gifting.wait_for_background()
    campaign = record(gifting, "CampaignMember", member)["CampaignId"]
    assert "HTTP status 503" in record(gifting, "Campaign", campaign)["Gift_Sync_Error__c"]


def test_work_of_before_a_reset_writes_nothing_after_it(gifting: LocalOrg, connector: Connector) -> None:
    connector.status = 503
    connector.meanwhile = gifting.reset

    add_member(gifting)

    assert gifting.wait_for_background()
    with gifting.org.lock:
        assert gifting.org.db.all('SELECT * FROM "CampaignMember"') == []


def test_the_answers_of_deploy_and_control_say_what_stands_in(
    gifting: LocalOrg, connector: Connector, http: requests.Session
) -> None:
    warnings = deploy_flows(gifting, connector.url)
    told = http.get(f"{gifting.base_url}/_control/stand-ins", timeout=30).json()

    assert sum("a stand-in of the local org" in warning for warning in warnings) == 2
    active = {one["flow"] for one in told if one["active"]}
    assert active == {"Send_Gift", "Gift_Request_On_Campaign_Member"}
