"""Diagnosis: what works between connector, Salesforce and gifting platforms, and what mends the rest."""

from typing import Protocol

from flask import render_template

from connector.domain.portal_session import Role
from connector.services.ailments.table import AILMENTS
from connector.services.diagnose import CheckState, Diagnose
from connector.web.portal.container import PortalContainer
from connector.web.portal.pages import PortalPages
from connector.web.portal.viewer import viewer


class DiagnosisContainer(PortalContainer, Protocol):
    """What this page needs."""

    @property
    def diagnose(self) -> Diagnose: ...


def blueprint(container: DiagnosisContainer) -> PortalPages:
    """/diagnosis; a run costs about seven API calls, so it is asked for."""
    pages = PortalPages(
        "diagnosis",
        container,
        role=Role.MANAGER,
        url_prefix="/diagnosis",
        label="Diagnosis",
        order=70,
        icon="search",
    )

    @pages.get("")
    def index() -> str:
        return render_template("portal/diagnosis.html", results=[], table=AILMENTS)

    @pages.get("/run")
    def run() -> str:
        results = container.diagnose(viewer().org_id)
        failed = sum(result.state is CheckState.FAILED for result in results)
        return render_template("portal/diagnosis.html", results=results, failed=failed, table=())

    return pages
