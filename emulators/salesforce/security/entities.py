"""What users reach besides objects and fields: custom permissions and the like, by SetupEntityAccess."""

from emulators.salesforce.org import Org
from emulators.salesforce.security.assignments import held_ids

METADATA_TYPE = "CustomEntityDefinition"
"""The SetupEntityType of a grant on a custom metadata type, whose entity is the type's component."""


def custom_permissions(org: Org, user_id: str) -> list[str]:
    """The names of the custom permissions that a user's permission sets and profile grant, sorted."""
    rows = org.db.all(
        'SELECT DISTINCT c."DeveloperName" FROM "CustomPermission" c '
        'JOIN "SetupEntityAccess" e ON e."SetupEntityId" = c."Id" '
        'WHERE e."ParentId" IN (SELECT value FROM json_each(?)) ORDER BY c."DeveloperName"',
        (held_ids(org, user_id),),
    )
    return [row["DeveloperName"] for row in rows]


def readable_metadata_types(org: Org, user_id: str) -> frozenset[str]:
    """The custom metadata types whose records a user's permission sets and profile let him read."""
    granted = org.db.all(
        'SELECT DISTINCT e."SetupEntityId" FROM "SetupEntityAccess" e '
        'WHERE e."ParentId" IN (SELECT value FROM json_each(?)) AND e."SetupEntityType" = ?',
        (held_ids(org, user_id), METADATA_TYPE),
    )
    if not granted:
        return frozenset()
    ids = {row["SetupEntityId"] for row in granted}
    components = org.db.all("SELECT id, full_name FROM _component WHERE type = 'CustomObject'")
    return frozenset(row["full_name"] for row in components if row["id"] in ids)
