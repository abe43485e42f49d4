"""Hourly: looks at each org for what notices tell, so that pages need no API call."""

from dataclasses import dataclass

import structlog

from connector.domain.finding import OrgFinding
from connector.errors import ConnectorError
from connector.services.connections.package_version import FINDING, installed_version
from connector.services.operations.org_checks import flows_off
from connector.services.storage.store import Store
from connector.services.worker import OpenOrg

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class LookAtOrgs:
    """Two API calls for each org. They keep browser connections from going unused for long as well."""

    store: Store
    open_org: OpenOrg

    def __call__(self) -> None:
        """An org that does not answer keeps what was found before."""
        with self.store.read() as unit:
            orgs = [org.org_id for org in unit.connections.orgs()]
        for org_id in orgs:
            self.look(org_id)

    def look(self, org_id: str) -> None:
        """At one org; it need not answer."""
        try:
            org = self.open_org(org_id)
            found = [OrgFinding("flow_inactive", name) for name in flows_off(org)]
            found.append(OrgFinding(FINDING, installed_version(org)))
        except ConnectorError as error:
            log.info("org_not_looked_at", org_id=org_id, code=error.code)
            return
        with self.store.write() as unit:
            unit.org_findings.replace(org_id, found)
