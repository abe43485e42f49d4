"""Passwords of the org's users, for the log-in page, the SOAP log-in and the password grant."""

from werkzeug.security import check_password_hash, generate_password_hash

from emulators.salesforce.org import Org
from emulators.salesforce.security.users import OrgUser
from emulators.salesforce.store.seed import USERS

SEEDED_PASSWORD = "local-org-1"  # noqa: S105 -- documented for everyone; opens an emulator on loopback
"""What the users of a fresh org log in with, until it is changed."""

_SEEDED = frozenset(user.username for user in USERS)
_TABLE = "CREATE TABLE IF NOT EXISTS _password (user_id TEXT PRIMARY KEY, hash TEXT NOT NULL)"


class Passwords:
    """The passwords of one org. A user who was made later has none until one is set."""

    def __init__(self, org: Org) -> None:
        self._org = org
        org.db.execute(_TABLE)

    def set(self, user_id: str, password: str) -> None:
        """Give a user a password, in place of the earlier one."""
        with self._org.transaction():
            row = (user_id, generate_password_hash(password))
            self._org.db.execute("INSERT OR REPLACE INTO _password VALUES (?, ?)", row)

    def user_of(self, username: str, password: str, *, token_may_follow: bool = False) -> OrgUser | None:
        """The active user whom name and password open; None for any other pair.

        token_may_follow: API clients append the user's security token. From loopback, which counts as a
        trusted address, none is needed; but what is appended to the documented password is let pass.
        """
        user = self._org.user(username)
        if user is None or not user.active or user.username.casefold() != username.casefold():
            return None
        row = self._org.db.one("SELECT hash FROM _password WHERE user_id = ?", (user.id,))
        if row is not None:
            return user if check_password_hash(row["hash"], password) else None
        matches = password == SEEDED_PASSWORD or (token_may_follow and password.startswith(SEEDED_PASSWORD))
        return user if matches and user.username in _SEEDED else None
