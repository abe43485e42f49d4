"""The SOAP log-in, as simple-salesforce uses it, and what surrounds it."""

from typing import Any

import pytest
import requests
from lxml import etree
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed

from emulators.salesforce.oauth.passwords import SEEDED_PASSWORD
from emulators.salesforce.testing import LocalOrg, start_local_org

REP = "rep@local.example"
NS = {"p": "urn:partner.soap.sforce.com"}


def call(
    http: requests.Session, local: LocalOrg, operation: str, body: str = "", version: str = "59.0"
) -> tuple[int, Any]:
    envelope = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>'
        f'<SessionHeader xmlns="{NS["p"]}"><sessionId>{local.access_token}</sessionId></SessionHeader>'
        f'</e:Header><e:Body><{operation} xmlns="{NS["p"]}">{body}</{operation}></e:Body></e:Envelope>'
    )
    url = f"{local.base_url}/services/Soap/u/{version}"
    answer = http.post(url, data=envelope, headers={"Content-Type": "text/xml"}, timeout=10)
    return answer.status_code, etree.fromstring(answer.content)


def credentials(password: str) -> str:
    return f"<username>{REP}</username><password>{password}</password>"


def test_simple_salesforce_logs_in_with_a_password_through_the_proxy() -> None:
    with start_local_org(proxy=True) as local, requests.Session() as session:
        session.trust_env = False
        session.verify = local.ca_bundle
        session.proxies = {"https": local.proxy_url}
        options = {"username": REP, "security_token": "abc", "session": session}

        opened = Salesforce(password=SEEDED_PASSWORD, **options)
        with pytest.raises(SalesforceAuthenticationFailed) as refused:
            Salesforce(password="guess", **options)

        assert opened.sf_instance == "emu.my.salesforce.com"
        assert opened.query("SELECT Id FROM User")["totalSize"] == 3
        assert refused.value.code == "INVALID_LOGIN"


def test_the_session_tells_its_user_and_ends(http: requests.Session, local: LocalOrg) -> None:
    _, told = call(http, local, "getUserInfo")
    ended, _ = call(http, local, "logout")
    afterwards, fault = call(http, local, "getServerTimestamp")

    assert told.findtext(".//p:userName", "", NS) == "admin@local.example"
    assert (ended, afterwards) == (200, 500)
    assert fault.findtext(".//faultstring").startswith("INVALID_SESSION_ID")


def test_log_in_is_not_part_of_newer_versions(http: requests.Session, local: LocalOrg) -> None:
    before, _ = call(http, local, "login", credentials(SEEDED_PASSWORD), "64.0")
    after, fault = call(http, local, "login", credentials(SEEDED_PASSWORD), "65.0")

    assert (before, after) == (200, 500)
    assert "does not support: SOAP login()" in fault.findtext(".//faultstring")
