"""The proxy: Salesforce's names lead to the local org, all others nowhere."""

import socket
from collections.abc import Iterator

import pytest
import requests

from emulators.salesforce.proxy import ConnectProxy, is_proxied
from emulators.salesforce.server import NotLoopback
from emulators.salesforce.testing import LocalOrg, start_local_org


@pytest.fixture(scope="module")
def proxied() -> Iterator[LocalOrg]:
    with start_local_org(proxy=True) as local:
        yield local


@pytest.fixture
def through(proxied: LocalOrg) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.verify = proxied.ca_bundle
        session.proxies = {"https": proxied.proxy_url, "http": proxied.proxy_url}
        yield session


@pytest.mark.parametrize(
    "host", ["login.salesforce.com", "emu.my.salesforce.com", "emu.lightning.force.com", "na1.force.com"]
)
def test_salesforces_names_lead_to_the_local_org(
    through: requests.Session, proxied: LocalOrg, host: str
) -> None:
    answer = through.get(f"https://{host}/_control/health", timeout=10)

    assert answer.json()["org_id"] == proxied.org.org_id


def test_who_logs_in_at_the_common_address_is_sent_to_the_orgs_own(
    through: requests.Session, proxied: LocalOrg
) -> None:
    userinfo = "https://login.salesforce.com/services/oauth2/userinfo"

    answer = through.get(userinfo, headers={"Authorization": f"Bearer {proxied.access_token}"}, timeout=10)

    assert answer.json()["urls"]["custom_domain"] == "https://emu.my.salesforce.com"


@pytest.mark.parametrize("host", ["example.com", "salesforce.com.example.com", "localhost", "127.0.0.1"])
def test_every_other_name_is_refused(through: requests.Session, host: str) -> None:
    with pytest.raises(requests.exceptions.ProxyError, match="403"):
        through.get(f"https://{host}/", timeout=10)


def test_a_request_that_asks_for_no_tunnel_is_refused(through: requests.Session) -> None:
    answer = through.get("http://login.salesforce.com/", timeout=10)

    assert answer.status_code == 403


@pytest.mark.parametrize("head", [b"CONNECT login.salesforce.com\r\n\r\n", b"\x16\x03\x01" + b"A" * 20_000])
def test_what_is_no_request_is_refused(proxied: LocalOrg, head: bytes) -> None:
    port = int(proxied.proxy_url.rpartition(":")[2])

    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(head)

        assert client.recv(1000).startswith(b"HTTP/1.1 403 ")


def test_only_loopback_is_served() -> None:
    with pytest.raises(NotLoopback):
        ConnectProxy(443, host="0.0.0.0")  # noqa: S104 -- the point of the test


def test_names_are_matched_as_names() -> None:
    assert is_proxied("LOGIN.Salesforce.com.")
    assert not is_proxied("notsalesforce.com")
