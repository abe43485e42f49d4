"""Connecting an org: over JWT bearer with a certificate, or in the browser.

A form's answer never leads to Salesforce (the pages' content security policy forbids it): what was typed in
is kept, and a page with a link follows.
"""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.domain.connections import ConnectionDraft, ConnectionMode
from connector.domain.portal_session import PendingSignIn, Role
from connector.errors import CallerError, ConnectorError
from connector.services.connections.connection_drafts import TypedIn
from connector.services.sign_in.sign_in import SCOPES
from connector.web.portal.integrations.container import SalesforceContainer
from connector.web.portal.pages import PortalPages
from connector.web.portal.sign_in import Arrival, send_off
from connector.web.portal.viewer import recognise, viewer

CALLBACK_PATH = "/oauth/callback"
CERTIFICATE_FILE = "gifting-connector.pem"
_CONNECTED = "/integrations/salesforce?done=connected"
_NEEDED = {
    "org_url": "Enter the org's address, such as https://example.my.salesforce.com.",
    "consumer_key": "Enter the consumer key of the app.",
    "username": "Enter the username of the integration user.",
}


def add_connect_views(pages: PortalPages, container: SalesforceContainer) -> None:
    """/connect and what is below it."""

    @pages.get("/connect")
    def connect() -> str:
        held = container.held_gifts() if viewer().may(Role.OPERATOR) else {}
        return render_template("portal/integrations/connect.html", held=held)

    _add_certificate_views(pages, container)
    _add_browser_views(pages, container)


def _add_certificate_views(pages: PortalPages, container: SalesforceContainer) -> None:
    @pages.get("/connect/jwt")
    def connect_jwt() -> str:
        return _jwt_page(container, container.connection_drafts.of(viewer().org_id))

    @pages.post("/connect/jwt")
    def try_jwt() -> Response | str:
        errors, draft = _take(container, ("org_url", "consumer_key", "username"))
        if errors:
            return _jwt_page(container, draft, errors=errors)
        try:
            identity = container.connection_drafts.connect(viewer().org_id, actor=_actor())
        except ConnectorError as refusal:
            return _jwt_page(container, container.connection_drafts.of(viewer().org_id), refusal=refusal)
        container.portal_sessions.bind(viewer(), identity.org_id)
        container.look_at_orgs.look(identity.org_id)
        return redirect(_CONNECTED, 303)

    @pages.post("/connect/certificate")
    def new_certificate() -> Response:
        container.connection_drafts.new_certificate(viewer().org_id, actor=_actor())
        return redirect(url_for("salesforce.connect_jwt", done="certificate"), 303)

    @pages.get("/connect/certificate.pem")
    def certificate() -> Response:
        """The new one while there is a draft, else the one in use. Only the public half ever leaves."""
        found = container.connection_drafts.connection(viewer().org_id, ConnectionMode.JWT)
        if not found.certificate_pem:
            raise CallerError(
                "There is no certificate yet", code="no_certificate", remedy="Make one on the page before."
            )
        headers = {"Content-Disposition": f'attachment; filename="{CERTIFICATE_FILE}"'}
        return Response(found.certificate_pem, mimetype="application/x-pem-file", headers=headers)


def _add_browser_views(pages: PortalPages, container: SalesforceContainer) -> None:
    @pages.get("/connect/browser")
    def connect_browser() -> str:
        return _browser_page(container, container.connection_drafts.of(viewer().org_id))

    @pages.post("/connect/browser")
    def keep_browser() -> Response | str:
        errors, draft = _take(container, ("org_url", "consumer_key"))
        if errors:
            return _browser_page(container, draft, errors=errors)
        return redirect(url_for("salesforce.go"), 303)

    @pages.get("/connect/go")
    def go() -> str:
        draft = container.connection_drafts.of(viewer().org_id)
        return render_template("portal/integrations/connect_go.html", draft=draft)

    @pages.get("/connect/authorize")
    def authorize() -> Response:
        return send_off(container.authorize_org.begin(viewer()))


def arrival(container: SalesforceContainer) -> Arrival:
    """Back from Salesforce, where somebody allowed the connector in."""

    def arrive(pending: PendingSignIn, code: str) -> Response:
        session = recognise(container)
        identity = container.authorize_org.finish(pending, code, session)
        if session is not None:
            container.portal_sessions.bind(session, identity.org_id)
        container.look_at_orgs.look(identity.org_id)
        return redirect(pending.next_path)

    return arrive


def _take(
    container: SalesforceContainer, needed: tuple[str, ...]
) -> tuple[dict[str, str], ConnectionDraft | TypedIn]:
    """Errors by field, and what to show again or what was kept."""
    typed = TypedIn(
        org_url=request.form.get("org_url", "").strip(),
        consumer_key=request.form.get("consumer_key", "").strip(),
        consumer_secret=request.form.get("consumer_secret", ""),
        username=request.form.get("username", "").strip(),
        without_secret=bool(request.form.get("without_secret")),
    )
    errors = {name: _NEEDED[name] for name in needed if not getattr(typed, name)}
    if errors:
        return errors, typed
    try:
        return {}, container.connection_drafts.keep(viewer().org_id, typed)
    except ConnectorError as refusal:
        return {"org_url": f"{refusal}. {refusal.remedy}"}, typed


def _jwt_page(
    container: SalesforceContainer,
    shown: ConnectionDraft | TypedIn,
    *,
    errors: dict[str, str] | None = None,
    refusal: ConnectorError | None = None,
) -> str:
    found = container.connection_drafts.connection(viewer().org_id, ConnectionMode.JWT)
    draft = container.connection_drafts.of(viewer().org_id)
    return render_template(
        "portal/integrations/connect_jwt.html",
        shown=shown,
        errors=errors or {},
        refusal=refusal,
        certificate_ends_at=found.certificate_ends_at,
        is_new=bool(draft.certificate_pem),
        has_secret=bool(draft.consumer_secret),
        public_url=container.public_url,
        callback_url=container.public_url + CALLBACK_PATH,
        scopes=SCOPES,
        file=CERTIFICATE_FILE,
        done=request.args.get("done", ""),
    )


def _browser_page(
    container: SalesforceContainer,
    shown: ConnectionDraft | TypedIn,
    *,
    errors: dict[str, str] | None = None,
) -> str:
    return render_template(
        "portal/integrations/connect_browser.html",
        shown=shown,
        errors=errors or {},
        has_secret=bool(container.connection_drafts.of(viewer().org_id).consumer_secret),
        callback_url=container.public_url + CALLBACK_PATH,
        scopes=SCOPES,
    )


def _actor() -> str:
    return viewer().username or "operator"
