"""Diagnosis: what works between connector, Salesforce and gifting platforms, and what mends the rest."""

from typing import Protocol

from flask import Response, render_template, stream_template

from connector.domain.portal_session import Role
from connector.services.ailments.table import AILMENTS
from connector.services.operations.diagnose import Diagnose
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
        return render_template("portal/diagnosis.html", table=AILMENTS)

    @pages.get("/run")
    def run() -> Response:
        """Each result is sent as it comes, so that nobody looks at an empty page meanwhile."""
        results = container.diagnose.each(viewer().org_id)
        page = stream_template("portal/diagnosis_run.html", results=results)
        # Proxies of the nginx kind gather an answer before they pass it on, unless they are told.
        return Response(page, headers={"X-Accel-Buffering": "no"})

    return pages
