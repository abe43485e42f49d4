"""OpenID Connect: the signed statement of who logged in, and the keys that it is verified with.

Sources: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm,
https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid_discovery_endpoint.htm
and OpenID Connect Core 1.0, section 2.
"""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Blueprint, Response, jsonify, request

from emulators.salesforce.host import host
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import OrgUser

blueprint = Blueprint("id_tokens", __name__)

LIFETIME = timedelta(minutes=2)
_KEY_ID = "1"
_KEY_BITS = 2048
_TABLE = "CREATE TABLE IF NOT EXISTS _signing_key (key_id TEXT PRIMARY KEY, pem TEXT NOT NULL)"


def id_token(
    org: Org, user: OrgUser, *, subject: str, issuer: str, audience: str, nonce: str, access_token: str
) -> str:
    """The token of one log-in, RS256. nonce: as the client sent it; left out when it sent none."""
    now = org.clock()
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": subject,
        "aud": audience,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="),
        "preferred_username": user.username,
        "name": user.name,
        "email": user.email,
        "zoneinfo": user.time_zone,
    }
    if nonce:
        claims["nonce"] = nonce
    return jwt.encode(claims, _signing_key(org), algorithm="RS256", headers={"kid": _KEY_ID})


@blueprint.get("/id/keys")
def keys() -> Response:
    """The public half, as a JSON Web Key Set."""
    key = jwt.algorithms.RSAAlgorithm.to_jwk(_signing_key(host().org).public_key(), as_dict=True)
    return jsonify(keys=[{**key, "kid": _KEY_ID, "alg": "RS256", "use": "sig"}])


@blueprint.get("/.well-known/openid-configuration")
def discovery() -> Response:
    """Where everything is."""
    root = request.url_root.rstrip("/")
    return jsonify(
        issuer=root,
        authorization_endpoint=f"{root}/services/oauth2/authorize",
        token_endpoint=f"{root}/services/oauth2/token",
        revocation_endpoint=f"{root}/services/oauth2/revoke",
        userinfo_endpoint=f"{root}/services/oauth2/userinfo",
        introspection_endpoint=f"{root}/services/oauth2/introspect",
        jwks_uri=f"{root}/id/keys",
        scopes_supported=["api", "web", "full", "id", "openid", "profile", "refresh_token", "offline_access"],
        response_types_supported=["code"],
        subject_types_supported=["public"],
        id_token_signing_alg_values_supported=["RS256"],
    )


def _signing_key(org: Org) -> rsa.RSAPrivateKey:
    """Made when it is first needed, and kept with the org."""
    org.db.execute(_TABLE)
    row = org.db.one("SELECT pem FROM _signing_key WHERE key_id = ?", (_KEY_ID,))
    if row is not None:
        loaded = serialization.load_pem_private_key(row["pem"].encode(), password=None)
        assert isinstance(loaded, rsa.RSAPrivateKey)  # noqa: S101  # written below, by us
        return loaded
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    with org.transaction():
        org.db.execute("INSERT INTO _signing_key VALUES (?, ?)", (_KEY_ID, pem))
    return key
