"""What is checked of an org: that it lets the connector in, and has what the connector works with."""

from dataclasses import dataclass

from connector.domain.connections import OrgConnection
from connector.domain.package import NEWEST_VERSION
from connector.errors import ConnectorError
from connector.ports import OrgIdentity, SalesforceOrg
from connector.services.connections.package_version import installed_version
from connector.services.operations.checking import found
from connector.services.soql import quote, quoted_list

INTEGRATION_PERMISSION_SET = "Gift_Integration"
# What the package switches on; a flow of these that the org does not have is not missed here.
FLOWS = (
    "Gift_On_Opportunity_Stage",
    "Gift_Provision_Member_Statuses",
    "Gift_Reparent_On_Lead_Conversion",
    "Gift_Request_On_Campaign_Member",
    "Send_Gift",
)
_SCOPES = frozenset({"api", "refresh_token"})


@dataclass
class LookedAt:
    """An org, and what the checks of one run learn and share."""

    connection: OrgConnection
    org: SalesforceOrg
    identity: OrgIdentity | None = None


def signs_in(looked: LookedAt) -> str:
    """A token is given, for whom it says."""
    looked.identity = looked.org.identity()
    return f"As {looked.identity.username}."


def is_right(looked: LookedAt) -> str:
    """The address leads to the org that was connected."""
    identity = looked.identity or looked.org.identity()
    if identity.org_id != looked.connection.org_id:
        raise found("other_org", f"The address leads to org {identity.org_id}.")
    return f"{identity.org_id}, user {identity.user_id}."


def has_scopes(looked: LookedAt) -> str:
    """What was granted is enough."""
    scopes = looked.connection.scopes
    granted = set(scopes)
    if scopes and "full" not in granted and not granted >= _SCOPES:
        raise found("scope_missing", f"Granted: {', '.join(scopes)}.")
    return ", ".join(scopes) or "Salesforce did not say which."


def calls(looked: LookedAt) -> str:
    """The API takes a query, which is the one call that counts."""
    list(looked.org.query("SELECT Id FROM Organization"))
    return f"API version {looked.connection.api_version}."


def has_package(looked: LookedAt) -> str:
    """Gift__c is there, and which version of the package brought it."""
    try:
        list(looked.org.query("SELECT Id FROM Gift__c LIMIT 1"))
    except ConnectorError as error:
        if error.code in {"INVALID_TYPE", "NOT_FOUND"}:
            raise found("package_missing", "Gift__c is not there for the user.") from error
        raise
    version = installed_version(looked.org)
    return f"Version {version}; the newest is {NEWEST_VERSION}." if version else "Gift__c is there."


def has_permission_set(looked: LookedAt) -> str:
    """The integration user holds Gift Integration."""
    user_id = quote(looked.connection.user_id)
    name = quote(INTEGRATION_PERMISSION_SET)
    held = list(
        looked.org.query(
            "SELECT Id FROM PermissionSetAssignment"  # noqa: S608
            f" WHERE AssigneeId = {user_id} AND PermissionSet.Name = {name}"
        )
    )
    if not held:
        raise found("permission_set_missing", f"{looked.connection.username} does not hold it.")
    return "Gift Integration is assigned."


def is_marketing_user(looked: LookedAt) -> str:
    """Without that nobody changes Campaigns. Source: Object Reference, User."""
    user_id = quote(looked.connection.user_id)
    rows = list(
        looked.org.query(f"SELECT UserPermissionsMarketingUser FROM User WHERE Id = {user_id}")  # noqa: S608
    )
    if not rows or not rows[0]["UserPermissionsMarketingUser"]:
        raise found("marketing_user_missing", f"{looked.connection.username} is none.")
    return "The user is one."


def flows_are_on(looked: LookedAt) -> str:
    """None of the package's flows is switched off."""
    off = flows_off(looked.org)
    if off:
        raise found("flow_inactive", f"Switched off: {', '.join(off)}.")
    return "All of the package's flows are on."


def flows_off(org: SalesforceOrg) -> list[str]:
    """API names of the package's flows that are there and switched off. Raises the org's errors.

    Source: Object Reference, FlowDefinitionView.
    """
    names = quoted_list(FLOWS)
    rows = org.query(f"SELECT ApiName, IsActive FROM FlowDefinitionView WHERE ApiName IN {names}")  # noqa: S608
    return sorted(row["ApiName"] for row in rows if not row["IsActive"])
