"""The two ends that the connector joins: a Salesforce org and an account at a gifting platform."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgConnection:
    """How to reach an org over OAuth JWT bearer, and the app that people sign in with.

    private_key_pem and consumer_secret never appear in a repr. consumer_secret: empty where the app's
    settings make it optional.

    org_id, user_id and api_version are empty until the first successful connection.
    """

    instance_url: str
    login_url: str
    consumer_key: str
    username: str
    private_key_pem: str = field(repr=False)
    consumer_secret: str = field(default="", repr=False)
    org_id: str = ""
    user_id: str = ""
    api_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAccount:
    """An account at a gifting platform. token and webhook_secret never appear in a repr.

    account_id: ours, part of the webhook address. provider: the adapter's name, such as "andopen".
    """

    account_id: str
    provider: str
    base_url: str
    token: str = field(repr=False)
    webhook_secret: str = field(repr=False)
