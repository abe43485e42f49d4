"""Telling Flows where the connector lives."""

from pathlib import Path

from cumulusci.core.config import TaskConfig
from cumulusci.core.exceptions import CumulusCIException
from cumulusci.tasks.salesforce import BaseSalesforceApiTask, Deploy
from simple_salesforce import format_soql

from tasks.callout_metadata import NAMED_CREDENTIAL, CredentialMissing, callout_files
from tasks.settings import FIELD, SETTING, address

PACKAGE = "force-app"
WORK_FOLDER = ".local/callout"


class SetCalloutUrl(BaseSalesforceApiTask):
    """Deploys the named credential with the connector's address, rendered into a folder that git ignores.

    Every deploy of the package puts the placeholder back. Without an address the task takes the one that the
    org's setting keeps, so that running it after a deploy restores what was there.
    """

    task_options = {  # noqa: RUF012  # CumulusCI declares it so
        "url": {
            "description": (
                "Address of the connector, such as https://gifts.example.com. Defaults to the one in the "
                "org's Gifting Settings; if they have none, nothing is done."
            )
        }
    }

    def _init_options(self, kwargs: dict[str, object]) -> None:
        super()._init_options(kwargs)
        self._url = address(self.options["url"]) if self.options.get("url") else None

    def _run_task(self) -> None:
        url = self._url or self._kept_url()
        self.return_values = {"callout_url": url}
        if not url:
            self.logger.info("The org has no connector yet; %s keeps its placeholder.", NAMED_CREDENTIAL)
            return
        folder = self._render(url)
        config = TaskConfig({"options": {"path": str(folder), "unmanaged": True}})
        Deploy(self.project_config, config, self.org_config, name="set_callout_url.deploy")()
        self.logger.info("Flows call the connector at %s", url)

    def _kept_url(self) -> str | None:
        query = f"SELECT {FIELD} FROM {SETTING} WHERE SetupOwnerId = {{org_id}}"  # noqa: S608  # both parts are constants
        found = self.sf.query(format_soql(query, org_id=self.org_config.org_id))["records"]
        return (found[0][FIELD] or None) if found else None

    def _render(self, url: str) -> Path:
        root = Path(self.project_config.repo_root)
        folder = root / WORK_FOLDER
        try:
            files = callout_files(root / PACKAGE, url, self.project_config.project__package__api_version)
        except CredentialMissing as error:
            raise CumulusCIException(str(error)) from error
        for path, content in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return folder
