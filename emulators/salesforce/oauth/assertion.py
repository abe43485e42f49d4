"""JWT bearer assertions: who signed, for whom, until when.

Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm and RFC 7523.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.types import Options

from emulators.salesforce.oauth import errors
from emulators.salesforce.oauth.clients import Client

SKEW_SECONDS = 180
MAX_LIFETIME_SECONDS = 300
SALESFORCE_AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
_MILLISECONDS_FROM = 10**11
_NO_CLAIM_CHECKS: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


@dataclass(frozen=True, slots=True)
class Assertion:
    """A verified statement: this app asks for this user. jti is empty when the client sent none."""

    client: Client
    username: str
    jti: str


def verify(
    token: str, *, find: Callable[[str], Client | None], audiences: Collection[str], now: datetime
) -> Assertion:
    """Check signature, audience and expiry; replays and approval are the caller's to check.

    find: the client app of a consumer key. audiences: the org's own addresses; login and test.salesforce.com
    are accepted besides. A trailing slash of the audience does not matter.
    `exp` is taken as clients really send it: seconds, milliseconds (sf), digits in a string
    (simple-salesforce), or the present moment (CumulusCI), hence the skew.
    Raises OAuthError.
    """
    claims = _unverified(token)
    client = find(_text(claims, "iss"))
    if client is None or not client.enabled:
        raise errors.invalid_client_id()
    _check_signature(token, client)
    accepted = {audience.rstrip("/") for audience in (*SALESFORCE_AUDIENCES, *audiences)}
    if _text(claims, "aud").rstrip("/") not in accepted:
        raise errors.invalid_audience()
    seconds_left = _expiry_seconds(claims.get("exp")) - now.timestamp()
    if not -SKEW_SECONDS <= seconds_left <= MAX_LIFETIME_SECONDS:
        raise errors.expired()
    return Assertion(client, _text(claims, "sub") or _text(claims, "prn"), _text(claims, "jti"))


def _unverified(token: str) -> dict[str, Any]:
    try:
        if jwt.get_unverified_header(token).get("alg") != "RS256":
            raise errors.invalid_assertion()
        return jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise errors.invalid_assertion() from error


def _check_signature(token: str, client: Client) -> None:
    try:
        key = public_key_of(client.certificate)
        jwt.decode(token, key, algorithms=["RS256"], options=_NO_CLAIM_CHECKS)
    except (jwt.InvalidTokenError, ValueError) as error:
        raise errors.invalid_assertion() from error


def public_key_of(certificate: str) -> RSAPublicKey:
    """The RSA key of a certificate, given as PEM or as the bare base64 between its lines.

    Raises ValueError for anything else.
    """
    text = certificate.strip()
    if not text.startswith("-----BEGIN"):
        text = f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----"
    key = x509.load_pem_x509_certificate(text.encode()).public_key()
    if not isinstance(key, RSAPublicKey):
        raise ValueError("not an RSA certificate")  # noqa: TRY004 -- the certificate is wrong, not its type
    return key


def _expiry_seconds(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise errors.invalid_assertion() from error
    return number / 1000 if number > _MILLISECONDS_FROM else number


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name, "")
    return value if isinstance(value, str) else ""
