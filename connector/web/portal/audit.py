"""The audit log: who changed what."""

from typing import Protocol

from flask import Blueprint, render_template, request

from connector.domain.portal_session import Role
from connector.services.audit import VerifyAudit
from connector.services.storage.store import Store
from connector.web.portal.container import PortalContainer
from connector.web.portal.pages import PortalPages, row_number
from connector.web.portal.viewer import viewer

_PAGE = 50


class AuditContainer(PortalContainer, Protocol):
    """What this page needs."""

    @property
    def store(self) -> Store: ...
    @property
    def verify_audit(self) -> VerifyAudit: ...


def blueprint(container: AuditContainer) -> Blueprint:
    """GET /audit."""
    views = PortalPages(
        "audit", container, role=Role.MANAGER, url_prefix="/audit", label="Audit log", order=85, icon="shield"
    )

    @views.get("/")
    def index() -> str:
        """Pages by number, the newest first; with check=1 the whole log is verified."""
        org_id = viewer().org_id
        before = request.args.get("before", type=row_number)
        words = request.args.get("q", "").strip()
        with container.store.read() as unit:
            entries = unit.audit.listed(org_id, before=before, limit=_PAGE + 1, words=words)
        return render_template(
            "portal/audit.html",
            entries=entries[:_PAGE],
            more=len(entries) > _PAGE,
            words=words,
            verdict=container.verify_audit(org_id) if "check" in request.args else None,
        )

    return views
