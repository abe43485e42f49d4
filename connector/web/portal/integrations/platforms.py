"""Integrations, Gifting platform: the org's accounts."""

from typing import Protocol

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.domain.portal_session import Role
from connector.errors import CallerError, ConnectorError
from connector.services.connections.org_accounts import OrgAccounts
from connector.web.portal.container import PortalContainer
from connector.web.portal.pages import PortalPages
from connector.web.portal.viewer import refusal, viewer

REGIONS = (
    ("us", "&Open, US and elsewhere"),
    ("eu", "&Open, EU"),
    ("staging", "&Open, staging"),
)
_BRILLIANT = "https://api.brilliantmade.com"
_MISSING = "Enter it."


class PlatformContainer(PortalContainer, Protocol):
    """What these pages need."""

    @property
    def org_accounts(self) -> OrgAccounts: ...
    @property
    def allow_loopback(self) -> bool: ...


def blueprint(container: PlatformContainer) -> PortalPages:
    """/integrations/platforms."""
    pages = PortalPages(
        "platforms",
        container,
        role=Role.MANAGER,
        url_prefix="/integrations/platforms",
        within="integrations",
    )

    @pages.errorhandler(CallerError)
    def _not_theirs(error: CallerError) -> Response:
        status = 404 if error.code == "no_account" else 422
        return refusal(status, "This cannot be done", error.told, code=error.code)

    _add_list(pages, container)
    _add_forms(pages, container)
    return pages


def _add_list(pages: PortalPages, container: PlatformContainer) -> None:
    @pages.get("")
    def index() -> str:
        return _page(container)

    @pages.get("/new/<provider>")
    def new(provider: str) -> str:
        return _new_page(container, _known(provider))

    @pages.post("/new/<provider>")
    def add(provider: str) -> Response | str:
        provider = _known(provider)
        given = {
            name: request.form.get(name, "").strip() for name in ("base_url", "address", "key", "secret")
        }
        token = f"{given['key']}:{given['secret']}" if provider == "brilliant" else given["key"]
        needed = ("key", "secret") if provider == "brilliant" else ("key",)
        if errors := {name: _MISSING for name in needed if not given[name]}:
            return _new_page(container, provider, given, errors)
        default = _BRILLIANT if provider == "brilliant" else given["base_url"] or "us"
        try:
            container.org_accounts.add(
                viewer().org_id,
                provider=provider,
                base_url=(given["address"] if container.allow_loopback else "") or default,
                token=token,
                webhook_secret=request.form.get("webhook_secret", ""),
                actor=viewer().username,
            )
        except ConnectorError as error:
            return _new_page(container, provider, given, refusal=error)
        return redirect(url_for("platforms.index", done="added"), 303)


def _add_forms(pages: PortalPages, container: PlatformContainer) -> None:
    @pages.get("/<account_id>")
    def account(account_id: str) -> str:
        return _account_page(container, account_id)

    @pages.post("/<account_id>/test")
    def test(account_id: str) -> Response | str:
        try:
            container.org_accounts.test(viewer().org_id, account_id)
        except CallerError:
            raise
        except ConnectorError as error:
            return _account_page(container, account_id, refusal=error)
        return redirect(url_for("platforms.account", account_id=account_id, done="tested"), 303)

    @pages.post("/<account_id>/retire")
    def retire(account_id: str) -> Response | str:
        """Or, with `again`, take it into use once more."""
        org_id, actor = viewer().org_id, viewer().username
        again = bool(request.form.get("again"))
        act = container.org_accounts.use_again if again else container.org_accounts.retire
        try:
            act(org_id, account_id, actor=actor)
        except CallerError:
            raise
        except ConnectorError as error:
            return _account_page(container, account_id, refusal=error)
        done = "again" if again else "retired"
        return redirect(url_for("platforms.account", account_id=account_id, done=done), 303)

    _add_credential_views(pages, container)


def _add_credential_views(pages: PortalPages, container: PlatformContainer) -> None:
    @pages.post("/<account_id>/token")
    def token(account_id: str) -> Response | str:
        key, secret = (request.form.get(name, "").strip() for name in ("key", "secret"))
        container.org_accounts.usable(viewer().org_id, account_id)
        if not key:
            return _account_page(container, account_id, errors={"key": _MISSING})
        try:
            container.org_accounts.replace_token(
                viewer().org_id, account_id, f"{key}:{secret}" if secret else key, actor=viewer().username
            )
        except CallerError:
            raise
        except ConnectorError as error:
            return _account_page(container, account_id, refusal=error)
        return redirect(url_for("platforms.account", account_id=account_id, done="token"), 303)

    @pages.post("/<account_id>/webhook-secret")
    def webhook_secret(account_id: str) -> Response | str:
        org_id, actor = viewer().org_id, viewer().username
        try:
            if request.form.get("finish"):
                container.org_accounts.end_secret(org_id, account_id, actor=actor)
            else:
                secret = request.form.get("webhook_secret", "").strip()
                container.org_accounts.begin_secret(org_id, account_id, secret, actor=actor)
        except CallerError:
            raise
        except ConnectorError as error:
            return _account_page(container, account_id, errors={"webhook_secret": f"{error}."})
        return redirect(url_for("platforms.account", account_id=account_id, done="secret"), 303)


def _known(provider: str) -> str:
    if provider not in {"andopen", "brilliant"}:
        raise CallerError("There is no such gifting platform.", code="no_account")
    return provider


def _page(container: PlatformContainer) -> str:
    accounts = container.org_accounts.shown(viewer().org_id)
    done = request.args.get("done", "")
    return render_template("portal/integrations/platforms.html", accounts=accounts, done=done)


def _new_page(
    container: PlatformContainer,
    provider: str,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    refusal: ConnectorError | None = None,
) -> str:
    return render_template(
        "portal/integrations/platform_new.html",
        provider=provider,
        regions=REGIONS,
        given=given or {},
        errors=errors or {},
        refusal=refusal,
        allow_loopback=container.allow_loopback,
    )


def _account_page(
    container: PlatformContainer,
    account_id: str,
    *,
    errors: dict[str, str] | None = None,
    refusal: ConnectorError | None = None,
) -> str:
    org_id = viewer().org_id
    container.org_accounts.usable(org_id, account_id)
    [account] = [one for one in container.org_accounts.shown(org_id) if one.account_id == account_id]
    return render_template(
        "portal/integrations/platform.html",
        account=account,
        errors=errors or {},
        refusal=refusal,
        done=request.args.get("done", ""),
        webhook_url=f"{container.public_url}/webhooks/{account.provider}/{account.account_id}",
    )
