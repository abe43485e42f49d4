"""The listener: who can reach it, whom it convinces, what it keeps."""

import contextlib
import http.client
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from typer.testing import CliRunner

from emulators.salesforce.cli import app
from emulators.salesforce.server import NotLoopback, TlsServer
from emulators.salesforce.testing import LocalOrg, start_local_org
from emulators.salesforce.tls import NAMES, ensure_certificates


def _no_app(environ: Any, start_response: Any) -> list[bytes]:
    raise AssertionError((environ, start_response))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104 -- the point of the test
def test_only_loopback_is_served(tmp_path: Path, host: str) -> None:
    certificates = ensure_certificates(tmp_path)

    with pytest.raises(NotLoopback):
        TlsServer(_no_app, certificates, host=host)


@pytest.mark.parametrize("name", [n.replace("*", "emu") for n in NAMES if n != "::1"])
def test_every_name_of_the_org_has_a_certificate(served: LocalOrg, name: str) -> None:
    trust = ssl.create_default_context(cafile=served.ca_certificate)
    port = int(served.base_url.rpartition(":")[2])

    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        trust.wrap_socket(plain, server_hostname=name) as secure,
    ):
        assert secure.getpeercert()


def test_a_client_that_does_not_know_the_authority_is_not_convinced(served: LocalOrg) -> None:
    with requests.Session() as http:
        http.trust_env = False

        with pytest.raises(requests.exceptions.SSLError):
            http.get(f"{served.base_url}/_control/health", timeout=10)


def test_a_connection_is_kept_between_requests(served: LocalOrg) -> None:
    trust = ssl.create_default_context(cafile=served.ca_certificate)
    port = int(served.base_url.rpartition(":")[2])
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=trust, timeout=10)

    with contextlib.closing(connection):
        connection.request("GET", "/_control/health")
        connection.getresponse().read()
        kept = connection.sock
        connection.request("GET", "/_control/health")
        second = connection.getresponse()
        second.read()

        assert second.status == 200
        assert connection.sock is kept


def test_a_foreign_host_name_is_refused(served: LocalOrg) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.verify = served.ca_bundle
        answer = session.get(
            f"{served.base_url}/_control/health", headers={"Host": "evil.example"}, timeout=10
        )

    assert answer.status_code == 400


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    ensure_certificates(tmp_path)

    for name in ("ca.key", "server.pem"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_an_org_in_a_directory_survives_a_restart(tmp_path: Path) -> None:
    def call(local: LocalOrg, method: str, path: str, **more: Any) -> requests.Response:
        with requests.Session() as http:
            http.trust_env = False
            http.verify = local.ca_bundle
            headers = {"Authorization": f"Bearer {token}"}
            return http.request(method, local.base_url + path, headers=headers, timeout=10, **more)

    with start_local_org(tmp_path) as first:
        token, authority = first.access_token, first.ca_certificate
        made = call(first, "POST", "/services/data/v66.0/sobjects/Contact", json={"LastName": "Ada"}).json()[
            "id"
        ]
    with start_local_org(tmp_path) as second:
        found = call(second, "GET", f"/services/data/v66.0/sobjects/Contact/{made}")

    assert found.json()["LastName"] == "Ada"
    assert second.ca_certificate == authority


def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    state = ["--state", str(tmp_path)]
    ask = CliRunner()
    start = [sys.executable, "-m", "emulators.salesforce.cli", "start", "--port", "0", *state]
    with subprocess.Popen(start, stdout=subprocess.PIPE, text=True) as process:
        printed = []
        for line in process.stdout:
            printed.append(line)
            if line.startswith("Ready"):
                break
        status = ask.invoke(app, ["status", *state])
        exports = ask.invoke(app, ["env", *state])
        reset = ask.invoke(app, ["reset", *state])
        os.kill(process.pid, signal.SIGTERM)
        process.wait(timeout=10)
    late = ask.invoke(app, ["status", *state])

    assert process.returncode == 0
    assert "https://localhost:" in "".join(printed)
    assert "API calls 0 of 100000" in status.output
    assert reset.output == "The org is fresh.\n"
    for name in (
        "CUMULUSCI_ORG_local",
        "SFDX_CLIENT_ID",
        "SFDX_HUB_KEY",
        "REQUESTS_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
    ):
        assert f"export {name}=" in exports.output
    assert late.exit_code == 1
    assert "start one with" in late.output


def test_kept_connections_with_bodies_of_unknown_length_hold_nobody_up(served: LocalOrg) -> None:
    trust = ssl.create_default_context(cafile=served.ca_certificate)
    port = int(served.base_url.rpartition(":")[2])
    more_than_threads = 40
    with contextlib.ExitStack() as kept:
        for _ in range(more_than_threads):
            connection = http.client.HTTPSConnection("127.0.0.1", port, context=trust, timeout=10)
            kept.callback(connection.close)
            connection.request("POST", "/services/oauth2/token", iter([b"grant", b"_type=none"]))
            assert connection.getresponse().read()

        with requests.Session() as session:
            session.trust_env = False
            session.verify = served.ca_bundle
            answer = session.get(f"{served.base_url}/_control/health", timeout=10)

    assert answer.status_code == 200


def test_a_client_that_stalls_in_its_body_holds_nobody_up(served: LocalOrg) -> None:
    trust = ssl.create_default_context(cafile=served.ca_certificate)
    port = int(served.base_url.rpartition(":")[2])
    stalling = http.client.HTTPSConnection("127.0.0.1", port, context=trust, timeout=10)
    with contextlib.closing(stalling), requests.Session() as session:
        session.trust_env = False
        session.verify = served.ca_bundle
        stalling.putrequest("POST", "/services/data/v66.0/sobjects/Account")
        for name, value in (
            ("Authorization", f"Bearer {served.access_token}"),
            ("Content-Type", "application/json"),
            ("Content-Length", "16"),
        ):
            stalling.putheader(name, value)
        stalling.endheaders(b'{"Name": ')
        time.sleep(0.3)

        answer = session.get(f"{served.base_url}/_control/health", timeout=5)
        stalling.send(b'"Acme"}')

        assert stalling.getresponse().status == 201
    assert answer.status_code == 200


def test_a_client_that_connects_and_says_nothing_holds_nobody_up(served: LocalOrg) -> None:
    port = int(served.base_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)), requests.Session() as session:
        session.trust_env = False
        session.verify = served.ca_bundle
        time.sleep(0.3)

        answer = session.get(f"{served.base_url}/_control/health", timeout=5)

    assert answer.status_code == 200
