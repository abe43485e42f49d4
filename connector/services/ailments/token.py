"""The connector asks for a token.

Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_flow_errors.htm; for the code
OAUTH_APP_BLOCKED n8n-io/n8n 21589, for app_not_found n8n-io/n8n 29016. One code stands for several
causes, so texts decide.
"""

from connector.errors import AuthenticationFailed, ConfigurationError, TemporaryError
from connector.services.ailments.ailment import POLICIES, PRE_AUTHORISED, SETTINGS, Ailment, Where

TOKEN_AILMENTS: tuple[Ailment, ...] = (
    Ailment(
        where=Where.TOKEN,
        code="invalid_grant",
        phrase="hasn't approved this consumer",
        raised=AuthenticationFailed,
        cause="The user is not pre-authorised for the app, the username is wrong or the user inactive, or"
        " the app"
        " lacks the scope refresh_token.",
        cure=PRE_AUTHORISED + f" {SETTINGS}: the scopes must include Perform requests at any time.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="invalid_app_access",
        raised=AuthenticationFailed,
        cause="The app's policies do not name a permission set or profile of the user.",
        cure=PRE_AUTHORISED,
    ),
    Ailment(
        where=Where.TOKEN,
        code="invalid_grant",
        phrase="audience",
        raised=ConfigurationError,
        cause="The connection says production and the org is a sandbox, or the other way round.",
        cure="Integrations, Salesforce: enter the org's own My Domain address (Setup, My Domain, Current"
        " My Domain"
        " URL), or https://test.salesforce.com for a sandbox.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="invalid_grant",
        phrase="expired access/refresh token",
        raised=AuthenticationFailed,
        cause="The refresh token was revoked, used by another copy of this connector, not used for too"
        " long, or"
        " pushed out by newer sign-ins of the same user (five for each app).",
        cure="Integrations, Salesforce, Re-authenticate. If it happens again: "
        + POLICIES
        + ": set Refresh token is valid until revoked.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="invalid_grant",
        phrase="ip restricted",
        raised=AuthenticationFailed,
        cause="The connector's IP address is outside the ranges that the user's profile or the app allows,"
        " or it"
        " is outside the user's login hours.",
        cure="Setup, Profiles, the integration user's profile, Login IP Ranges: add the connector's"
        " address; or "
        + POLICIES
        + ", IP Relaxation: Relax IP restrictions. Login Hours are on the same profile.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="invalid_grant",
        phrase="authorization code",
        raised=AuthenticationFailed,
        cause="The answer from Salesforce was used before, or took longer than ten minutes.",
        cure="Integrations, Salesforce, Re-authenticate: go through it once more without the Back button.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="invalid_grant",
        phrase="code verifier",
        raised=AuthenticationFailed,
        cause="The answer belongs to another sign-in than the one begun here.",
        cure="Integrations, Salesforce, Re-authenticate, in one window.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="invalid_grant",
        phrase="expired",
        raised=ConfigurationError,
        cause="The clock of the connector's machine differs from Salesforce's by more than three minutes.",
        cure="Set the machine's clock (`timedatectl set-ntp true`), then test the connection again.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="invalid_grant",
        phrase="assertion",
        raised=ConfigurationError,
        cause="The app has another certificate than the connector signs with, or none.",
        cure=f"Integrations, Salesforce: download the certificate. {SETTINGS}: turn on Enable JWT Bearer"
        f" Flow and"
        " upload it. It may take ten minutes to be known everywhere.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="invalid_grant",
        phrase="inactive",
        raised=AuthenticationFailed,
        cause="The integration user is inactive or frozen.",
        cure="Setup, Users, the integration user: tick Active, and Unfreeze where it is offered.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="invalid_grant",
        raised=AuthenticationFailed,
        cause="Salesforce refused the credentials without saying which part of them.",
        cure="Setup, Users, the integration user, Login History shows the reason of this attempt.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="invalid_client",
        phrase="must be installed",
        raised=ConfigurationError,
        cause="The app lives in another org and is not installed in this one; since September 2025 Salesforce"
        " blocks such apps.",
        cure="Setup, Connected Apps OAuth Usage, the app, Install; or use an app of this org: run"
        " `cci task run configure_connector`.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="invalid_client_id",
        raised=ConfigurationError,
        cause="No app of this org has the consumer key: it was mistyped, belongs to another org, or is so"
        " new that"
        " not all of Salesforce knows it.",
        cure=f"{SETTINGS}, Consumer Key and Secret: copy the key again. A new app takes up to ten minutes.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="app_not_found",
        raised=ConfigurationError,
        cause="The app is not known at the address where the token was asked for: since Spring '26 external"
        " client apps of some orgs are known at the org's own address alone.",
        cure="Integrations, Salesforce: enter the org's own My Domain address (Setup, My Domain, Current"
        " My Domain URL) in place of login or test.salesforce.com; then check the consumer key.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="invalid_client",
        raised=ConfigurationError,
        cause="The consumer secret is wrong, was rotated, or is asked for and missing.",
        cure=f"{SETTINGS}, Consumer Key and Secret: copy the secret again to Integrations, Salesforce; or"
        f" untick"
        " Require secret for Web Server Flow and for Refresh Token Flow.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="redirect_uri_mismatch",
        raised=ConfigurationError,
        cause="The app does not list this connector's callback address.",
        cure=f"{SETTINGS}, Callback URL: add the address that Integrations, Salesforce shows, letter by"
        f" letter.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="inactive_user",
        raised=AuthenticationFailed,
        cause="The integration user is inactive or frozen.",
        cure="Setup, Users, the integration user: tick Active, and Unfreeze where it is offered.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="inactive_org",
        raised=AuthenticationFailed,
        cause="The org is locked, closed or suspended.",
        cure="Ask Salesforce about the org; for a sandbox, activate or refresh it (Setup of production,"
        " Sandboxes).",
    ),
    Ailment(
        where=Where.TOKEN,
        code="OAUTH_APP_BLOCKED",
        raised=AuthenticationFailed,
        cause="An administrator blocked the app, or API Access Control lets only listed apps in.",
        cure="Setup, Connected Apps OAuth Usage, the app: Unblock; or "
        + POLICIES
        + ": name the users' permission"
        " sets, which API Access Control asks for.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="unsupported_grant_type",
        raised=ConfigurationError,
        cause="The flow is not turned on in the app.",
        cure=f"{SETTINGS}, Flow Enablement: tick Enable JWT Bearer Flow and upload the certificate.",
    ),
    Ailment(
        where=Where.TOKEN,
        code="rate_limit_exceeded",
        raised=TemporaryError,
        cause="Too many sign-ins of this user within an hour (3,600).",
        cure="Wait; the connector goes on by itself. Look for another program that signs in as the same"
        " user.",
    ),
)
