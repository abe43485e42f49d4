"""Everything that connects one org with its connector, in one step."""

from pathlib import Path

from cumulusci.core.config import TaskConfig
from cumulusci.core.tasks import BaseTask
from cumulusci.tasks.salesforce import BaseSalesforceApiTask

from tasks.callout import SetCalloutUrl
from tasks.connected_app import DeployConnectorApp
from tasks.connection import OUTPUT
from tasks.roles import AssignRoles
from tasks.settings import SetConnectorUrl, address

CALLBACK_PATH = "/oauth/callback"


class ConfigureConnector(BaseSalesforceApiTask):
    """Deploys certificate and policies, sets the connector's address, and gives the user its rights.

    Button and components read the address from a setting, Flows from the named credential; both are set.
    Each part is a task of its own too, and can be repeated without harm.
    """

    task_options = {  # noqa: RUF012  # CumulusCI declares it so
        "url": {
            "description": "Address of the connector, such as https://gifts.example.com.",
            "required": True,
        },
        "certificate": {
            "description": "Path of the connector's certificate (PEM, without the private key).",
            "required": True,
        },
        "integration": {"description": "Username that the connector works as.", "required": True},
        "output": {
            "description": f"JSON file to write: consumer_key, org_id, instance_url. Defaults to {OUTPUT}."
        },
        "login_url": {"description": "Where tokens are asked for. Defaults to the org's instance URL."},
    }

    def _init_options(self, kwargs: dict[str, object]) -> None:
        super()._init_options(kwargs)
        url = address(self.options["url"])
        output = self.options.get("output") or str(Path(self.project_config.repo_root) / OUTPUT)
        app = {
            "certificate": self.options["certificate"],
            "callback_url": url + CALLBACK_PATH,
            "output": output,
            "login_url": self.options.get("login_url"),
        }
        # Made here, so that a wrong option is told before anything is done.
        self._parts = [
            self._part(DeployConnectorApp, {key: value for key, value in app.items() if value}),
            self._part(SetConnectorUrl, {"url": url}),
            self._part(SetCalloutUrl, {"url": url}),
            self._part(AssignRoles, {"integration": self.options["integration"]}),
        ]

    def _part(self, kind: type[BaseTask], options: dict[str, object]) -> BaseTask:
        return kind(self.project_config, TaskConfig({"options": options}), self.org_config, name=self.name)

    def _run_task(self) -> None:
        self.return_values = {}
        for part in self._parts:
            part()
            self.return_values.update(part.return_values or {})
