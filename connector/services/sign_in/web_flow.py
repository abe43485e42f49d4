"""What services ask of an org's authorization server: OAuth 2.0 web-server flow with PKCE, OpenID Connect."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientApp:
    """The app that people are asked to allow. login_url: its authorization server, no trailing slash.

    consumer_secret: empty where the app's settings make it optional.
    """

    login_url: str
    consumer_key: str
    consumer_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What ties an answer to its question. All three are secret until they are used, and used once."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    code_verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAnswer:
    """What Salesforce hands out. refresh_token: empty where it gives none, or goes on with the old one.

    scopes: what was granted, in Salesforce's words.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    instance_url: str
    scopes: tuple[str, ...] = ()
    id_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoSignedIn:
    """A verified id token. Ids have 18 characters."""

    org_id: str
    user_id: str
    username: str
    display_name: str


@dataclass(frozen=True, slots=True)
class TokenState:
    """What Salesforce says of a token. ends_at: None where it does not tell."""

    is_good: bool
    ends_at: datetime | None = None


class AuthorizationServer(Protocol):
    """One app at one org.

    Methods raise AuthenticationFailed or ConfigurationError with a remedy, or TemporaryError.
    """

    def authorize_url(self, challenge: Challenge, *, scopes: tuple[str, ...], log_in: bool = False) -> str:
        """Where to send the browser. log_in: whoever is logged in there is asked to log in all the same."""
        ...

    def redeem(self, code: str, challenge: Challenge) -> TokenAnswer:
        """Tokens for a code, which can be redeemed once."""
        ...

    def who(self, answer: TokenAnswer, *, nonce: str) -> WhoSignedIn:
        """Whom an id token speaks of. Raises AuthenticationFailed for one not signed for us, now."""
        ...

    def refresh(self, refresh_token: str) -> TokenAnswer:
        """A new access token; where the org rotates, with a new refresh token that ends the old one."""
        ...

    def introspect(self, token: str) -> TokenState:
        """Whether a token is good, and how long. Told only to an app that shows its consumer secret."""
        ...

    def revoke(self, token: str) -> None:
        """End a token, with a refresh token all that came from it. Does nothing to one that is over."""
        ...


OpenAuthorizationServer = Callable[[ClientApp], AuthorizationServer]
