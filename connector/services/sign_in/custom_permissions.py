"""What a person may do here, read from the custom permissions that their org's administrators gave them."""

from connector.domain.portal_session import ROLE_BY_CUSTOM_PERMISSION, Role
from connector.ports import SalesforceOrg
from connector.services.soql import quote, quoted_list


def roles_of(org: SalesforceOrg, user_id: str) -> frozenset[Role]:
    """One API call, as the integration user, who may see Setup; raises the org's errors.

    Permission sets, groups of them and profiles all appear as permission sets that are assigned. Source:
    Object Reference, SetupEntityAccess and PermissionSetAssignment.
    """
    granted, named = org.query_together([_granted_to(user_id), _named()])
    held = {row["SetupEntityId"] for row in granted}
    return frozenset(ROLE_BY_CUSTOM_PERMISSION[row["DeveloperName"]] for row in named if row["Id"] in held)


def _granted_to(user_id: str) -> str:
    assigned = f"SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = {quote(user_id)}"  # noqa: S608
    return (
        "SELECT SetupEntityId FROM SetupEntityAccess"  # noqa: S608
        f" WHERE SetupEntityType = 'CustomPermission' AND ParentId IN ({assigned})"
    )


def _named() -> str:
    names = quoted_list(ROLE_BY_CUSTOM_PERMISSION)
    return f"SELECT Id, DeveloperName FROM CustomPermission WHERE DeveloperName IN {names}"  # noqa: S608
