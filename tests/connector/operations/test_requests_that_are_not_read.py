"""What the web server refuses before the application sees it is a problem with a request id as well."""

import json
import re
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.connector.operations.processes import is_ready, running, until

pytestmark = pytest.mark.slow


def answer_to(port: int, sent: bytes) -> tuple[bytes, bytes]:
    """Head and body of the answer, after which the server hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(sent)
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


def test_what_is_too_long_or_no_http_is_answered_with_a_problem_that_the_log_knows(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    log, port = tmp_path / "log", int(environment["CONNECTOR_PORT"])
    with running("connector", "serve", environment=environment, log=log, folder=tmp_path):
        until(lambda: is_ready(port), "the server never came up", log)

        answers = {
            413: answer_to(
                port, b"PUT /api/v1/gifts HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"
            ),
            400: answer_to(port, b"GET / HTTP/1.1\r\nhush-hush no header\r\n\r\n"),
        }

    for status, (head, body) in answers.items():
        told = json.loads(body)
        given = re.search(rb"^X-Request-Id: ([0-9a-f]{32})\r?$", head, re.MULTILINE | re.IGNORECASE)
        assert head.startswith((b"HTTP/1.1 %d " % status, b"HTTP/1.0 %d " % status)), head
        assert b"Content-Type: application/problem+json" in head
        assert told["status"] == status
        assert given is not None
        assert told["request_id"] == given[1].decode()
        assert told["request_id"] in log.read_text()
    assert "hush-hush" not in log.read_text()
