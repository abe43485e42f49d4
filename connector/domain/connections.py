"""The two ends that the connector joins: a Salesforce org and an account at a gifting platform."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ConnectionMode(StrEnum):
    """How the connector signs in to an org.

    JWT: with assertions that its own key signs (JWT bearer flow). BROWSER: the integration user allowed it
    once in a browser (web-server flow); a refresh token keeps it up.
    """

    JWT = "jwt"
    BROWSER = "browser"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgConnection:
    """How to reach an org, and the app that people sign in with.

    private_key_pem and consumer_secret never appear in a repr. consumer_secret: empty where the app's
    settings make it optional. private_key_pem and username: JWT alone needs them to sign in.
    certificate_pem: belongs to the key, empty where it is not known here; certificate_ends_at goes with it.
    scopes: what Salesforce granted, in its own words.

    org_id, user_id and api_version are empty until the first successful connection. Tokens are kept apart
    (OrgTokens), because they change while the connection stays the same.
    """

    instance_url: str
    login_url: str
    consumer_key: str
    username: str
    private_key_pem: str = field(default="", repr=False)
    consumer_secret: str = field(default="", repr=False)
    org_id: str = ""
    user_id: str = ""
    api_version: str = ""
    mode: ConnectionMode = ConnectionMode.JWT
    certificate_pem: str = ""
    certificate_ends_at: datetime | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgTokens:
    """What keeps a BROWSER connection up, shared by all workers. obtained_at: when the access token was."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    instance_url: str
    obtained_at: datetime


@dataclass(frozen=True, slots=True)
class OrgTrouble:
    """Why Salesforce does not let the connector into an org at present. since: the first refusal of a row."""

    code: str
    message: str
    remedy: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionDraft:
    """A connection that is being set up, or a key pair that is to replace one.

    org_id: whose it is; empty for the operator's, who connects an org that is not known yet.
    org_url, consumer_key, consumer_secret, username: as typed in.
    private_key_pem, certificate_pem: a pair that Salesforce may not know yet; empty where none was made.
    """

    org_id: str
    org_url: str = ""
    consumer_key: str = ""
    consumer_secret: str = field(default="", repr=False)
    username: str = ""
    private_key_pem: str = field(default="", repr=False)
    certificate_pem: str = ""
    certificate_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """A private key (PEM, unencrypted PKCS #8) and the self-signed certificate that Salesforce is given."""

    private_key_pem: str = field(repr=False)
    certificate_pem: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAccount:
    """An account at a gifting platform. token and webhook_secret never appear in a repr.

    account_id: ours, part of the webhook address. provider: the adapter's name, such as "andopen".
    org_id: the org that may use and change it; empty for an account of the command line, which all may use.
    retired: no new gifts come from it.
    """

    account_id: str
    provider: str
    base_url: str
    token: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    org_id: str = ""
    retired: bool = False
