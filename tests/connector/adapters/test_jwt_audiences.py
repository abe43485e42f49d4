"""Which audience an org takes of a JWT is found out: its address does not tell."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
import requests
from requests.adapters import BaseAdapter

from connector.adapters.certificates import make_key_pair
from connector.adapters.salesforce.oauth import JwtBearer
from connector.errors import AuthenticationFailed, ConfigurationError, ConnectorError

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
MY_DOMAIN = "https://acme.my.salesforce.com"
LOGIN, TEST = "https://login.salesforce.com", "https://test.salesforce.com"
GRANTED = {"access_token": "t", "instance_url": MY_DOMAIN}
WRONG_AUDIENCE = {"error": "invalid_grant", "error_description": "audience is invalid"}
NOT_KNOWN = {"error": "app_not_found", "error_description": "External client app is not installed"}
NOT_APPROVED = {"error": "invalid_grant", "error_description": "user hasn't approved this consumer"}

Answer = Callable[[str], Mapping[str, Any]]


class TokenEndpoint(BaseAdapter):
    """Answers by the audience of the assertion, and remembers which ones it was shown."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._answer = answer
        self.audiences: list[str] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        [assertion] = parse_qs(str(request.body))["assertion"]
        audience = str(jwt.decode(assertion, options={"verify_signature": False})["aud"])
        self.audiences.append(audience)
        body = self._answer(audience)
        response = requests.Response()
        response.status_code = 200 if "access_token" in body else 400
        response._content = json.dumps(body).encode()  # as requests' own adapters fill it
        response.request = request
        return response

    def close(self) -> None:
        """Nothing is open."""


def bearer(answer: Answer, login_url: str = MY_DOMAIN) -> tuple[JwtBearer, TokenEndpoint]:
    endpoint, session = TokenEndpoint(answer), requests.Session()
    session.mount("https://", endpoint)
    return (
        JwtBearer(
            login_url=login_url,
            consumer_key="key",
            username="ada@example.com",
            private_key_pem=make_key_pair(NOW).private_key_pem,
            session=session,
            clock=lambda: NOW,
        ),
        endpoint,
    )


def takes(*audiences: str, otherwise: Mapping[str, Any] = WRONG_AUDIENCE) -> Answer:
    return lambda audience: GRANTED if audience in audiences else otherwise


@pytest.mark.parametrize("refusal", [WRONG_AUDIENCE, NOT_KNOWN])
@pytest.mark.parametrize("only", [MY_DOMAIN, LOGIN, TEST])
def test_an_org_is_signed_in_to_whichever_audience_it_takes(only: str, refusal: Mapping[str, Any]) -> None:
    authorizer, endpoint = bearer(takes(only, otherwise=refusal))

    grant = authorizer.authorize()

    tried = len(endpoint.audiences)
    authorizer.authorize()

    assert grant.access_token == "t"
    assert endpoint.audiences[tried - 1 :] == [only, only]


def test_a_refusal_for_another_reason_ends_the_search() -> None:
    authorizer, endpoint = bearer(lambda audience: WRONG_AUDIENCE if audience == MY_DOMAIN else NOT_APPROVED)

    with pytest.raises(AuthenticationFailed) as refused:
        authorizer.authorize()

    assert "pre-authorized" in refused.value.remedy
    assert endpoint.audiences == [MY_DOMAIN, LOGIN]


@pytest.mark.parametrize(
    ("answer", "code"), [(takes(), "invalid_grant"), (takes(otherwise=NOT_KNOWN), "app_not_found")]
)
def test_where_none_is_taken_the_orgs_own_address_is_what_is_told_of(answer: Answer, code: str) -> None:
    authorizer, endpoint = bearer(answer)

    with pytest.raises(ConnectorError) as refused:
        authorizer.authorize()

    assert refused.value.code == code
    assert endpoint.audiences == [MY_DOMAIN, LOGIN, TEST]


def test_the_common_address_takes_itself_alone() -> None:
    authorizer, endpoint = bearer(takes(otherwise=NOT_KNOWN), login_url=TEST)

    with pytest.raises(ConfigurationError) as refused:
        authorizer.authorize()

    assert "My Domain" in refused.value.remedy
    assert endpoint.audiences == [TEST]
