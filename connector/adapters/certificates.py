"""Key pairs of the JWT bearer flow: an RSA key, and its self-signed certificate for the org's app."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connector.domain.connections import KeyPair
from connector.errors import ConfigurationError

# Salesforce takes certificates of up to 4096 bits and warns of those that end; a year is its own default.
KEY_BITS = 2048
GOOD_FOR = timedelta(days=365)
_CLOCKS_DIFFER = timedelta(minutes=5)


def make_key_pair(now: datetime) -> KeyPair:
    """A new pair, good for a year."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Gifting connector")])
    ends_at = (now + GOOD_FOR).replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(ends_at)
        .sign(key, hashes.SHA256())
    )
    return KeyPair(
        private_key_pem=key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        certificate_pem=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        ends_at=ends_at,
    )


def read_key_pair(private_key_pem: str, certificate_pem: str) -> KeyPair:
    """A pair that was made elsewhere.

    Raises ConfigurationError where one of them cannot be read, or where they do not belong together.
    """
    try:
        key = serialization.load_pem_private_key(private_key_pem.encode(), password=None)
        certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigurationError(
            "The key or the certificate cannot be read",
            code="key_pair_unreadable",
            remedy="Give both as PEM, the key without a passphrase.",
        ) from None
    if certificate.public_key() != key.public_key():
        raise ConfigurationError(
            "The certificate belongs to another key",
            code="key_pair_mixed",
            remedy="Give the certificate that was made from this key.",
        )
    return KeyPair(
        private_key_pem=private_key_pem,
        certificate_pem=certificate_pem,
        ends_at=certificate.not_valid_after_utc,
    )
