"""Connecting the connector to one org: the part of its External Client App that no package may carry."""

from pathlib import Path

from cumulusci.core.config import TaskConfig
from cumulusci.core.exceptions import CumulusCIException, TaskOptionsError
from cumulusci.salesforce_api.metadata import ApiRetrieveUnpackaged
from cumulusci.tasks.salesforce import BaseSalesforceApiTask, Deploy

from tasks.app_metadata import (
    GLOBAL_SETTINGS_TYPE,
    AppMetadataInvalid,
    ConnectorApp,
    certificate_body,
    consumer_key,
    metadata_files,
    package_xml,
)
from tasks.connection import write_connection
from tasks.settings import address

DEFAULT_APP = "Gift_Connector"
# The connector itself, and everyone who signs in to it.
DEFAULT_PERMISSION_SETS = "Gift_Integration, Gift_User, Gift_Admin"
WORK_FOLDER = ".local/connector_app"


class DeployConnectorApp(BaseSalesforceApiTask):
    """Deploys certificate, callback URL and policies; writes consumer key and org to a file.

    The rendered metadata stays in a folder that git ignores. The file written holds no secret: with JWT
    bearer the secret is the connector's private key, which this task never sees.
    """

    task_options = {  # noqa: RUF012  # CumulusCI declares it so
        "certificate": {
            "description": "Path of the connector's certificate (PEM, without the private key).",
            "required": True,
        },
        "callback_url": {
            "description": "The connector's callback: https://gifts.example.com/oauth/callback.",
            "required": True,
        },
        "output": {
            "description": "Path of the JSON file to write: consumer_key, org_id, instance_url, login_url.",
            "required": True,
        },
        "app": {"description": f"API name of the External Client App. Defaults to {DEFAULT_APP}."},
        "permission_sets": {
            "description": f"Whose users are authorised in advance. Defaults to {DEFAULT_PERMISSION_SETS}."
        },
        "login_url": {
            "description": "Where tokens are asked for. Defaults to the org's instance URL.",
        },
    }

    def _init_options(self, kwargs: dict[str, object]) -> None:
        super()._init_options(kwargs)
        certificate = Path(self.options["certificate"])
        if not certificate.is_file():
            raise TaskOptionsError(f"there is no certificate at {certificate}")
        # A certificate in another format is told apart by what it lacks, not by its bytes.
        self._certificate_pem = certificate.read_text(encoding="utf-8", errors="replace")
        try:
            certificate_body(self._certificate_pem)
        except AppMetadataInvalid as error:
            raise TaskOptionsError(f"{certificate}: {error}") from error
        login_url = self.options.get("login_url")
        self._login_url = address(login_url) if login_url else None

    def _run_task(self) -> None:
        app = ConnectorApp(
            name=self.options.get("app") or DEFAULT_APP,
            permission_sets=self.options.get("permission_sets") or DEFAULT_PERMISSION_SETS,
            callback_url=self.options["callback_url"],
            certificate_pem=self._certificate_pem,
            api_version=self.project_config.project__package__api_version,
        )
        self._deploy(self._render(app))
        self._write_output(self._consumer_key(app))

    def _render(self, app: ConnectorApp) -> Path:
        folder = Path(self.project_config.repo_root) / WORK_FOLDER
        for path, content in metadata_files(app).items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return folder

    def _deploy(self, folder: Path) -> None:
        config = TaskConfig({"options": {"path": str(folder), "unmanaged": True}})
        Deploy(self.project_config, config, self.org_config, name="deploy_connector_app.deploy")()

    def _consumer_key(self, app: ConnectorApp) -> str:
        manifest = package_xml({GLOBAL_SETTINGS_TYPE: [f"{app.name}_glbloauth"]}, app.api_version).decode()
        retrieved = ApiRetrieveUnpackaged(self, manifest, app.api_version)()
        try:
            return consumer_key(retrieved, app.name)
        except AppMetadataInvalid as error:
            raise CumulusCIException(str(error)) from error

    def _write_output(self, key: str) -> None:
        output = Path(self.options["output"])
        connection = write_connection(
            output,
            consumer_key=key,
            org_id=self.org_config.org_id,
            instance_url=self.org_config.instance_url,
            login_url=self._login_url,
        )
        self.return_values = {"output": str(output), "org_id": connection["org_id"]}
        self.logger.info("The connector's app is ready in %s; see %s", connection["org_id"], output)
