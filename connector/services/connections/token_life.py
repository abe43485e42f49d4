"""How long the tokens of a connection live, as far as Salesforce tells."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connector.domain.connections import ConnectionMode, OrgConnection
from connector.errors import ConnectorError
from connector.services.sign_in.sign_in import client_app
from connector.services.sign_in.web_flow import AuthorizationServer, OpenAuthorizationServer
from connector.services.storage.store import Store

_NO_SECRET = "Salesforce tells this only to an app that shows its consumer secret, and none is kept here."  # noqa: S105 - no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLife:
    """One token. is_good: None where nobody told. ends_at: None where Salesforce names no end.

    why_untold: what keeps Salesforce from telling; "" where it told.
    """

    name: str
    is_good: bool | None = None
    ends_at: datetime | None = None
    why_untold: str = ""


@dataclass(frozen=True)
class TellTokenLife:
    """access_token: the one that this process holds of an org that signs in with a certificate."""

    store: Store
    open_authorization_server: OpenAuthorizationServer
    access_token: Callable[[OrgConnection], str]

    def __call__(self, org: OrgConnection) -> list[TokenLife]:
        """Access token first. Asks Salesforce, which counts no API call for it. Raises nothing of its own."""
        if not org.consumer_secret:
            return [TokenLife(name=name, why_untold=_NO_SECRET) for name in _names(org)]
        server = self.open_authorization_server(client_app(org))
        try:
            tokens = self._tokens(org)
        except ConnectorError as error:
            return [TokenLife(name=name, why_untold=_told(error)) for name in _names(org)]
        return [_life(server, name, token) for name, token in zip(_names(org), tokens, strict=True)]

    def _tokens(self, org: OrgConnection) -> list[str]:
        if org.mode is ConnectionMode.JWT:
            return [self.access_token(org)]
        with self.store.read() as unit:
            kept = unit.org_tokens.get(org.org_id)
        return [kept.access_token, kept.refresh_token] if kept else ["", ""]


def _names(org: OrgConnection) -> list[str]:
    return ["Access token"] if org.mode is ConnectionMode.JWT else ["Access token", "Refresh token"]


def _life(server: AuthorizationServer, name: str, token: str) -> TokenLife:
    if not token:
        return TokenLife(name=name, is_good=False)
    try:
        state = server.introspect(token)
    except ConnectorError as error:
        return TokenLife(name=name, why_untold=_told(error))
    return TokenLife(name=name, is_good=state.is_good, ends_at=state.ends_at)


def _told(error: ConnectorError) -> str:
    return " ".join(filter(None, (f"{error}.", error.remedy)))
