"""What belongs to one org, or to nobody's eyes, is in no file of the package."""

import re
from collections.abc import Iterator
from functools import lru_cache

from packagecheck.finding import Finding
from packagecheck.world import World

_FORBIDDEN = (
    ("a consumer key", re.compile(rb"<consumerKey>\s*[^<\s]|\b3MVG[A-Za-z0-9._]{20,}")),
    ("a consumer secret", re.compile(rb"<consumerSecret>\s*[^<\s]")),
    ("a private key", re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("a certificate", re.compile(rb"<certificate>\s*[^<\s]|-----BEGIN CERTIFICATE-----")),
    ("a session id", re.compile(rb"\b00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{20,}")),
    (
        "an org's record id",
        re.compile(rb"(?<![\w-])(?:001|003|005|00D|00Q|701)[0-9A-Za-z]{12}(?:[A-Z0-5]{3})?(?![\w-])"),
    ),
)


def findings(world: World) -> Iterator[Finding]:
    """Files that hold something of one org or something secret."""
    for path, body in world.package.files.items():
        yield from _in_file(path, body)


@lru_cache(maxsize=4096)
def _in_file(path: str, body: bytes) -> tuple[Finding, ...]:
    return tuple(_searched(path, body))


def _searched(path: str, body: bytes) -> Iterator[Finding]:
    for what, pattern in _FORBIDDEN:
        found = pattern.search(body)
        if found:
            yield Finding(
                path, body[: found.start()].count(b"\n") + 1, f"{what} does not belong into the package"
            )
