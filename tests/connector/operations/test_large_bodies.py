"""A body without end is refused while it comes in, and fills no disk."""

import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from tests.connector.operations.processes import is_ready, running, until

pytestmark = pytest.mark.slow

_SERVERS = {
    "waitress": ("connector", "serve"),
    "gunicorn": ("gunicorn", "-c", "python:connector.gunicorn_settings"),
}
_HEAD = b"POST /webhooks/andopen/main HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
_CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
_CHUNKS = 100


@pytest.mark.parametrize("server", _SERVERS)
def test_a_body_that_does_not_end_is_answered_before_it_would(
    server: str, environment: Mapping[str, str], tmp_path: Path
) -> None:
    log, port = tmp_path / "log", int(environment["CONNECTOR_PORT"])
    with running(*_SERVERS[server], environment=environment, log=log, folder=tmp_path):
        until(lambda: is_ready(port), "the server never came up", log)

        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(_HEAD)
            with suppress(BrokenPipeError, ConnectionResetError):  # once it is refused, nobody reads on
                for _ in range(_CHUNKS):
                    connection.sendall(_CHUNK)
            answer = connection.recv(64)

    assert answer.startswith(b"HTTP/1.1 4")
