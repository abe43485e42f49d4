"""SOAP log-in with user name and password, and the calls about the session that clients make around it.

Salesforce retires login(): it is not part of API versions from 65.0 on, and ends for all in summer 2027.
Source: https://help.salesforce.com/s/articleView?id=005132110
"""

from typing import Any

from lxml import etree

from emulators.salesforce.context import current
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.host import host
from emulators.salesforce.oauth.endpoints import instance_url
from emulators.salesforce.oauth.sessions import LIFETIME
from emulators.salesforce.security.users import OrgUser
from emulators.salesforce.soap.envelope import ENVELOPE_NS, XSI_NS, text_of, xml_text
from emulators.salesforce.soap.partner import FAULT_NAMESPACES, NAMESPACES

LOGIN = "login"
SESSION_CALLS = frozenset({"getUserInfo", "getServerTimestamp", "logout"})
LAST_VERSION_WITH_LOGIN = 64
_WRONG = "Invalid username, password, security token; or user locked out."

Values = list[tuple[str, Any]]


class LoginRefused(SalesforceError):
    """Answered as a LoginFault, in whose detail clients look for code and text."""

    def __init__(self) -> None:
        super().__init__("INVALID_LOGIN", _WRONG)


def log_in(api: str, api_version: str, body: etree._Element) -> bytes:
    """A session for a user name and password. Raises LoginRefused, and NotSupportedHere for new versions."""
    major = api_version.partition(".")[0]
    if not major.isdecimal() or int(major) > LAST_VERSION_WITH_LOGIN:
        raise NotSupportedHere(f"SOAP login() in API version {api_version}: it ended with 64.0")
    user = host().passwords.user_of(
        text_of(body, "username"), text_of(body, "password"), token_may_follow=True
    )
    if user is None:
        raise LoginRefused
    token = host().sessions.start(user.id)
    services = f"{instance_url()}/services/Soap"
    org_id = host().org.org_id[:15]
    values: Values = [
        ("metadataServerUrl", f"{services}/m/{api_version}/{org_id}"),
        ("passwordExpired", False),
        ("sandbox", False),
        ("serverUrl", f"{services}/{api}/{api_version}/{org_id}"),
        ("sessionId", token),
        ("userId", user.id),
        ("userInfo", _user_info(user)),
    ]
    return _answer(api, LOGIN, values)


def session_call(api: str, operation: str) -> bytes:
    """The answer of one of SESSION_CALLS, for the user of the current request."""
    context = current()
    if operation == "logout":
        host().sessions.end(context.session_id)
        return _answer(api, operation, None)
    if operation == "getServerTimestamp":
        now = context.org.clock().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        return _answer(api, operation, [("timestamp", now)])
    return _answer(api, operation, _user_info(context.user))


def login_fault(api: str, error: SalesforceError) -> bytes:
    """The fault of a refused log-in."""
    namespace = FAULT_NAMESPACES[api]
    envelope = etree.Element(
        f"{{{ENVELOPE_NS}}}Envelope", nsmap={"soapenv": ENVELOPE_NS, "sf": namespace, "xsi": XSI_NS}
    )
    told = etree.SubElement(etree.SubElement(envelope, f"{{{ENVELOPE_NS}}}Body"), f"{{{ENVELOPE_NS}}}Fault")
    etree.SubElement(told, "faultcode").text = error.code
    etree.SubElement(told, "faultstring").text = f"{error.code}: {error.message}"
    detail = etree.SubElement(etree.SubElement(told, "detail"), f"{{{namespace}}}LoginFault")
    detail.set(f"{{{XSI_NS}}}type", "sf:LoginFault")
    etree.SubElement(detail, f"{{{namespace}}}exceptionCode").text = error.code
    etree.SubElement(detail, f"{{{namespace}}}exceptionMessage").text = error.message
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


def _user_info(user: OrgUser) -> Values:
    org = host().org
    return [
        ("accessibilityMode", False),
        ("currencySymbol", "$"),
        ("orgDefaultCurrencyIsoCode", "USD"),
        ("orgDisallowHtmlAttachments", False),
        ("orgHasPersonAccounts", False),
        ("organizationId", org.org_id),
        ("organizationMultiCurrency", False),
        ("organizationName", org.name),
        ("profileId", user.profile_id),
        ("roleId", None),
        ("sessionSecondsValid", int(LIFETIME.total_seconds())),
        ("userDefaultCurrencyIsoCode", None),
        ("userEmail", user.email),
        ("userFullName", user.name),
        ("userId", user.id),
        ("userLanguage", "en_US"),
        ("userLocale", "en_US"),
        ("userName", user.username),
        ("userTimeZone", user.time_zone),
        ("userType", "Standard"),
        ("userUiSkin", "Theme3"),
    ]


def _answer(api: str, operation: str, values: Values | None) -> bytes:
    namespace = NAMESPACES[api]
    namespaces: dict[Any, str] = {"soapenv": ENVELOPE_NS, "xsi": XSI_NS, None: namespace}
    envelope = etree.Element(f"{{{ENVELOPE_NS}}}Envelope", nsmap=namespaces)
    body = etree.SubElement(envelope, f"{{{ENVELOPE_NS}}}Body")
    response = etree.SubElement(body, f"{{{namespace}}}{operation}Response")
    if values is not None:
        _fill(etree.SubElement(response, f"{{{namespace}}}result"), values, namespace)
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


def _fill(parent: etree._Element, values: Values, namespace: str) -> None:
    for name, value in values:
        child = etree.SubElement(parent, f"{{{namespace}}}{name}")
        if isinstance(value, list):
            _fill(child, value, namespace)
        elif value is None:
            child.set(f"{{{XSI_NS}}}nil", "true")
        else:
            child.text = str(value).lower() if isinstance(value, bool) else xml_text(str(value))
