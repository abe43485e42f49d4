"""A proxy on this machine in front of the web server: whoever asks through it is not on this machine."""

import http.client
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.connector.operations.processes import is_ready, running, until

pytestmark = pytest.mark.slow

_SERVERS = {
    "waitress": ("connector", "serve"),
    "gunicorn": ("gunicorn", "-c", "python:connector.gunicorn_settings"),
}
_THROUGH_A_PROXY = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


def ask_for_metrics(port: int, headers: Mapping[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/metrics", headers=dict(headers))
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize(("believed", "is_secure"), [("0", False), ("1", True)])
@pytest.mark.parametrize("server", _SERVERS)
def test_the_metrics_are_for_this_machine_and_not_for_whoever_comes_through_a_proxy_on_it(
    server: str, believed: str, is_secure: bool, environment: Mapping[str, str], tmp_path: Path
) -> None:
    log, port = tmp_path / "log", int(environment["CONNECTOR_PORT"])
    settings = {**environment, "CONNECTOR_TRUSTED_PROXIES": believed}
    with running(*_SERVERS[server], environment=settings, log=log, folder=tmp_path):
        until(lambda: is_ready(port), "the server never came up", log)

        here, elsewhere = ask_for_metrics(port, {}), ask_for_metrics(port, _THROUGH_A_PROXY)

    assert (here.status, elsewhere.status) == (200, 403)
    if server == "waitress":  # gunicorn has the scheme from a proxy on this machine without being told
        assert ("Strict-Transport-Security" in elsewhere.headers) is is_secure
