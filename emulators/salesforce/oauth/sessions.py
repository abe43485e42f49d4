"""Sessions: what an access token stands for. Only digests of tokens are stored."""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from emulators.salesforce.org import Org

LIFETIME = timedelta(hours=2)
FULL_SCOPE = "full"

CODE_LIFETIME = timedelta(minutes=10)

_SESSION_TABLE = """
CREATE TABLE IF NOT EXISTS _session (
  digest TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  user_id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  family TEXT NOT NULL,
  expires TEXT
)
"""

_ONCE_TABLE = """
CREATE TABLE IF NOT EXISTS _once (digest TEXT PRIMARY KEY, expires TEXT NOT NULL, content TEXT NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """What an authorization code stands for. challenge: PKCE's S256 challenge; empty without PKCE.

    scope: what the user agreed to. nonce: the client's own mark for the id token; empty without one.
    """

    client_id: str
    user_id: str
    redirect_uri: str
    challenge: str
    scope: str
    nonce: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """What a presented token is good for.

    kind: "access", "refresh", or "spent" for a refresh token that another has taken the place of.
    family: shared by a refresh token and the access tokens made from it, so that revoking one ends all.
    expires: None for a refresh token that lives until it is revoked.
    """

    digest: str
    kind: str
    user_id: str
    client_id: str
    scope: str
    family: str
    expires: datetime | None

    def allows(self, scope: str) -> bool:
        """Whether the token is good for what a scope stands for; `full` stands for everything."""
        return bool({scope, FULL_SCOPE} & set(self.scope.split()))


def digest_of(token: str) -> str:
    """The only form in which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    """The sessions of one org, stored beside its records."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self.prepare()

    def prepare(self) -> None:
        """Make the tables where they are missing."""
        self._org.db.execute(_SESSION_TABLE)
        self._org.db.execute(_ONCE_TABLE)

    def start(self, user_id: str, *, client_id: str = "", scope: str = FULL_SCOPE, family: str = "") -> str:
        """A new access token: the org's Id, an exclamation mark, and randomness.

        What has run out is forgotten now, so that an org which is logged in to again and again does not grow.
        """
        token = f"{self._org.org_id[:15]}!{secrets.token_urlsafe(72)}"
        now = self._org.clock()
        with self._org.transaction():
            self._org.db.execute("DELETE FROM _session WHERE expires <= ?", (now.isoformat(),))
            expires = (now + LIFETIME).isoformat()
            self._store(token, "access", user_id, client_id, scope, family, expires)
        return token

    def start_refreshable(self, user_id: str, *, client_id: str, scope: str) -> tuple[str, str]:
        """A new (access token, refresh token) of one family."""
        family = secrets.token_hex(8)
        refresh = self._new_refresh_token(user_id, client_id, scope, family)
        return self.start(user_id, client_id=client_id, scope=scope, family=family), refresh

    def rotate(self, session: Session) -> str:
        """A new refresh token in place of one, which is spent from now on."""
        with self._org.transaction():
            spend = "UPDATE _session SET kind = 'spent' WHERE digest = ?"
            self._org.db.execute(spend, (session.digest,))
            return self._new_refresh_token(session.user_id, session.client_id, session.scope, session.family)

    def end_family(self, session: Session) -> None:
        """End a refresh token with everything that came from it: somebody used it a second time."""
        with self._org.transaction():
            self._org.db.execute("DELETE FROM _session WHERE family = ?", (session.family,))

    def _new_refresh_token(self, user_id: str, client_id: str, scope: str, family: str) -> str:
        refresh = f"5Aep861{secrets.token_urlsafe(60)}"
        self._store(refresh, "refresh", user_id, client_id, scope, family, None)
        return refresh

    def find(self, token: str, kind: str = "access") -> Session | None:
        """The live session of a token; None when it is unknown, ended or expired."""
        row = self._org.db.one(
            "SELECT * FROM _session WHERE digest = ? AND kind = ?", (digest_of(token), kind)
        )
        if row is None:
            return None
        expires = None if row["expires"] is None else datetime.fromisoformat(row["expires"])
        if expires is not None and expires <= self._org.clock():
            return None
        return Session(
            digest=row["digest"],
            kind=row["kind"],
            user_id=row["user_id"],
            client_id=row["client_id"],
            scope=row["scope"],
            family=row["family"],
            expires=expires,
        )

    def end(self, token: str) -> bool:
        """Revoke a token; a refresh token takes its whole family with it. False when it is unknown."""
        session = self.find(token) or self.find(token, "refresh")
        if session is None:
            return False
        with self._org.transaction():
            self._org.db.execute("DELETE FROM _session WHERE digest = ?", (session.digest,))
            if session.kind == "refresh":
                self.end_family(session)
        return True

    def expire_all(self) -> int:
        """End every access token, as a session timeout does; refresh tokens live on."""
        with self._org.transaction():
            return int(self._org.db.execute("DELETE FROM _session WHERE kind = 'access'").rowcount)

    def issue_code(self, code: AuthorizationCode) -> str:
        """A code that can be redeemed once, within ten minutes."""
        text = f"aPrx{secrets.token_urlsafe(48)}"
        with self._org.transaction():
            self._remember(digest_of(text), CODE_LIFETIME, json.dumps(asdict(code)))
        return text

    def redeem_code(self, text: str) -> AuthorizationCode | None:
        """What a code stands for, the first time; None afterwards, when it is too old or unknown."""
        row = self._org.db.one("SELECT expires, content FROM _once WHERE digest = ?", (digest_of(text),))
        if row is None or not row["content"]:
            return None
        with self._org.transaction():
            self._org.db.execute("UPDATE _once SET content = '' WHERE digest = ?", (digest_of(text),))
        if datetime.fromisoformat(row["expires"]) <= self._org.clock():
            return None
        return AuthorizationCode(**json.loads(row["content"]))

    def remember_once(self, digest: str, *, seconds: int) -> bool:
        """True the first time a digest is seen; it is forgotten after so many seconds."""
        now = self._org.clock().isoformat()
        with self._org.transaction():
            self._org.db.execute("DELETE FROM _once WHERE expires <= ?", (now,))
            if self._org.db.one("SELECT 1 FROM _once WHERE digest = ?", (digest,)) is not None:
                return False
            self._remember(digest, timedelta(seconds=seconds), "")
        return True

    def _remember(self, digest: str, lifetime: timedelta, content: str) -> None:
        expires = (self._org.clock() + lifetime).isoformat()
        self._org.db.execute("INSERT INTO _once VALUES (?, ?, ?)", (digest, expires, content))

    def _store(self, token: str, kind: str, user_id: str, *rest: str | None) -> None:
        with self._org.transaction():
            self._org.db.execute(
                "INSERT INTO _session VALUES (?, ?, ?, ?, ?, ?, ?)", (digest_of(token), kind, user_id, *rest)
            )
