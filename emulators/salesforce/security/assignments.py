"""Which permission sets count for a user: the one place that everything asks that grants by them."""

import json
from dataclasses import dataclass

from emulators.salesforce.org import Org
from emulators.salesforce.store.values import datetime_text

_HELD = (
    'SELECT s."Id", s."Name", s."IsOwnedByProfile" FROM "PermissionSetAssignment" a '
    'JOIN "PermissionSet" s ON s."Id" = a."PermissionSetId" '
    'WHERE a."AssigneeId" = ? AND a."IsRevoked" IS NOT 1 AND s."HasActivationRequired" IS NOT 1 '
    'AND (a."ExpirationDate" IS NULL OR a."ExpirationDate" > ?) ORDER BY s."Name"'
)


@dataclass(frozen=True, slots=True)
class HeldPermissionSet:
    """A permission set, or that of the user's profile."""

    id: str
    name: str
    of_profile: bool


def held_permission_sets(org: Org, user_id: str) -> list[HeldPermissionSet]:
    """Those of a user now, by name.

    Not counted: assignments that were revoked or have expired, and sets that a session would have to activate
    first, which no session does here.
    Source: Object Reference, PermissionSetAssignment (ExpirationDate, IsRevoked), PermissionSet
    (HasActivationRequired).
    """
    rows = org.db.all(_HELD, (user_id, datetime_text(org.clock())))
    return [HeldPermissionSet(row["Id"], row["Name"], bool(row["IsOwnedByProfile"])) for row in rows]


def held_ids(org: Org, user_id: str) -> str:
    """Their Ids as a JSON list, for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps([held.id for held in held_permission_sets(org, user_id)])
