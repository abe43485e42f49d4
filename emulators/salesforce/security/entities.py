"""What users reach besides objects and fields: custom permissions and the like, by SetupEntityAccess."""

from emulators.salesforce.org import Org


def custom_permissions(org: Org, user_id: str) -> list[str]:
    """The names of the custom permissions that a user's permission sets and profile grant, sorted."""
    rows = org.db.all(
        'SELECT DISTINCT c."DeveloperName" FROM "CustomPermission" c '
        'JOIN "SetupEntityAccess" e ON e."SetupEntityId" = c."Id" '
        'JOIN "PermissionSetAssignment" a ON a."PermissionSetId" = e."ParentId" '
        'WHERE a."AssigneeId" = ? AND a."IsRevoked" IS NOT 1 ORDER BY c."DeveloperName"',
        (user_id,),
    )
    return [row["DeveloperName"] for row in rows]
