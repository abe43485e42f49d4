import signal
import socket
import subprocess
import sys
from pathlib import Path

import requests


def test_a_port_that_is_taken_ends_the_command_with_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "emulators.gifting.cli", "start", "--port"]
        done = subprocess.run(
            [*command, str(taken.getsockname()[1])], capture_output=True, text=True, timeout=30, check=False
        )

    assert done.returncode == 1
    assert "Another --port may do" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_prints_where_it_is_and_stops_when_asked(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "emulators.gifting.cli", "start", "--port", "0"]
    with subprocess.Popen(
        [*command, "--state", str(tmp_path / "gifting.db")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = dict(process.stdout.readline().split() for _ in range(3))
        health = requests.get(f"{told['Control:']}/health", timeout=10).json()
        process.send_signal(signal.SIGTERM)
        exit_code = process.wait(timeout=10)

    assert told["API:"].startswith("http://127.0.0.1:")
    assert (health["status"], health["token"]) == ("ok", told["Token:"])
    assert exit_code == 0
