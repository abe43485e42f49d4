"""External Client Apps: the header, its OAuth settings and its policies. Together they make a client app."""

import secrets
from collections.abc import Iterator

from lxml import etree

from emulators.salesforce.metadata.components import StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import CheckedType, keep
from emulators.salesforce.oauth.assertion import public_key_of
from emulators.salesforce.soap.envelope import child_named, element, parse_xml, text_of

HEADER = "ExternalClientApplication"
_KEPT_CREDENTIALS = ("consumerKey", "consumerSecret")


class AppPart(CheckedType):
    """A part names the app that it belongs to, and the app must exist."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        if component.element is None:
            return
        app = text_of(component.element, "externalClientApplication")
        if app and not draft.exists(HEADER, app):
            text = f"In field: externalClientApplication - no {HEADER} named {app} found"
            yield component.problem(text, child_named(component.element, "externalClientApplication"))


class OauthPolicies(AppPart):
    """Permission sets and profiles that it names must exist."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        yield from super().check(component, draft)
        if component.element is None:
            return
        for name, table in (
            ("commaSeparatedPermissionSet", "PermissionSet"),
            ("commaSeparatedProfile", "Profile"),
        ):
            at = child_named(component.element, name)
            for wanted in filter(
                None, (part.strip() for part in text_of(component.element, name).split(","))
            ):
                if not _record_exists(draft, table, wanted):
                    yield component.problem(f"In field: {name} - no {table} named {wanted} found", at)


def _record_exists(draft: Draft, table: str, name_or_id: str) -> bool:
    query = f'SELECT 1 FROM "{table}" WHERE "Name" = ? OR "Id" = ? OR substr("Id", 1, 15) = ?'  # noqa: S608 -- two fixed names
    return draft.org.db.one(query, (name_or_id,) * 3) is not None


class GlobalOauthSettings(AppPart):
    """Gets a consumer key and secret when it brings none; a certificate enables the JWT bearer flow."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        yield from super().check(component, draft)
        certificate = "" if component.element is None else text_of(component.element, "certificate")
        if certificate and component.element is not None:
            try:
                public_key_of(certificate)
            except ValueError:
                at = child_named(component.element, "certificate")
                yield component.problem("The certificate is not a valid X.509 certificate.", at)

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        if component.element is None:
            return keep(component, draft)
        earlier = draft.components.find(component.member)
        before = None if earlier is None else parse_xml(earlier.content)
        made = parse_xml(etree.tostring(component.element))
        fresh = {
            "consumerKey": f"3MVG9{secrets.token_urlsafe(60)}",
            "consumerSecret": secrets.token_hex(32).upper(),
        }
        for name in _KEPT_CREDENTIALS:
            if not text_of(made, name):
                made.append(element(name, text_of(before, name) or fresh[name]))
        return keep(component, draft, made)
