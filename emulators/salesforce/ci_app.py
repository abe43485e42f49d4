"""The release engineer's own client app: what a team's CI holds to log in to its org."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from emulators.salesforce.tls import write_private

ADMIN_USERNAME = "admin@local.example"
_KEY_BITS = 2048
_VALID = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class CiApp:
    """Consumer key, private key (PEM) and certificate (PEM) of the app; pre-authorised for ADMIN_USERNAME."""

    consumer_key: str
    private_key: str
    certificate: str


def ensure_ci_app(directory: Path) -> CiApp:
    """The app whose key is kept in the directory, made on first use; its owner alone may read it."""
    names = (directory / "ci-consumer-key.txt", directory / "ci.key", directory / "ci.pem")
    if not all(path.exists() for path in names):
        made = _make()
        directory.mkdir(parents=True, exist_ok=True)
        for path, text in zip(names, (made.consumer_key, made.private_key, made.certificate), strict=True):
            write_private(path, text.encode())
    return CiApp(*(path.read_text() for path in names))


def _make() -> CiApp:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Local org release engineering")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _VALID)
        .sign(key, hashes.SHA256())
    )
    private_key = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return CiApp(
        consumer_key=f"3MVG9{secrets.token_urlsafe(60)}",
        private_key=private_key.decode(),
        certificate=certificate.public_bytes(serialization.Encoding.PEM).decode(),
    )
