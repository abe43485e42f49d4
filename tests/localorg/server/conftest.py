"""A served org per module, and assertions signed as clients sign them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
import requests

from demo.certificate import make_certificate
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
def connector_key(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """(private key, certificate) of a client app, PEM."""
    key, certificate = make_certificate(tmp_path_factory.mktemp("connector"))
    return key.read_text(), certificate.read_text()


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
