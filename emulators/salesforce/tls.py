"""The certificates of one local org: an authority of its own and a leaf for every name it answers to."""

import os
from dataclasses import dataclass
from pathlib import Path

import certifi
import trustme

HOST_FORM = "emu.my.salesforce.com.localhost"
LIGHTNING_HOST_FORM = "emu.lightning.force.com.localhost"
# Salesforce's own names, for clients that come through the proxy; a wildcard covers one label.
PROXIED_NAMES = ("*.salesforce.com", "*.my.salesforce.com", "*.force.com", "*.lightning.force.com")
NAMES = ("localhost", "127.0.0.1", "::1", HOST_FORM, LIGHTNING_HOST_FORM, *PROXIED_NAMES)


@dataclass(frozen=True, slots=True)
class Certificates:
    """Paths of PEM files.

    leaf: the server's chain and key in one file, readable by its owner alone.
    authority: our CA's certificate; clients that add to their own trust (node) take this one.
    bundle: the public CAs and ours; clients that replace their trust (requests) take this one.
    """

    leaf: Path
    authority: Path
    bundle: Path


def ensure_certificates(directory: Path) -> Certificates:
    """The certificates kept in the directory, made on first use.

    The authority is kept between runs, so that a client that trusts it goes on doing so; its key is
    readable by its owner alone.
    """
    directory.mkdir(parents=True, exist_ok=True)
    certificates = Certificates(
        leaf=directory / "server.pem", authority=directory / "ca.pem", bundle=directory / "bundle.pem"
    )
    authority_key = directory / "ca.key"
    if authority_key.exists() and certificates.authority.exists():
        authority = trustme.CA.from_pem(certificates.authority.read_bytes(), authority_key.read_bytes())
    else:
        authority = trustme.CA(organization_name="Local org")
        write_private(authority_key, authority.private_key_pem.bytes())
        certificates.authority.write_bytes(authority.cert_pem.bytes())
    leaf = authority.issue_cert(*NAMES, organization_name="Local org")
    write_private(certificates.leaf, leaf.private_key_and_cert_chain_pem.bytes())
    public = Path(certifi.where()).read_bytes()
    certificates.bundle.write_bytes(public + b"\n" + certificates.authority.read_bytes())
    return certificates


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, from its first byte on."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
