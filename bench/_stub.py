"""A gifting platform that does nothing but wait: each gift request is answered after the same time.

python -m bench._stub SECONDS prints its port and answers until it is ended.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime
from itertools import count

_numbers = count()


def _answer(body: bytes) -> bytes:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    gift = {
        "id": f"gift-{next(_numbers)}",
        "status": "submitted",
        "campaign": {"id": json.loads(body)["campaign_id"]},
        "campaign_id": json.loads(body)["campaign_id"],
        "recipient": json.loads(body)["recipient"],
        "redemption_url": None,
        "created_at": now,
        "updated_at": now,
    }
    content = json.dumps(gift).encode()
    head = f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


async def _serve(seconds: float) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line.partition(b":")[2])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                )
                body = await reader.readexactly(length)
                await asyncio.sleep(seconds)
                writer.write(_answer(body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
