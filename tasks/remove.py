"""Taking the package out of an org again."""

import base64
import io
import zipfile
from pathlib import Path

from cumulusci.core.exceptions import CumulusCIException, TaskOptionsError
from cumulusci.core.utils import process_bool_arg
from cumulusci.salesforce_api.metadata import ApiDeploy
from cumulusci.tasks.salesforce import BaseSalesforceApiTask
from simple_salesforce import format_soql

from tasks.app_metadata import package_xml
from tasks.connected_app import DEFAULT_APP
from tasks.package_data import package_fields, unexported
from tasks.removal import Member, members_of, stages_of, with_flow_versions
from tasks.salesforce_xml import new, to_bytes

DEFAULT_PACKAGE = "force-app"
# What the installer deploys beside the package (docs/adr/0005).
BESIDE = "unpackaged/post"
# What deploy_connector_app adds to the packaged app in one org.
INSTALL_TIME = {
    "ExtlClntAppGlobalOauthSettings": f"{DEFAULT_APP}_glbloauth",
    "ExtlClntAppOauthConfigurablePolicies": f"{DEFAULT_APP}_oauthPlcy",
    "ExtlClntAppConfigurablePolicies": f"{DEFAULT_APP}_plcy",
}


class RemovePackage(BaseSalesforceApiTask):
    """Unassigns permission sets, switches Flows off and removes every component, in stages.

    Salesforce keeps deleted fields and their values for 15 days; the objects' records it keeps as long. The
    task needs the folder of an export of every object first, because restoring that way has limits.
    """

    task_options = {  # noqa: RUF012  # CumulusCI declares it so
        "export": {"description": "Folder with the CSV files of export_gifts.", "required": True},
        "package": {"description": f"Source folder of the package. Defaults to {DEFAULT_PACKAGE}."},
        "check_only": {"description": "True lists what would go, in order, and changes nothing."},
    }

    def _init_options(self, kwargs: dict[str, object]) -> None:
        super()._init_options(kwargs)
        self._export = Path(self.options["export"])
        if not self._export.is_dir():
            raise TaskOptionsError(f"{self._export} is no folder; run export_gifts first and give its folder")
        self._check_only = process_bool_arg(self.options.get("check_only") or False)

    def _run_task(self) -> None:
        repository = Path(self.project_config.repo_root)
        package = repository / (self.options.get("package") or DEFAULT_PACKAGE)
        self._refuse_without_export(package)
        members = members_of(package) + members_of(repository / BESIDE)
        members += [Member(kind, name) for kind, name in INSTALL_TIME.items()]
        flows = [member.name for member in members if member.type == "Flow"]
        versions = self._flow_versions(flows) if flows else {}
        if not self._check_only:
            self._unassign([member.name for member in members if member.type == "PermissionSet"])
            self._switch_off(sorted(versions))
        for title, stage in stages_of(with_flow_versions(members, versions)):
            count = sum(map(len, stage.values()))
            self.logger.info("%s %s: %s", "Would remove" if self._check_only else "Removing", title, count)
            if self._check_only:
                for kind, names in stage.items():
                    self.logger.info("  %s: %s", kind, ", ".join(names))
            else:
                self._deploy({"destructiveChanges.xml": package_xml(stage, self._version)}, {})

    def _refuse_without_export(self, package: Path) -> None:
        present = {each["name"] for each in self.sf.describe()["sobjects"]}
        missing = unexported(self._export, present & package_fields(package).keys())
        if missing:
            raise CumulusCIException(
                f"{self._export} holds nothing of {', '.join(missing)}; run export_gifts for all objects and "
                "give its folder"
            )

    @property
    def _version(self) -> str:
        version: str = self.project_config.project__package__api_version
        return version

    def _flow_versions(self, names: list[str]) -> dict[str, list[int]]:
        """The versions an org has, by Flow. Salesforce deletes Flows by version only."""
        soql = "SELECT DurableId, ApiName FROM FlowDefinitionView WHERE ApiName IN {names}"
        definitions = self.sf.query_all(format_soql(soql, names=names))["records"]
        versions = "SELECT VersionNumber FROM FlowVersionView WHERE FlowDefinitionViewId = {definition}"
        return {
            each["ApiName"]: sorted(
                record["VersionNumber"]
                for record in self.sf.query_all(format_soql(versions, definition=each["DurableId"]))[
                    "records"
                ]
            )
            for each in definitions
        }

    def _unassign(self, permission_sets: list[str]) -> None:
        if not permission_sets:
            return
        soql = "SELECT Id FROM PermissionSetAssignment WHERE PermissionSet.Name IN {names}"
        records = self.sf.query_all(format_soql(soql, names=permission_sets))["records"]
        for record in records:
            self.sf.PermissionSetAssignment.delete(record["Id"])
        self.logger.info("Unassigned %s permission sets from users", len(records))

    def _switch_off(self, flows: list[str]) -> None:
        """An active Flow cannot be deleted; version 0 of a definition means none is active."""
        if not flows:
            return
        files = {}
        for name in flows:
            root = new("FlowDefinition")
            root.text = "\n    "
            root.append(new("activeVersionNumber", text="0"))
            root[0].tail = "\n"
            files[f"flowDefinitions/{name}.flowDefinition"] = to_bytes(root)
        self._deploy(files, {"FlowDefinition": flows})

    def _deploy(self, files: dict[str, bytes], members: dict[str, list[str]]) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("package.xml", package_xml(members, self._version))
            for path, content in files.items():
                archive.writestr(path, content)
        package = base64.b64encode(buffer.getvalue()).decode()
        ApiDeploy(self, package, purge_on_delete=False)()
