"""Client apps: the release engineer's own, and every External Client App that was deployed."""

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from emulators.salesforce.org import Org
from emulators.salesforce.security.users import OrgUser

CI_APP_NAME = "Release_Engineering"

_TABLE = """
CREATE TABLE IF NOT EXISTS _client (
  consumer_key TEXT PRIMARY KEY,
  consumer_secret TEXT NOT NULL,
  name TEXT NOT NULL,
  certificate TEXT NOT NULL,
  approved_username TEXT NOT NULL
)
"""
_SCOPE_WORDS = {"Api": "api", "Web": "web", "RefreshToken": "refresh_token", "Full": "full", "Basic": "id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An app that may ask for tokens.

    certificate: PEM; empty when the app may not use the JWT bearer flow.
    scopes: as Salesforce names them in metadata (Api, RefreshToken, Web, Full, ...).
    admin_approved: True when only users that the policies name may use it, and those without being asked.
    approved_users, approved_profiles, approved_permission_sets: whom the policies name; permission sets by
    name or Id.
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

    @property
    def scope(self) -> str:
        """The scope of a token answer."""
        return " ".join(_SCOPE_WORDS.get(scope, scope.lower()) for scope in sorted(self.scopes))


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
        """Make the table where it is missing."""
        self._org.db.execute(_TABLE)

    def ci_app(self) -> Client | None:
        """The release engineer's app, once registered."""
        row = self._org.db.one("SELECT * FROM _client WHERE name = ?", (CI_APP_NAME,))
        return None if row is None else _own_client(row)

    def register_ci_app(self, consumer_key: str, certificate: str, username: str) -> None:
        """Make the release engineer's app known, in place of an earlier one."""
        with self._org.transaction():
            self._org.db.execute("DELETE FROM _client WHERE name = ?", (CI_APP_NAME,))
            self._org.db.execute(
                "INSERT INTO _client VALUES (?, ?, ?, ?, ?)",
                (consumer_key, secrets.token_hex(32), CI_APP_NAME, certificate, username),
            )

    def find(self, consumer_key: str) -> Client | None:
        """The app of a consumer key."""
        row = self._org.db.one("SELECT * FROM _client WHERE consumer_key = ?", (consumer_key,))
        if row is None:
            return next((app for app in self._deployed(self._org) if app.consumer_key == consumer_key), None)
        return _own_client(row)

    def approves(self, client: Client, user: OrgUser) -> bool:
        """True when the user may have tokens of this app without being asked.

        The app must have the RefreshToken scope as well, or Salesforce refuses the pre-approval.
        """
        if not client.admin_approved or not client.scopes & {"RefreshToken", "OfflineAccess", "Full"}:
            return False
        if user.username in client.approved_users or user.profile in client.approved_profiles:
            return True
        return bool(client.approved_permission_sets & self._permission_sets_of(user.id))

    def _permission_sets_of(self, user_id: str) -> frozenset[str]:
        """Names and Ids (18 and 15 characters) of the user's permission sets: policies may name either."""
        rows = self._org.db.all(
            'SELECT p."Id", p."Name" FROM "PermissionSetAssignment" a '
            'JOIN "PermissionSet" p ON p."Id" = a."PermissionSetId" WHERE a."AssigneeId" = ?',
            (user_id,),
        )
        return frozenset(name for row in rows for name in (row["Id"], row["Id"][:15], row["Name"]))


def _own_client(row: sqlite3.Row) -> Client:
    return Client(
        consumer_key=row["consumer_key"],
        consumer_secret=row["consumer_secret"],
        name=row["name"],
        certificate=row["certificate"],
        approved_users=frozenset({row["approved_username"]}),
    )
