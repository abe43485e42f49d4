"""Connecting an org through a connected app that it has already."""

from pathlib import Path
from typing import Any

from cumulusci.core.config import TaskConfig
from cumulusci.core.exceptions import CumulusCIException, TaskOptionsError
from cumulusci.core.tasks import BaseTask
from cumulusci.tasks.salesforce import BaseSalesforceApiTask

from tasks.callout import SetCalloutUrl
from tasks.connection import OUTPUT, is_consumer_key, problems_of, write_connection
from tasks.roles import AssignRoles
from tasks.settings import SetConnectorUrl, address

TIMEOUT_SECONDS = 30


class UseConnectedApp(BaseSalesforceApiTask):
    """Checks the org, writes the file for `connector connect`, sets the address, and assigns the rights.

    The app itself is not checked: only the connector has the private key to sign in with, and tries it in
    `connector connect`.
    """

    task_options = {  # noqa: RUF012  # CumulusCI declares it so
        "consumer_key": {"description": "Consumer key of the connected app.", "required": True},
        "url": {
            "description": "Address of the connector, such as https://gifts.example.com.",
            "required": True,
        },
        "integration": {"description": "Username that the connector works as.", "required": True},
        "output": {
            "description": (
                f"JSON file to write: consumer_key, org_id, instance_url, login_url. Defaults to {OUTPUT}."
            )
        },
        "login_url": {"description": "Where tokens are asked for. Defaults to the org's instance URL."},
    }

    def _init_options(self, kwargs: dict[str, object]) -> None:
        super()._init_options(kwargs)
        self._key = str(self.options["consumer_key"]).strip()
        if not is_consumer_key(self._key):
            raise TaskOptionsError("consumer_key is no consumer key; copy it from Manage Consumer Details")
        url = address(self.options["url"])
        login_url = self.options.get("login_url")
        self._login_url = address(login_url) if login_url else None
        output = self.options.get("output")
        self._output = Path(output) if output else Path(self.project_config.repo_root) / OUTPUT
        self._parts = [
            self._part(SetConnectorUrl, {"url": url}),
            self._part(SetCalloutUrl, {"url": url}),
            self._part(AssignRoles, {"integration": self.options["integration"]}),
        ]

    def _part(self, kind: type[BaseTask], options: dict[str, object]) -> BaseTask:
        return kind(self.project_config, TaskConfig({"options": options}), self.org_config, name=self.name)

    def _run_task(self) -> None:
        found = list(problems_of(self.org_config.org_id, self._userinfo(), self.sf.limits()))
        if found:
            raise CumulusCIException("; ".join(found))
        connection = write_connection(
            self._output,
            consumer_key=self._key,
            org_id=self.org_config.org_id,
            instance_url=self.org_config.instance_url,
            login_url=self._login_url,
        )
        for part in self._parts:
            part()
        self.return_values = {"output": str(self._output), "org_id": connection["org_id"]}
        self.logger.info("The connector can be given %s; see %s", connection["org_id"], self._output)

    def _userinfo(self) -> dict[str, Any]:
        answer = self.sf.session.get(
            f"{self.org_config.instance_url}/services/oauth2/userinfo",
            headers=self.sf.headers,
            timeout=TIMEOUT_SECONDS,
        )
        if not answer.ok:
            raise CumulusCIException(
                f"the org does not say who is signed in (HTTP {answer.status_code}); "
                "connect it again: cci org connect"
            )
        told: dict[str, Any] = answer.json()
        return told
