"""SIGTERM: no request is cut, no job is lost."""

import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from emulators.gifting.testing import RunningPlatform
from tests.connector.crash.stand import MEMBERS, OrgSide, Stand, both_ends, new_stand
from tests.connector.operations.processes import BIN, is_ready, running, until

pytestmark = pytest.mark.slow

_BODY = b'{"not": "signed"}'
_HEAD = (
    b"POST /webhooks/andopen/main HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(_BODY)
)
_SERVERS = {
    "waitress": ("connector", "serve"),
    "gunicorn": ("gunicorn", "-c", "python:connector.gunicorn_settings"),
}


_TOLD_TO_LEAVE_AT_ONCE = """
import os, signal
import connector.serve as serving
from connector.app import Container
from connector.config import load_settings

class ToldAtOnce(serving.RunningWorker):
    def start(self):
        super().start()
        os.kill(os.getpid(), signal.SIGTERM)

serving.RunningWorker = ToldAtOnce
serving.serve(Container(load_settings()))
"""


def whole_answer(connection: socket.socket) -> bytes:
    """Until the server closes."""
    received = b""
    while more := connection.recv(65536):
        received += more
    return received


def is_whole(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return head.startswith(b"HTTP/1.1 ") and length is not None and len(body) == int(length[1])


@pytest.mark.parametrize("server", _SERVERS)
def test_a_request_half_sent_when_the_server_is_told_to_leave_is_answered(
    server: str, environment: Mapping[str, str], tmp_path: Path
) -> None:
    log, port = tmp_path / "log", int(environment["CONNECTOR_PORT"])
    with running(*_SERVERS[server], environment=environment, log=log, folder=tmp_path) as process:
        until(lambda: is_ready(port), "the server never came up", log)
        connections = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(3)]
        for connection in connections:
            connection.sendall(_HEAD + _BODY[:5])
        time.sleep(0.5)

        process.send_signal(signal.SIGTERM)
        time.sleep(1)
        for connection in connections:
            connection.sendall(_BODY[5:])
        answers = [whole_answer(connection) for connection in connections]
        code = process.wait(60)

    for connection in connections:
        connection.close()
    assert all(is_whole(answer) for answer in answers), answers
    assert {answer.split()[1] for answer in answers} == {b"404"}
    assert code == 0, log.read_text()[-2000:]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_connection_just_opened_when_the_server_is_told_to_leave_is_answered(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    log, port = tmp_path / "log", int(environment["CONNECTOR_PORT"])
    with running("connector", "serve", environment=environment, log=log, folder=tmp_path) as process:
        until(lambda: is_ready(port), "the server never came up", log)
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            connection.sendall(_HEAD + _BODY)
            answer = whole_answer(connection)
        code = process.wait(60)

    assert is_whole(answer), answer
    assert code == 0


def test_under_load_every_connection_that_is_let_in_gets_a_whole_answer(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    """A connection that arrives in the instant of closing is refused, or reset before it got a byte."""
    log, port = tmp_path / "log", int(environment["CONNECTOR_PORT"])
    seen: Counter[str] = Counter()
    told = threading.Event()

    def ask() -> None:
        while True:
            answer = b""
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
                    connection.sendall(b"GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    while more := connection.recv(65536):
                        answer += more
            except (ConnectionRefusedError, ConnectionResetError, BrokenPipeError):
                seen["turned away" if told.is_set() and not answer else "cut"] += 1
                return
            seen[("after" if told.is_set() else "before") if is_whole(answer) else "cut"] += 1

    with running("connector", "serve", environment=environment, log=log, folder=tmp_path) as process:
        until(lambda: is_ready(port), "the server never came up", log)
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        told.set()
        process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join(60)
        code = process.wait(60)

    assert seen["before"] > 0
    assert seen["cut"] == 0, seen
    assert code == 0
    assert '"cut_requests": 0' in log.read_text()


@pytest.fixture(scope="module")
def ends() -> Iterator[tuple[OrgSide, RunningPlatform]]:
    with both_ends() as ends:
        yield ends


def environment_of(stand: Stand) -> dict[str, str]:
    """The settings of a stand, as a service manager hands them over."""
    chosen = stand.settings.model_dump(exclude_defaults=True)
    return {f"CONNECTOR_{name.upper()}": str(value) for name, value in chosen.items()}


def test_workers_and_servers_that_are_replaced_while_gifts_are_sent_lose_and_double_nothing(
    ends: tuple[OrgSide, RunningPlatform], tmp_path: Path
) -> None:
    stand = new_stand(*ends, tmp_path / "data", request_threads=1)
    stand.platform.control("faults", count=MEMBERS, method="POST", path="/gift_requests", delay_seconds=0.3)
    settings, log = environment_of(stand), Path(stand.log_file)
    log.touch()
    codes: list[int] = []

    def replaced(*, after: int) -> None:
        """A generation of processes that leaves when so many gifts are made."""
        with (
            running("connector", "serve", environment=settings, log=log, folder=tmp_path) as server,
            running("connector", "worker", environment=settings, log=log, folder=tmp_path) as worker,
        ):
            generation = len(codes) // 2 + 1
            until(lambda: is_ready(stand.settings.port), "the server never came up", log)
            until(lambda: log.read_text().count("worker_started") == generation, "no worker began", log)
            until(lambda: len(stand.created()) >= after, f"{after} gifts were never made", log)
            for process in (worker, server):
                process.send_signal(signal.SIGTERM)
            codes.extend(process.wait(60) for process in (worker, server))

    planned = subprocess.run(
        [BIN / "connector", "sync"],
        env={**os.environ, **settings},
        check=False,
    )
    assert planned.returncode == 0
    replaced(after=1)
    replaced(after=MEMBERS // 2)
    with (
        running("connector", "serve", environment=settings, log=log, folder=tmp_path),
        running("connector", "worker", environment=settings, log=log, folder=tmp_path),
    ):
        stand.run_until_home()

    assert codes == [0, 0, 0, 0]
    assert len(stand.created()) == len(set(stand.created())) == MEMBERS
    assert sorted(stand.tasks().values()) == [1] * 3 * MEMBERS


def test_who_is_told_to_leave_while_it_starts_finishes_what_its_worker_has_begun(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    command = ("python", "-c", _TOLD_TO_LEAVE_AT_ONCE)
    with running(*command, environment=environment, log=log, folder=tmp_path) as process:
        code = process.wait(60)

    assert code == 0, log.read_text()[-3000:]
    assert "worker_stopped" in log.read_text()
