"""A gifting platform that takes a fixed time for each request and does nothing else, in a process of its own.

Its throughput is bounded by its latency and the number of requests under way, which is what is measured
against. It speaks as much of &Open's API as asking for a gift takes.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "ao-v1-staging-bench"
_GIFT = (
    '{"id":"%s","campaign_id":"bench","status":"submitted","recipient":{"first_name":"Ada","last_name":"Byron",'
    '"email":"ada@bench.example"},"redemption_url":null,"created_at":"2026-03-02T09:00:00.000Z",'
    '"updated_at":"2026-03-02T09:00:00.000Z"}'
)


@dataclass(frozen=True, slots=True)
class GiftStub:
    """Where it listens, and how long it takes."""

    base_url: str
    latency_seconds: float

    def made(self) -> int:
        """How many gifts it was asked for."""
        with urlopen(f"{self.base_url}/made", timeout=10) as answer:
            return int(answer.read())


@contextmanager
def gift_stub(latency_seconds: float) -> Iterator[GiftStub]:
    """Start on a free port of this machine, stop at the end."""
    command = [sys.executable, "-m", "bench._gift_stub", str(latency_seconds)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None:
            raise RuntimeError("the stub has no output")
        try:
            yield GiftStub(f"http://127.0.0.1:{int(process.stdout.readline())}", latency_seconds)
        finally:
            process.terminate()


class _Connection(asyncio.Protocol):
    """One kept-alive connection: a request, a pause, an answer, and the next."""

    made = 0

    def __init__(self, latency_seconds: float) -> None:
        self._latency_seconds = latency_seconds
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found or len(rest) < _content_length(head):
            return
        self._received = b""
        if head.startswith(b"GET"):
            self._answer(str(_Connection.made))
            return
        _Connection.made += 1
        gift = _GIFT % f"gift-{_Connection.made}-{time.time_ns()}"
        asyncio.get_running_loop().call_later(self._latency_seconds, self._answer, gift)

    def _answer(self, body: str) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if not self._transport.is_closing():
            self._transport.write((head + body).encode())


def _content_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


async def _serve(latency_seconds: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(latency_seconds), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
