"""What a fresh org holds before anyone logs in: the organization, profiles, users."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulators.salesforce.security.users import ADMINISTRATOR_PROFILE
from emulators.salesforce.store.database import Database, quote
from emulators.salesforce.store.values import datetime_text

ORGANIZATION_NAME = "Local Org"
API_ONLY_PROFILE = "Minimum Access - API Only Integrations"
MINIMUM_PROFILE = "Minimum Access - Salesforce"


@dataclass(frozen=True, slots=True)
class _User:
    username: str
    first_name: str
    last_name: str
    profile: str
    marketing: bool


USERS = (
    _User("admin@local.example", "Ada", "Admin", ADMINISTRATOR_PROFILE, marketing=True),
    _User("integration@local.example", "Integration", "User", API_ONLY_PROFILE, marketing=True),
    _User("rep@local.example", "Robin", "Rep", MINIMUM_PROFILE, marketing=False),
)
_PROFILES = {ADMINISTRATOR_PROFILE: True, API_ONLY_PROFILE: False, MINIMUM_PROFILE: False}
_ADMIN_PERMISSIONS = (
    "PermissionsManageUsers",
    "PermissionsModifyAllData",
    "PermissionsModifyMetadata",
    "PermissionsCustomizeApplication",
    "PermissionsModifyMetadata",
    "PermissionsRunReports",
    "PermissionsViewSetup",
    "PermissionsViewAllData",
    "PermissionsAuthorApex",
    "PermissionsConvertLeads",
    "PermissionsAllowViewEditConvertedLeads",
    "PermissionsEditTask",
    "PermissionsEditEvent",
)


class _Seeder:
    """Writes rows without any check: nothing is there yet to check against."""

    def __init__(self, db: Database, next_id: Callable[[str], str], now: datetime) -> None:
        self.db = db
        self.next_id = next_id
        self.now = datetime_text(now)
        self.creator = ""

    def insert(self, table: str, values: Mapping[str, Any], *, stamped: bool = True) -> None:
        row = dict(values)
        if stamped:
            row |= {"CreatedById": self.creator, "LastModifiedById": self.creator}
            row |= dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), self.now)
        columns = ", ".join(quote(c) for c in row)
        marks = ", ".join("?" for _ in row)
        self.db.execute(f"INSERT INTO {quote(table)} ({columns}) VALUES ({marks})", tuple(row.values()))  # noqa: S608 -- quoted names


def seed(db: Database, next_id: Callable[[str], str], now: datetime) -> None:
    """Fill an empty org. Every profile owns a permission set, as on the platform."""
    seeder = _Seeder(db, next_id, now)
    user_ids = {user.username: next_id("005") for user in USERS}
    seeder.creator = user_ids[USERS[0].username]
    _seed_organization(seeder)
    profile_ids = {name: _seed_profile(seeder, name, is_admin) for name, is_admin in _PROFILES.items()}
    _seed_settings(seeder)
    for user in USERS:
        _seed_user(seeder, user, user_ids[user.username], profile_ids[user.profile])


def _seed_organization(seeder: _Seeder) -> None:
    seeder.insert(
        "Organization",
        {
            "Id": seeder.next_id("00D"),
            "Name": ORGANIZATION_NAME,
            "OrganizationType": "Enterprise Edition",
            "InstanceName": "LOC1",
            "IsSandbox": 0,
            "IsReadOnly": 0,
            "UsesStartDateAsFiscalYearName": 0,
            "FiscalYearStartMonth": 1,
            "TimeZoneSidKey": "GMT",
            "LanguageLocaleKey": "en_US",
            "DefaultLocaleSidKey": "en_US",
            "UiSkin": "Theme3",
        },
    )


def _seed_settings(seeder: _Seeder) -> None:
    """The records that Salesforce itself makes in every org."""
    price_book = {"Id": seeder.next_id("01s"), "Name": "Standard Price Book", "IsActive": 1, "IsStandard": 1}
    seeder.insert("Pricebook2", {**price_book, "IsArchived": 0, "IsDeleted": 0})
    hours: dict[str, Any] = {"Id": seeder.next_id("01m"), "Name": "Default", "IsActive": 1, "IsDefault": 1}
    for day in ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"):
        hours |= dict.fromkeys((f"{day}StartTime", f"{day}EndTime"), "00:00:00.000Z")
    seeder.insert("BusinessHours", {**hours, "TimeZoneSidKey": "GMT"})


def _seed_profile(seeder: _Seeder, name: str, is_admin: bool) -> str:
    profile_id = seeder.next_id("00e")
    permissions = dict.fromkeys(_ADMIN_PERMISSIONS, int(is_admin)) | {"PermissionsApiEnabled": 1}
    seeder.insert("Profile", {"Id": profile_id, "Name": name, "UserType": "Standard", **permissions})
    seeder.insert(
        "PermissionSet",
        {
            "Id": seeder.next_id("0PS"),
            "Name": f"X{profile_id[:15]}",
            "Label": name,
            "ProfileId": profile_id,
            "IsOwnedByProfile": 1,
            "IsCustom": 0,
            "Type": "Profile",
            **permissions,
        },
    )
    return profile_id


def _seed_user(seeder: _Seeder, user: _User, user_id: str, profile_id: str) -> None:
    name = f"{user.first_name} {user.last_name}"
    alias = user.username.partition("@")[0][:8]
    shared: dict[str, Any] = {
        "FirstName": user.first_name,
        "LastName": user.last_name,
        "Name": name,
        "Email": user.username,
    }
    shared |= {"Id": user_id, "Username": user.username, "Alias": alias, "IsActive": 1}
    seeder.insert(
        "User",
        {
            **shared,
            "CommunityNickname": alias,
            "ProfileId": profile_id,
            "UserType": "Standard",
            "TimeZoneSidKey": "GMT",
            "LocaleSidKey": "en_US",
            "LanguageLocaleKey": "en_US",
            "EmailEncodingKey": "UTF-8",
            "UserPermissionsMarketingUser": int(user.marketing),
            "ReceivesInfoEmails": 0,
            "ReceivesAdminInfoEmails": 0,
            "UserPermissionsOfflineUser": 0,
            "UserPermissionsSFContentUser": 0,
            "UserPermissionsKnowledgeUser": 0,
            "UserPermissionsInteractionUser": 0,
            "UserPermissionsSupportUser": 0,
            "ForecastEnabled": 0,
        },
    )
    seeder.insert("_name", {**shared, "Type": "User"}, stamped=False)
    permission_set = seeder.db.one('SELECT "Id" FROM "PermissionSet" WHERE "ProfileId" = ?', (profile_id,))
    if permission_set:
        assignment = {
            "Id": seeder.next_id("0Pa"),
            "PermissionSetId": permission_set["Id"],
            "AssigneeId": user_id,
        }
        seeder.insert("PermissionSetAssignment", {**assignment, "IsActive": 1, "IsRevoked": 0}, stamped=False)
