"""A served org per module, and assertions signed as clients sign them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from emulators.salesforce.testing import LocalOrg, start_local_org

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.fixture(scope="module")
def served() -> Iterator[LocalOrg]:
    with start_local_org() as local:
        yield local


@pytest.fixture
def local(served: LocalOrg) -> LocalOrg:
    """The served org, fresh."""
    served.reset()
    return served


@pytest.fixture
def http(local: LocalOrg) -> Iterator[requests.Session]:
    """A client that trusts the org and nothing in the environment."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = local.ca_bundle
        yield session


@pytest.fixture
def as_admin(local: LocalOrg) -> dict[str, str]:
    return {"Authorization": f"Bearer {local.access_token}"}


@pytest.fixture(scope="session")
def connector_key() -> tuple[str, str]:
    """(private key, certificate) of a client app, PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "connector")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture
def claims(local: LocalOrg) -> dict[str, Any]:
    """What the release engineer's app says, soundly."""
    return {
        "iss": local.ci_app.consumer_key,
        "sub": "admin@local.example",
        "aud": "https://login.salesforce.com",
        "exp": int(datetime.now(UTC).timestamp()) + 120,
    }


@pytest.fixture
def log_in(local: LocalOrg, http: requests.Session) -> Callable[..., requests.Response]:
    def post(
        claims: dict[str, Any], *, key: str = "", algorithm: str = "RS256", base: str = ""
    ) -> requests.Response:
        assertion = jwt.encode(claims, key or local.ci_app.private_key, algorithm)
        form = {"grant_type": JWT_BEARER, "assertion": assertion}
        return http.post(f"{base or local.base_url}/services/oauth2/token", data=form, timeout=10)

    return post
