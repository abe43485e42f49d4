"""The External Client Apps of the org, read from the components that describe them."""

from collections.abc import Iterator

from lxml import etree

from emulators.salesforce.metadata.components import Components
from emulators.salesforce.oauth.clients import Client
from emulators.salesforce.org import Org
from emulators.salesforce.soap.envelope import parse_xml, text_of, texts_of

GLOBAL_SETTINGS = "ExtlClntAppGlobalOauthSettings"
OAUTH_SETTINGS = "ExtlClntAppOauthSettings"
OAUTH_POLICIES = "ExtlClntAppOauthConfigurablePolicies"
PLUGIN_POLICIES = "ExtlClntAppConfigurablePolicies"


def deployed_clients(org: Org) -> Iterator[Client]:
    """Every deployed app that has global OAuth settings and so a consumer key.

    Without policies the platform's default holds: all users may authorise themselves, which the JWT bearer
    flow cannot ask them to do.
    """
    components = Components(org)
    scopes = _by_app(components, OAUTH_SETTINGS)
    policies = _by_app(components, OAUTH_POLICIES)
    plugins = _by_app(components, PLUGIN_POLICIES)
    for app, settings in _by_app(components, GLOBAL_SETTINGS).items():
        policy = policies.get(app)
        yield Client(
            consumer_key=text_of(settings, "consumerKey"),
            consumer_secret=text_of(settings, "consumerSecret"),
            name=app,
            certificate=text_of(settings, "certificate"),
            callback_urls=_lines(text_of(settings, "callbackUrl")),
            scopes=_listed(scopes.get(app), "commaSeparatedOauthScopes"),
            enabled=_enabled(plugins.get(app)),
            secret_required=text_of(settings, "isSecretRequiredForRefreshToken") != "false",
            pkce_required=text_of(settings, "isPkceRequired") == "true",
            admin_approved=text_of(policy, "permittedUsersPolicyType") == "AdminApprovedPreAuthorized",
            rotates=text_of(settings, "isRefreshTokenRotationEnabled") == "true",
            run_as=_run_as(settings, policy),
            approved_profiles=_listed(policy, "commaSeparatedProfile"),
            approved_permission_sets=_listed(policy, "commaSeparatedPermissionSet"),
        )


def _run_as(settings: etree._Element, policy: etree._Element | None) -> str:
    """Whom the client credentials flow makes its caller: both the settings and the policies must allow it."""
    flag = "isClientCredentialsFlowEnabled"
    if text_of(settings, flag) != "true" or text_of(policy, flag) == "false":
        return ""
    return text_of(policy, "clientCredentialsFlowUser")


def _by_app(components: Components, type_name: str) -> dict[str, etree._Element]:
    found = {}
    for component in components.of_type(type_name):
        root = parse_xml(component.content)
        for app in texts_of(root, "externalClientApplication"):
            found[app] = root
    return found


def _enabled(plugins: etree._Element | None) -> bool:
    return "false" not in {text_of(plugins, "isEnabled"), text_of(plugins, "isOauthPluginEnabled")}


def _listed(parent: etree._Element | None, name: str) -> frozenset[str]:
    return frozenset(item.strip() for item in text_of(parent, name).split(",") if item.strip())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split())
