"""AuthorizationServer of an org, with Authlib over our session.

Sources: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm,
…remoteaccess_oauth_refresh_token_flow.htm, …remoteaccess_using_openid.htm, …remoteaccess_revoke_token.htm and
…remoteaccess_oidc_token_introspection_endpoint.htm
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from connector.adapters.loopback import is_loopback
from connector.adapters.salesforce.addresses import accepted_org_url
from connector.adapters.salesforce.oauth_faults import oauth_refusal
from connector.adapters.salesforce.session import PatientAdapter
from connector.adapters.salesforce.unanswered import unanswered
from connector.domain.record_id import case_safe_id
from connector.errors import AuthenticationFailed, TemporaryError
from connector.services.sign_in.web_flow import Challenge, ClientApp, TokenAnswer, TokenState, WhoSignedIn

CALLBACK_PATH = "/oauth/callback"
# Clocks differ; Salesforce makes id tokens that are good for two minutes.
_LEEWAY = timedelta(minutes=2)
_REFRESH_SECONDS = (5.0, 30.0)
_SUBJECT = re.compile(r"/id/(00D\w{12,15})/(005\w{12,15})")


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesforceAuthorization:
    """One app at one org. callback_url: as it is registered in the app."""

    app: ClientApp
    callback_url: str
    ca_bundle: str = ""
    allow_loopback: bool = False

    def authorize_url(self, challenge: Challenge, *, scopes: tuple[str, ...], log_in: bool = False) -> str:
        """Source: Salesforce Help, OAuth 2.0 Web Server Flow, the parameter prompt."""
        session = self._session(scope=" ".join(scopes))
        url, _ = session.create_authorization_url(
            f"{self._login_url}/services/oauth2/authorize",
            state=challenge.state,
            nonce=challenge.nonce,
            code_verifier=challenge.code_verifier,
            **({"prompt": "login"} if log_in else {}),
        )
        return str(url)

    def redeem(self, code: str, challenge: Challenge) -> TokenAnswer:
        return self._tokens(
            lambda session: session.fetch_token(
                self._token_url,
                grant_type="authorization_code",
                code=code,
                code_verifier=challenge.code_verifier,
                allow_redirects=False,
            )
        )

    def refresh(self, refresh_token: str) -> TokenAnswer:
        return self._tokens(
            lambda session: session.refresh_token(
                self._token_url,
                refresh_token=refresh_token,
                allow_redirects=False,
                # A lease that outlasts the request keeps others from refreshing at the same time.
                timeout=_REFRESH_SECONDS,
            )
        )

    def who(self, answer: TokenAnswer, *, nonce: str) -> WhoSignedIn:
        try:
            claims = jwt.decode(
                answer.id_token,
                self._signing_key(jwt.get_unverified_header(answer.id_token).get("kid")),
                algorithms=["RS256"],
                audience=self.app.consumer_key,
                issuer=self._login_url,
                leeway=_LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub", "nonce"]},
            )
        except jwt.InvalidTokenError as problem:
            raise _untrusted(type(problem).__name__) from problem
        subject = _SUBJECT.search(str(claims["sub"]))
        if claims["nonce"] != nonce or subject is None:
            raise _untrusted("nonce" if subject else "subject")
        return WhoSignedIn(
            org_id=case_safe_id(subject[1]),
            user_id=case_safe_id(subject[2]),
            username=str(claims.get("preferred_username", "")),
            display_name=str(claims.get("name", "")),
        )

    def introspect(self, token: str) -> TokenState:
        """Asked with the secret in the body, as Salesforce takes it too."""
        form = {
            "token": token,
            "client_id": self.app.consumer_key,
            "client_secret": self.app.consumer_secret,
        }
        try:
            with self._session() as session:
                url = f"{self._login_url}/services/oauth2/introspect"
                answer = session.post(url, data=form, allow_redirects=False, withhold_token=True)
                body = answer.json()
        except requests.RequestException as failure:
            raise unanswered("token introspection", failure, changes_something=False) from failure
        if answer.status_code != 200 or not isinstance(body, dict):
            raise oauth_refusal(answer.status_code, body if isinstance(body, dict) else {})
        ends = body.get("exp")
        ends_at = datetime.fromtimestamp(ends, UTC) if isinstance(ends, int) else None
        return TokenState(is_good=body.get("active") is True, ends_at=ends_at)

    def revoke(self, token: str) -> None:
        try:
            with self._session() as session:
                url = f"{self._login_url}/services/oauth2/revoke"
                answer = session.post(url, data={"token": token}, allow_redirects=False, withhold_token=True)
        except requests.RequestException as failure:
            raise unanswered("token revocation", failure, changes_something=False) from failure
        if answer.status_code >= 500:
            raise TemporaryError(
                f"token revocation was answered {answer.status_code}", code=f"http_{answer.status_code}"
            )

    @property
    def _login_url(self) -> str:
        return accepted_org_url(self.app.login_url, allow_loopback=self.allow_loopback)

    @property
    def _token_url(self) -> str:
        return f"{self._login_url}/services/oauth2/token"

    def _session(self, **options: Any) -> OAuth2Session:
        session = OAuth2Session(
            self.app.consumer_key,
            self.app.consumer_secret or None,
            token_endpoint_auth_method="client_secret_post" if self.app.consumer_secret else "none",
            code_challenge_method="S256",
            redirect_uri=self.callback_url,
            **options,
        )
        session.adapters.clear()
        session.mount("https://", PatientAdapter(self.ca_bundle))
        session.trust_env = not is_loopback(self.app.login_url)
        return session

    def _tokens(self, ask: Callable[[OAuth2Session], Mapping[str, Any]]) -> TokenAnswer:
        try:
            with self._session() as session:
                body = ask(session)
        except OAuthError as refusal:
            told = {"error": refusal.error, "error_description": refusal.description}
            raise oauth_refusal(400, told) from refusal
        except requests.JSONDecodeError as problem:
            raise TemporaryError("the token answer cannot be read", code="unreadable_answer") from problem
        except requests.HTTPError as failure:
            status = failure.response.status_code if failure.response is not None else 503
            raise oauth_refusal(status, {}) from failure
        except requests.RequestException as failure:
            raise unanswered("token request", failure, changes_something=False) from failure
        return self._answer(body)

    def _answer(self, body: Mapping[str, Any]) -> TokenAnswer:
        token, instance_url = body.get("access_token"), body.get("instance_url")
        if not isinstance(token, str) or not isinstance(instance_url, str):
            raise TemporaryError("the token answer has no token or no instance", code="unreadable_answer")
        return TokenAnswer(
            access_token=token,
            refresh_token=str(body.get("refresh_token") or ""),
            instance_url=accepted_org_url(instance_url, allow_loopback=self.allow_loopback),
            scopes=tuple(str(body.get("scope", "")).split()),
            id_token=str(body.get("id_token") or ""),
        )

    def _signing_key(self, key_id: str | None) -> jwt.PyJWK:
        """Asked for at each sign-in: Salesforce changes its keys, and people sign in seldom."""
        try:
            with self._session() as session:
                answer = session.get(f"{self._login_url}/id/keys", allow_redirects=False, withhold_token=True)
                keys = jwt.PyJWKSet.from_dict(answer.json())
        except requests.RequestException as failure:
            raise unanswered("GET id/keys", failure, changes_something=False) from failure
        except jwt.PyJWKSetError as problem:
            raise TemporaryError("the org's keys cannot be read", code="unreadable_answer") from problem
        fitting = [key for key in keys.keys if key.key_id == key_id]
        if not fitting:
            raise _untrusted("unknown_key")
        return fitting[0]


def _untrusted(reason: str) -> AuthenticationFailed:
    return AuthenticationFailed(
        f"Salesforce's word on who signed in cannot be trusted ({reason})",
        code="id_token_untrusted",
        remedy="Sign in again. If it happens every time, check this machine's clock, and that the client app"
        " has the scope openid.",
    )
