"""What the connector finds out by looking."""

from connector.errors import ConfigurationError, PermissionMissing, QuotaReached, TemporaryError
from connector.services.ailments.ailment import ASSIGN, INSTALL, SETTINGS, Ailment, Where

CHECK_AILMENTS: tuple[Ailment, ...] = (
    Ailment(
        where=Where.CHECK,
        code="check_timeout",
        raised=TemporaryError,
        cause="Salesforce, the gifting platform or the way there takes too long: an outage, or a firewall"
        " that lets nothing through and says nothing.",
        cure="https://status.salesforce.com, or the platform's own status page, tells of outages; else ask"
        " whoever keeps the network whether the connector's machine may reach the address over port 443.",
    ),
    Ailment(
        where=Where.CHECK,
        code="package_missing",
        raised=ConfigurationError,
        cause="The user does not see the object Gift__c: the package is not installed, or Gift Integration"
        " is not"
        " assigned.",
        cure=INSTALL,
    ),
    Ailment(
        where=Where.CHECK,
        code="permission_set_missing",
        raised=PermissionMissing,
        cause="The integration user has no Gift Integration permission set.",
        cure=ASSIGN.format("Gift Integration"),
    ),
    Ailment(
        where=Where.CHECK,
        code="marketing_user_missing",
        raised=PermissionMissing,
        cause="Without the feature Marketing User, Salesforce hides the statuses of campaign members.",
        cure="Setup, Users, the integration user, Edit: tick Marketing User.",
    ),
    Ailment(
        where=Where.CHECK,
        code="flow_inactive",
        raised=ConfigurationError,
        cause="A flow of the package is switched off, so what it does does not happen.",
        cure="Setup, Flows, the flow, Activate.",
    ),
    Ailment(
        where=Where.CHECK,
        code="clock_skew",
        raised=ConfigurationError,
        cause="The clock of the connector's machine differs from Salesforce's.",
        cure="Set the machine's clock (`timedatectl set-ntp true`).",
    ),
    Ailment(
        where=Where.CHECK,
        code="api_floor",
        raised=QuotaReached,
        cause="Fewer API calls are left than the connector keeps for others.",
        cure="Wait, buy API calls, or lower CONNECTOR_API_FLOOR_CALLS on the connector's machine.",
    ),
    Ailment(
        where=Where.CHECK,
        code="worker_silent",
        raised=ConfigurationError,
        cause="No worker is running, so no gift is sent and nothing is written to Salesforce.",
        cure="Start `connector run` or `connector worker` on the connector's machine. Nothing is lost.",
    ),
    Ailment(
        where=Where.CHECK,
        code="other_org",
        raised=ConfigurationError,
        cause="The address belongs to another org now, as after a sandbox was refreshed.",
        cure="Integrations, Salesforce, Disconnect; then connect the new org with a new setup link.",
    ),
    Ailment(
        where=Where.CHECK,
        code="scope_missing",
        raised=ConfigurationError,
        cause="The app lacks a scope that the connector asks for.",
        cure=f"{SETTINGS}, OAuth Scopes: select Manage user data via APIs (api), Perform requests at any"
        f" time"
        " (refresh_token, offline_access) and Access unique user identifiers (openid).",
    ),
)
