"""The org listens to its own machine and to nothing else."""

import socket
from pathlib import Path

import pytest

from emulators.salesforce.server import NotLoopback, TlsServer
from emulators.salesforce.testing import start_local_org
from emulators.salesforce.tls import Certificates

LISTENING = "0A"
SOCKETS = (Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6"))
LOOPBACK = {"0100007F", "00000000000000000000000001000000"}


def own_listeners() -> set[str]:
    """The addresses, in the kernel's spelling, that this process listens at."""
    held = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            held.add(str(descriptor.readlink()))
        except FileNotFoundError:
            continue  # the descriptor of the listing itself
    lines = [
        line.split() for table in SOCKETS if table.exists() for line in table.read_text().splitlines()[1:]
    ]
    return {f[1].partition(":")[0] for f in lines if f[3] == LISTENING and f"socket:[{f[9]}]" in held}


@pytest.mark.skipif(not SOCKETS[0].exists(), reason="only Linux tells a process of its sockets this way")
def test_every_listener_is_on_the_loopback_interface() -> None:
    with socket.create_server(("0.0.0.0", 0)):  # noqa: S104 -- to see that the look finds it
        seen_otherwise = own_listeners()

    with start_local_org():
        seen = own_listeners()

    assert "00000000" in seen_otherwise
    assert seen
    assert seen <= LOOPBACK


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104 -- refused
def test_other_addresses_are_refused(host: str, tmp_path: Path) -> None:
    with pytest.raises(NotLoopback):
        TlsServer(lambda _environ, _start: [], Certificates.__new__(Certificates), host=host)
    assert list(tmp_path.iterdir()) == []
