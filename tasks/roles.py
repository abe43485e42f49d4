"""Who does what with gifts: permission sets by role."""

from cumulusci.core.config import TaskConfig
from cumulusci.core.exceptions import TaskOptionsError
from cumulusci.core.utils import process_list_arg
from cumulusci.tasks.salesforce import BaseSalesforceApiTask

from tasks.assign import AssignPermissionSetsToUser

ROLES = {
    "users": "Gift_User",
    "admins": "Gift_Admin",
    "integration": "Gift_Integration",
}


class AssignRoles(BaseSalesforceApiTask):
    """Gives the users of each role its permission set; leaves those alone who have it."""

    task_options = {  # noqa: RUF012  # CumulusCI declares it so
        "users": {"description": "Usernames, separated by commas, of people who send gifts (Gift_User)."},
        "admins": {"description": "Usernames of people who run gifting (Gift_Admin)."},
        "integration": {"description": "Username that the connector works as (Gift_Integration)."},
        "required": {
            "description": "False lets the task do nothing when no username is given. Defaults to True."
        },
    }

    def _init_options(self, kwargs: dict[str, object]) -> None:
        super()._init_options(kwargs)
        self._usernames = {role: process_list_arg(self.options.get(role)) or [] for role in ROLES}
        required = str(self.options.get("required", True)).lower() not in ("false", "0", "no")
        if required and not any(self._usernames.values()):
            raise TaskOptionsError(f"no usernames were given; name some for {', '.join(ROLES)}")

    def _run_task(self) -> None:
        for role, usernames in self._usernames.items():
            for username in usernames:
                options = {"api_names": ROLES[role], "username": username}
                task = AssignPermissionSetsToUser(
                    self.project_config, TaskConfig({"options": options}), self.org_config, name=self.name
                )
                task()
        self.return_values = {role: usernames for role, usernames in self._usernames.items() if usernames}
