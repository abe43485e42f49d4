"""Asking an org whether it can take the package, before anything is changed in it."""

from collections.abc import Callable
from typing import Any, TypeVar

from cumulusci.core.exceptions import CumulusCIException, TaskOptionsError
from cumulusci.salesforce_api.metadata import ApiRetrieveUnpackaged
from cumulusci.tasks.salesforce import BaseSalesforceApiTask
from lxml import etree
from simple_salesforce import format_soql
from simple_salesforce.exceptions import SalesforceError

from tasks.app_metadata import package_xml
from tasks.readiness import NEEDED_PERMISSIONS, Finding, Level, OrgFacts, findings
from tasks.salesforce_xml import parse, text_at

T = TypeVar("T")
SETTINGS = "ExternalClientApp"
FAIL_ON = {
    "blocks": {Level.BLOCKS},
    "warnings": {Level.BLOCKS, Level.WARNING},
    "nothing": set(),
}
GRANTED = (
    "SELECT {permission} FROM PermissionSet WHERE Id IN "
    "(SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = {{user_id}}) "
    "AND {permission} = true"
)


class Preflight(BaseSalesforceApiTask):
    """Reads facts of the org, prints what they mean, and fails only on what blocks an installation."""

    task_options = {  # noqa: RUF012  # CumulusCI declares it so
        "fail_on": {
            "description": (
                "blocks (default): fail on what blocks. warnings: fail on warnings as well. "
                "nothing: only tell, for plans that ask for the result."
            )
        },
    }

    def _init_options(self, kwargs: dict[str, object]) -> None:
        super()._init_options(kwargs)
        self._fail_on = self.options.get("fail_on") or "blocks"
        if self._fail_on not in FAIL_ON:
            raise TaskOptionsError(f"fail_on is {self._fail_on}; it must be one of {', '.join(FAIL_ON)}")

    def _run_task(self) -> None:
        facts = self._facts()
        found = findings(facts, api_version=self.project_config.project__package__api_version)
        for finding in found:
            self._tell(finding)
        stopping = [finding for finding in found if finding.level in FAIL_ON[self._fail_on]]
        self.return_values = {
            "ready": not any(finding.level is Level.BLOCKS for finding in found),
            "objects": sorted(facts.objects),
            "findings": [(str(finding.level), finding.what, finding.remedy) for finding in found],
        }
        if stopping:
            raise CumulusCIException(
                "The org cannot take the package yet:\n" + "\n".join(f"- {each}" for each in stopping)
            )

    def _tell(self, finding: Finding) -> None:
        log = self.logger.info if finding.level is Level.OK else self.logger.warning
        log(str(finding))

    def _facts(self) -> OrgFacts:
        organization = self._asked(self._organization) or {}
        user = self._asked(self._user) or {}
        limits = self._asked(lambda: self.sf.limits()["DailyApiRequests"]) or {}
        return OrgFacts(
            edition=organization.get("OrganizationType"),
            is_sandbox=organization.get("IsSandbox"),
            api_versions=tuple(self._asked(self._versions) or ()),
            instance_url=self.org_config.instance_url,
            marketing_user=user.get("UserPermissionsMarketingUser"),
            calls_left=limits.get("Remaining"),
            calls_a_day=limits.get("Max"),
            permissions=self._permissions(user["Id"]) if user else None,
            consumer_secret_access=self._asked(self._consumer_secret_access),
            objects=frozenset(self._asked(self._objects) or ()),
        )

    def _asked(self, question: Callable[[], T]) -> T | None:
        """The answer, or None where the org does not tell this user, or tells something else."""
        try:
            return question()
        except (SalesforceError, CumulusCIException, etree.XMLSyntaxError, LookupError, ValueError) as error:
            self.logger.debug("The org does not say: %s", error)
            return None

    def _organization(self) -> dict[str, Any]:
        record: dict[str, Any] = self.sf.query("SELECT OrganizationType, IsSandbox FROM Organization")[
            "records"
        ][0]
        return record

    def _user(self) -> dict[str, Any]:
        soql = "SELECT Id, UserPermissionsMarketingUser FROM User WHERE Username = {username}"
        record: dict[str, Any] = self.sf.query(format_soql(soql, username=self.org_config.username))[
            "records"
        ][0]
        return record

    def _versions(self) -> list[str]:
        versions = self.sf.session.get(
            self.org_config.instance_url + "/services/data", headers=self.sf.headers, timeout=30
        )
        return [each["version"] for each in versions.json()]

    def _objects(self) -> list[str]:
        described = self.sf.describe() or {}
        return [each["name"] for each in described["sobjects"]]

    def _permissions(self, user_id: str) -> dict[str, bool]:
        """Those that the org tells of, one by one: an unknown column fails only its own question."""
        answers = {}
        for name in NEEDED_PERMISSIONS:
            soql = GRANTED.format(permission=f"Permissions{name}")
            found = self._asked(
                lambda soql=soql: self.sf.query(format_soql(soql, user_id=user_id))["totalSize"]
            )
            if found is not None:
                answers[name] = found > 0
        return answers

    def _consumer_secret_access(self) -> bool | None:
        version = self.project_config.project__package__api_version
        retrieved = ApiRetrieveUnpackaged(
            self, package_xml({"Settings": [SETTINGS]}, version).decode(), version
        )()
        for path in retrieved.namelist():
            if path.endswith(f"{SETTINGS}.settings"):
                return text_at(parse(retrieved.read(path)), "enableConsumerSecretApiAccess") == "true"
        return None
