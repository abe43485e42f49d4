"""Client apps: those registered by hand, and every External Client App that was deployed."""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from emulators.salesforce.org import Org
from emulators.salesforce.security.assignments import held_permission_sets
from emulators.salesforce.security.users import OrgUser

CI_APP_NAME = "Release_Engineering"

_TABLES = (
    """
CREATE TABLE IF NOT EXISTS _client (
  consumer_key TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  content TEXT NOT NULL
)""",
    """
CREATE TABLE IF NOT EXISTS _consent (
  user_id TEXT NOT NULL,
  consumer_key TEXT NOT NULL,
  scope TEXT NOT NULL,
  PRIMARY KEY (user_id, consumer_key)
)""",
)
_SCOPE_WORDS = {"Api": "api", "Web": "web", "RefreshToken": "refresh_token", "Full": "full", "Basic": "id"}
_SCOPE_WORDS |= {
    "OfflineAccess": "offline_access",
    "OpenID": "openid",
    "CustomPermissions": "custom_permissions",
}
REFRESHING = frozenset({"refresh_token", "offline_access"})
"""Two words for one scope. `full` is not among them: it holds every other scope, and brings no refresh token.

Source: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An app that may ask for tokens.

    certificate: PEM; empty when the app may not use the JWT bearer flow.
    scopes: as Salesforce names them in metadata (Api, RefreshToken, Web, Full, ...).
    admin_approved: True when only users that the policies name may use it, and those without being asked.
    approved_users, approved_profiles, approved_permission_sets: whom the policies name; permission sets by
    name or Id.
    rotates: each refresh gives a new refresh token and ends the old one.
    run_as: the user name or Id of the client credentials flow; empty when the flow is off.
    password_flow: whether the app may hand in user names and passwords, which External Client Apps may not.
    """

    consumer_key: str
    consumer_secret: str
    name: str
    certificate: str = ""
    callback_urls: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset({"Api", "Web", "RefreshToken"})
    enabled: bool = True
    secret_required: bool = True
    pkce_required: bool = False
    admin_approved: bool = True
    approved_users: frozenset[str] = frozenset()
    approved_profiles: frozenset[str] = frozenset()
    approved_permission_sets: frozenset[str] = frozenset()
    rotates: bool = False
    run_as: str = ""
    password_flow: bool = False

    @property
    def scope(self) -> str:
        """The scope of a token answer when the client asked for none in particular."""
        return " ".join(_words(self.scopes))

    def granted(self, asked: str) -> str | None:
        """The scopes to grant when so many were asked for; None when one of them is not the app's."""
        wanted = set(asked.split())
        if not wanted:
            return self.scope
        own = set(_words(self.scopes))
        refused = wanted - own
        if own & REFRESHING:
            refused -= REFRESHING
        if "full" in own:
            refused &= REFRESHING
        return None if refused else " ".join(sorted(wanted))

    @property
    def refreshable(self) -> bool:
        """Whether the app may have refresh tokens, without which nobody can approve it in advance."""
        return bool(REFRESHING & set(_words(self.scopes)))


class Clients:
    """All client apps of an org.

    The release engineer's app stands for the app that a team's CI already has in a real org: it is there
    before anything is deployed, signs with a key made at start, and is pre-authorised for one user.
    """

    def __init__(self, org: Org, deployed: Callable[[Org], Iterator[Client]]) -> None:
        """deployed: reads the External Client Apps from the org's metadata, afresh at each call."""
        self._org = org
        self._deployed = deployed
        self.prepare()

    def prepare(self) -> None:
        """Make the tables where they are missing."""
        for table in _TABLES:
            self._org.db.execute(table)

    def ci_app(self) -> Client | None:
        """The release engineer's app, once registered."""
        row = self._org.db.one("SELECT content FROM _client WHERE name = ?", (CI_APP_NAME,))
        return None if row is None else _from_json(row["content"])

    def register(self, client: Client) -> None:
        """Make an app known, in place of an earlier one of that name."""
        content = json.dumps(asdict(client), default=sorted)
        with self._org.transaction():
            self._org.db.execute("DELETE FROM _client WHERE name = ?", (client.name,))
            row = (client.consumer_key, client.name, content)
            self._org.db.execute("INSERT OR REPLACE INTO _client VALUES (?, ?, ?)", row)

    def register_new(self, settings: dict[str, Any]) -> Client:
        """Register an app by its settings; key and secret are made where they are not given."""
        made = {
            "consumer_key": f"3MVG9{secrets.token_urlsafe(60)}",
            "consumer_secret": secrets.token_hex(32).upper(),
        }
        client = client_from(made | settings)
        self.register(client)
        return client

    def register_ci_app(self, consumer_key: str, certificate: str, username: str) -> None:
        """Make the release engineer's app known, in place of an earlier one."""
        self.register(
            Client(
                consumer_key=consumer_key,
                consumer_secret=secrets.token_hex(32),
                name=CI_APP_NAME,
                certificate=certificate,
                approved_users=frozenset({username}),
            )
        )

    def find(self, consumer_key: str) -> Client | None:
        """The app of a consumer key."""
        row = self._org.db.one("SELECT content FROM _client WHERE consumer_key = ?", (consumer_key,))
        if row is None:
            return next((app for app in self._deployed(self._org) if app.consumer_key == consumer_key), None)
        return _from_json(row["content"])

    def approves(self, client: Client, user: OrgUser) -> bool:
        """True when administrators let the user have tokens of this app without being asked.

        The app must have the RefreshToken scope as well, or Salesforce refuses the pre-approval.
        """
        if not client.admin_approved or not client.refreshable:
            return False
        if user.username in client.approved_users or user.profile in client.approved_profiles:
            return True
        return bool(client.approved_permission_sets & self._permission_sets_of(user.id))

    def consented(self, client: Client, user: OrgUser, scope: str) -> bool:
        """True when the user allowed this app so much before, in the web server flow."""
        return set(scope.split()) <= set(self.consent_of(client, user).split())

    def consent_of(self, client: Client, user: OrgUser) -> str:
        """The scopes that the user allowed this app, in the web server flow; empty for none."""
        row = self._org.db.one(
            "SELECT scope FROM _consent WHERE user_id = ? AND consumer_key = ?",
            (user.id, client.consumer_key),
        )
        return row["scope"] if row else ""

    def consent(self, client: Client, user: OrgUser, scope: str) -> None:
        """Remember that the user allows this app so much."""
        with self._org.transaction():
            row = (user.id, client.consumer_key, scope)
            self._org.db.execute("INSERT OR REPLACE INTO _consent VALUES (?, ?, ?)", row)

    def _permission_sets_of(self, user_id: str) -> frozenset[str]:
        """Names and Ids (18 and 15 characters) of the user's permission sets: policies may name either."""
        held = held_permission_sets(self._org, user_id)
        return frozenset(name for one in held for name in (one.id, one.id[:15], one.name))


def _words(scopes: frozenset[str]) -> list[str]:
    """Scopes as tokens name them."""
    return [_SCOPE_WORDS.get(scope, scope.lower()) for scope in sorted(scopes)]


def _from_json(content: str) -> Client:
    kept: dict[str, Any] = json.loads(content)
    return client_from(kept)


def client_from(values: dict[str, Any]) -> Client:
    """A client from JSON values; lists become what the fields hold. Raises TypeError for unknown names."""
    made: dict[str, Any] = {
        key: _held(key, value) if isinstance(value, list) else value for key, value in values.items()
    }
    return Client(**made)


def _held(name: str, values: list[str]) -> tuple[str, ...] | frozenset[str]:
    return tuple(values) if name == "callback_urls" else frozenset(values)
