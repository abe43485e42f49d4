"""Assigning permission sets to a user by username.

The stock task finds users by alias, and an alias is not unique in an org: the integration user's rights could
go to a colleague with the same one.
"""

from cumulusci.core.exceptions import CumulusCIException
from cumulusci.tasks.salesforce.users.permsets import AssignPermissionSets
from simple_salesforce import format_soql

SOQL = (
    "SELECT Id, (SELECT PermissionSetId FROM PermissionSetAssignments) FROM User "
    "WHERE Username = {username} AND IsActive = true"
)


class AssignPermissionSetsToUser(AssignPermissionSets):
    """The stock task for exactly one user; skips what is already assigned."""

    task_options = {  # noqa: RUF012  # CumulusCI declares it so
        "api_names": {
            "description": "API names of the permission sets, separated by commas.",
            "required": True,
        },
        "username": {"description": "Username of the user, such as gifts@example.com.", "required": True},
    }

    def _query_existing_assignments(self) -> list[dict[str, object]]:
        found = self.sf.query(format_soql(SOQL, username=self.options["username"]))["records"]
        if not found:
            raise CumulusCIException(f"the org has no active user {self.options['username']}")
        return found
