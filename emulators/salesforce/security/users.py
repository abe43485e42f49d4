"""The user behind a request."""

from dataclasses import dataclass

from emulators.salesforce.store.database import Database

ADMINISTRATOR_PROFILE = "System Administrator"

_SELECT = (
    'SELECT u."Id", u."Username", u."Name", u."Email", u."ProfileId", u."UserPermissionsMarketingUser", '
    'u."TimeZoneSidKey", u."IsActive", p."Name" AS profile '
    'FROM "User" u JOIN "Profile" p ON p."Id" = u."ProfileId" '
)


@dataclass(frozen=True, slots=True)
class OrgUser:
    """A user as far as requests are concerned. marketing: may write campaigns and their members."""

    id: str
    username: str
    name: str
    email: str
    profile_id: str
    profile: str
    marketing: bool
    active: bool = True
    time_zone: str = "GMT"

    @property
    def is_admin(self) -> bool:
        """True for the profile that may do everything."""
        return self.profile == ADMINISTRATOR_PROFILE


SYSTEM = OrgUser(
    id="",
    username="",
    name="System",
    email="",
    profile_id="",
    profile=ADMINISTRATOR_PROFILE,
    marketing=True,
)
"""Whoever writes on the org's own behalf: no check of access, and read-only fields may be set."""


def find_user(db: Database, username_or_id: str) -> OrgUser | None:
    """A user by user name or by 18-character Id."""
    row = db.one(_SELECT + 'WHERE u."Id" = ? OR u."Username" = ?', (username_or_id, username_or_id))
    if row is None:
        return None
    return OrgUser(
        id=row["Id"],
        username=row["Username"],
        name=row["Name"],
        email=row["Email"],
        profile_id=row["ProfileId"],
        profile=row["profile"],
        marketing=bool(row["UserPermissionsMarketingUser"]),
        active=bool(row["IsActive"]),
        time_zone=row["TimeZoneSidKey"],
    )
