"""Who is signed in to the connector's pages, and what they may do there."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256


class Role(StrEnum):
    """What a person may do.

    SENDER: ask for gifts. MANAGER: set up, approve, look into errors. Both come from the custom permissions
    of the person's own org. OPERATOR: came by a setup link; may connect an org and nothing else.
    """

    SENDER = "sender"
    MANAGER = "manager"
    OPERATOR = "operator"


ROLE_BY_CUSTOM_PERMISSION = {"Send_Gifts": Role.SENDER, "Manage_Gifting": Role.MANAGER}


def new_secret() -> str:
    """256 random bits, for cookies, links and the like."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """The form in which such a secret is kept: SHA-256, hex. Nobody guesses it, so a quick hash will do."""
    return sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTokens:
    """A person's own access to their org. refresh_token: empty where the org gives none."""

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    instance_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSession:
    """One sign-in. digest: of the secret in the cookie. org_id and user_id: empty for an OPERATOR.

    tokens: the person's own, None for an OPERATOR. Over at ends_at, or after a while without a request.
    """

    digest: str
    org_id: str
    user_id: str
    username: str
    display_name: str
    roles: frozenset[Role]
    csrf_token: str = field(repr=False)
    started_at: datetime
    seen_at: datetime
    ends_at: datetime
    tokens: UserTokens | None = field(default=None, repr=False)

    def may(self, role: Role) -> bool:
        return role in self.roles


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSignIn:
    """Somebody was sent to Salesforce and is expected back. Used once, within minutes.

    digest: of the state that Salesforce hands back. browser_digest: of the cookie that shows it is the same
    browser. org_id: whose app is used. next_path: where to go afterwards, within the connector.
    purpose: what the person's agreement is for; draft: what that purpose needs to remember, JSON.
    """

    digest: str
    browser_digest: str
    org_id: str
    code_verifier: str = field(repr=False)
    nonce: str = field(repr=False)
    next_path: str
    expires_at: datetime
    purpose: str = "sign_in"
    draft: str = field(default="", repr=False)
