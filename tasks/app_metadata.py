"""The install-time metadata of the connector's External Client App: no CumulusCI, no org, no network.

Sources: Metadata API Developer Guide, ExtlClntAppGlobalOauthSettings, ExtlClntAppOauthConfigurablePolicies
and ExtlClntAppConfigurablePolicies (folders and suffixes included). The guide's own sample names permission
sets by API name, although its text says ids; names hold in every org.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from zipfile import ZipFile

from lxml import etree

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
GLOBAL_SETTINGS_FOLDER = "extlClntAppGlobalOauthSets"
GLOBAL_SETTINGS_TYPE = "ExtlClntAppGlobalOauthSettings"
PEM_CERTIFICATE = re.compile(
    r"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END CERTIFICATE-----"
)


class AppMetadataInvalid(Exception):
    """What was given, or what the org gave back, cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class ConnectorApp:
    """What makes one org's app: name of the packaged app, who may use it, and how it proves itself.

    permission_sets: API names, separated by commas; their users are authorised in advance.
    certificate_pem: the connector's certificate, never its key. callback_url: for the web-server flow.
    """

    name: str
    permission_sets: str
    callback_url: str
    certificate_pem: str
    api_version: str


def metadata_files(app: ConnectorApp) -> dict[str, bytes]:
    """A Metadata API folder, by path: settings, policies and package.xml."""
    members = {
        GLOBAL_SETTINGS_TYPE: f"{app.name}_glbloauth",
        "ExtlClntAppOauthConfigurablePolicies": f"{app.name}_oauthPlcy",
        "ExtlClntAppConfigurablePolicies": f"{app.name}_plcy",
    }
    settings, oauth_policy, policy = members.values()
    return {
        f"{GLOBAL_SETTINGS_FOLDER}/{settings}.ecaGlblOauth": _global_settings(app),
        f"extlClntAppOauthPolicies/{oauth_policy}.ecaOauthPlcy": _oauth_policies(app),
        f"extlClntAppPolicies/{policy}.ecaPlcy": _policies(app),
        "package.xml": package_xml({kind: [name] for kind, name in members.items()}, app.api_version),
    }


def package_xml(members: Mapping[str, list[str]], api_version: str) -> bytes:
    """A manifest of the members by metadata type."""
    root = etree.Element("Package", nsmap={None: NAMESPACE})
    for kind, names in sorted(members.items()):
        types = etree.SubElement(root, "types")
        for name in names:
            etree.SubElement(types, "members").text = name
        etree.SubElement(types, "name").text = kind
    etree.SubElement(root, "version").text = api_version
    return _bytes(root)


def consumer_key(retrieved: ZipFile, app_name: str) -> str:
    """The key that Salesforce gave the app, out of a retrieved zip.

    Raises AppMetadataInvalid when the app's settings or its key are not in it.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for name in retrieved.namelist():
        if f"{GLOBAL_SETTINGS_FOLDER}/" not in name:
            continue
        root = etree.fromstring(retrieved.read(name), parser)
        if root.findtext(f"{{{NAMESPACE}}}externalClientApplication") == app_name:
            key = root.findtext(f"{{{NAMESPACE}}}consumerKey")
            if key:
                return key
    raise AppMetadataInvalid(
        f"the org returned no consumer key for {app_name}; its administrator must allow access to OAuth "
        "consumer secrets through the Metadata API (Setup, External Client App Settings)"
    )


def certificate_body(pem: str) -> str:
    """The base64 between the markers of the first certificate, on one line.

    Raises AppMetadataInvalid when there is none, or when a private key was given along with it.
    """
    if "PRIVATE KEY" in pem:
        raise AppMetadataInvalid("the certificate file holds a private key; give the certificate alone")
    found = PEM_CERTIFICATE.search(pem)
    if found is None:
        raise AppMetadataInvalid("the certificate file holds no PEM certificate")
    body = "".join(found.group(1).split())
    try:
        base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise AppMetadataInvalid("the certificate is not valid base64") from error
    return body


def _global_settings(app: ConnectorApp) -> bytes:
    return _document(
        GLOBAL_SETTINGS_TYPE,
        callbackUrl=app.callback_url,
        certificate=certificate_body(app.certificate_pem),
        externalClientApplication=app.name,
        # People sign in with PKCE, which proves what the secret would; so no secret has to leave the org.
        isConsumerSecretOptional="true",
        isIntrospectAllTokens="false",
        isPkceRequired="true",
        isSecretRequiredForRefreshToken="false",
        label=f"{app.name} OAuth of this org",
        shouldRotateConsumerKey="false",
        shouldRotateConsumerSecret="false",
    )


def _oauth_policies(app: ConnectorApp) -> bytes:
    return _document(
        "ExtlClntAppOauthConfigurablePolicies",
        commaSeparatedPermissionSet=app.permission_sets,
        externalClientApplication=app.name,
        ipRelaxationPolicyType="Enforce",
        label=f"{app.name} OAuth policies",
        permittedUsersPolicyType="AdminApprovedPreAuthorized",
        # The JWT bearer flow issues none; the web-server flow renews its own within the month.
        refreshTokenPolicyType="SpecificInactivity",
        refreshTokenValidityPeriod="30",
        refreshTokenValidityUnit="Days",
    )


def _policies(app: ConnectorApp) -> bytes:
    return _document(
        "ExtlClntAppConfigurablePolicies",
        externalClientApplication=app.name,
        isEnabled="true",
        isOauthPluginEnabled="true",
        label=f"{app.name} policies",
    )


def _document(kind: str, **values: str) -> bytes:
    root = etree.Element(kind, nsmap={None: NAMESPACE})
    for name, value in values.items():
        etree.SubElement(root, name).text = value
    return _bytes(root)


def _bytes(root: etree._Element) -> bytes:
    etree.indent(root, space="    ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
