"""Who looks at which page, and the answers to those who may not."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request
from werkzeug.wrappers import Response

from emulators.salesforce.dml.lookup import load_record
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.formula.reading import as_read_by
from emulators.salesforce.formula.variables import Variables
from emulators.salesforce.host import host
from emulators.salesforce.lightning.harness import design_system_is_there
from emulators.salesforce.lightning.values import screen_label
from emulators.salesforce.lightning.visibility import Beholder
from emulators.salesforce.oauth.browser import browser_session, browser_user, private
from emulators.salesforce.org import Org
from emulators.salesforce.presentation.tabs import tab_sets
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.security.users import OrgUser

# What the app of the standard objects shows; all the others are on its home page.
_USUAL_TABS = {"Account", "Campaign", "Contact", "Lead", "Opportunity"}


class NotLoggedIn(Exception):
    """Nobody is logged in in this browser."""


class NotThere(Exception):
    """No such page, record or object for this user."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at what."""

    org: Org
    user: OrgUser
    access: Access

    def sobject(self, name: str) -> SObjectType:
        """An object that has pages for this user. Raises NotThere."""
        found = self.org.schema.objects.get(name)
        if found is None or not found.modelled or not found.searchable or not self.access.readable(found):
            raise NotThere(name)
        return found

    def record(self, sobject: SObjectType, record_id: str) -> Mapping[str, Any]:
        """A living record as this user reads it. Raises NotThere."""
        try:
            row = load_record(self.org.db, sobject, record_id)
        except SalesforceError:
            row = None
        if row is None or row.get("IsDeleted"):
            raise NotThere(record_id)
        return as_read_by(self.org, self.user, sobject, row)

    def beholder(self, sobject: SObjectType, row: Mapping[str, Any] | None) -> Beholder:
        """For the visibility rules of a page."""
        return Beholder(Variables(self.org, self.user), self.access, sobject, row)


def visit() -> Visit:
    """Whoever is logged in. Raises NotLoggedIn."""
    user = browser_user()
    if user is None:
        raise NotLoggedIn
    return Visit(host().org, user, Access(host().org, user))


def require_own_form() -> None:
    """Raises for a form that came from somewhere else."""
    if not hmac.compare_digest(request.form.get("token", "").encode(), form_token().encode()):
        raise SalesforceError(
            "INVALID_SESSION_ID", "This form is not from this session. Load the page again."
        )


def form_token() -> str:
    """Shows that a form came from our own page."""
    return hashlib.sha256(f"record {browser_session()}".encode()).hexdigest()


def page(name: str, *, status: int = 200, **told: Any) -> Response:
    """A page that runs the scripts it names itself and no others."""
    g.nonce = secrets.token_urlsafe(16)
    user = browser_user()
    app, tabs = _navigation(user) if user else ("", [])
    looks = {"styled": design_system_is_there(), "nonce": g.nonce, "screen_label": screen_label}
    looks |= {"app": app, "tabs": tabs, "user": user}
    response = private(Response(render_template(f"lightning/{name}.html", **looks, **told), status))
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' 'nonce-{g.nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    return response


def _navigation(user: OrgUser) -> tuple[str, list[tuple[str, str]]]:
    """The app's name, and label and object of the tabs on top: those of the first app that was deployed."""
    apps = list(tab_sets(host().org, Access(host().org, user)))
    chosen = next((app for app in apps[1:] if any(tab.sobject for tab in app.tabs)), apps[0])
    tabs = [(tab.label, tab.sobject) for tab in chosen.tabs if tab.sobject]
    usual = [tab for tab in tabs if tab[1] in _USUAL_TABS]
    return chosen.label, tabs if chosen is not apps[0] else usual
