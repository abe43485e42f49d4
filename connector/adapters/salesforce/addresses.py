"""Which addresses are taken for Salesforce: the shapes it uses, over https, or loopback while developing.

Anything else could be a look-alike that collects signed assertions and access tokens.
Source: My Domain URL formats, https://help.salesforce.com/s/articleView?id=sf.domain_name_url_formats.htm
"""

import re
from urllib.parse import SplitResult, urlsplit

from connector.adapters.loopback import host_of, is_loopback
from connector.errors import ConfigurationError

_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
LOGIN_HOSTS = frozenset({"login.salesforce.com", "test.salesforce.com"})
MY_DOMAIN_HOST = re.compile(
    rf"{_LABEL}(?:\.(?:sandbox|develop|scratch|demo|patch|trailblaze|free|stage|dev|pc))?\.my\.salesforce\.com"
)
# Orgs without enhanced domains answer with their instance's name, such as na139 or cs42.
INSTANCE_HOST = re.compile(r"[a-z]{2,4}\d{1,4}\.salesforce\.com")
PRODUCTION_AUDIENCE = "https://login.salesforce.com"
SANDBOX_AUDIENCE = "https://test.salesforce.com"


def accepted_org_url(url: str, *, allow_loopback: bool) -> str:
    """The address in small letters, without a trailing slash.

    Raises ConfigurationError for one that is not Salesforce's. A path is accepted on loopback only, where a
    local org may live under one.
    """
    plain = url.strip().rstrip("/")
    parts = _plain_https(plain)
    if parts is not None and not parts.path and _is_salesforce(parts.netloc.lower()):
        return f"https://{parts.netloc.lower()}"
    if parts is not None and allow_loopback and is_loopback(plain):
        return plain
    raise ConfigurationError(
        "the org address is not one that Salesforce uses",
        code="foreign_org_url",
        remedy="Use the org's My Domain, such as https://example.my.salesforce.com (Setup, My Domain).",
    )


def audiences_of(login_url: str) -> tuple[str, ...]:
    """What the `aud` of a JWT for this login address may have to be, the likeliest first.

    Documented are login.salesforce.com, and test.salesforce.com for sandboxes, scratch orgs among them. Orgs
    take their own address too, and since Spring '26 some take nothing else of an external client app. Which
    org is how cannot be read off its address.
    Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm, and
    n8n-io/n8n 29016.
    """
    host = host_of(login_url)
    if host in LOGIN_HOSTS:
        return (login_url,)
    is_sandbox = host.endswith((".sandbox.my.salesforce.com", ".scratch.my.salesforce.com"))
    usual, other = (SANDBOX_AUDIENCE, PRODUCTION_AUDIENCE)[:: 1 if is_sandbox else -1]
    return (login_url, usual, other)


def _is_salesforce(host: str) -> bool:
    return host in LOGIN_HOSTS or bool(MY_DOMAIN_HOST.fullmatch(host) or INSTANCE_HOST.fullmatch(host))


def _plain_https(url: str) -> SplitResult | None:
    """The parts of an address that is https and nothing but host, port and path; None for any other."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    is_plain = parts.scheme == "https" and not parts.query and not parts.fragment and "@" not in parts.netloc
    return parts if is_plain else None
