"""A person signs in in a browser, and Salesforce sends an error back.

Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_flow_errors.htm; n8n-io/n8n 21589.
"""

from connector.errors import AuthenticationFailed, ConfigurationError
from connector.services.ailments.ailment import PRE_AUTHORISED, SETTINGS, Ailment, Where

SIGN_IN_AILMENTS: tuple[Ailment, ...] = (
    Ailment(
        where=Where.SIGN_IN,
        code="access_denied",
        raised=AuthenticationFailed,
        cause="Access was not allowed on Salesforce's page.",
        cure="Try again and choose Allow.",
    ),
    Ailment(
        where=Where.SIGN_IN,
        code="OAUTH_APP_ACCESS_DENIED",
        raised=AuthenticationFailed,
        cause="Salesforce lets only people in whom an administrator authorised for the app.",
        cure="Ask an administrator for the permission set Gift User or Gift Admin."
        f" Where that is not enough: {PRE_AUTHORISED}",
    ),
    Ailment(
        where=Where.SIGN_IN,
        code="OAUTH_APP_BLOCKED",
        raised=AuthenticationFailed,
        cause="An administrator blocked the app, or API Access Control lets only listed apps in.",
        cure="Setup, Connected Apps OAuth Usage, the app: Unblock.",
    ),
    Ailment(
        where=Where.SIGN_IN,
        code="OAUTH_APPROVAL_ERROR_GENERIC",
        raised=ConfigurationError,
        cause="The app is not installed in this org, and users may not approve apps that are not.",
        cure="Setup, Connected Apps OAuth Usage, the app, Install; or use an app of this org.",
    ),
    Ailment(
        where=Where.SIGN_IN,
        code="invalid_client",
        phrase="must be installed",
        raised=ConfigurationError,
        cause="The app is not installed in this org.",
        cure="Setup, Connected Apps OAuth Usage, the app, Install; or use an app of this org.",
    ),
    Ailment(
        where=Where.SIGN_IN,
        code="invalid_scope",
        raised=ConfigurationError,
        cause="The app lacks a scope that the connector asks for.",
        cure=f"{SETTINGS}, OAuth Scopes: select Manage user data via APIs (api), Perform requests at any"
        f" time"
        " (refresh_token, offline_access) and Access unique user identifiers (openid).",
    ),
    Ailment(
        where=Where.SIGN_IN,
        code="invalid_request",
        raised=ConfigurationError,
        cause="The app's settings ask for something that the request did not have.",
        cure=f"{SETTINGS}: compare with the list on Integrations, Salesforce.",
    ),
)
