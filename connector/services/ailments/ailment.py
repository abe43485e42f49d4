"""What a failure is, and the places in Setup that mend several of them."""

from dataclasses import dataclass
from enum import StrEnum

from connector.errors import ConnectorError


class Where(StrEnum):
    """What was being done. SIGN_IN: a person in a browser. TOKEN: the connector by itself. CALL: the API."""

    SIGN_IN = "sign_in"
    TOKEN = "token"  # noqa: S105 - not a token
    CALL = "call"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """One failure.

    code: Salesforce's, or ours for a CHECK. phrase: part of its text, in lower case; empty for any text.
    status: of a CALL; 0 for any. code "" of a CALL: any code with that status.
    raised: says who must act. cause and cure: for an administrator; the cure names the place in Setup.
    """

    where: Where
    code: str
    raised: type[ConnectorError]
    cause: str
    cure: str
    phrase: str = ""
    status: int = 0

    def fits(self, code: str, text: str) -> bool:
        return self.code in {"", code} and self.phrase in text.lower()


APPS = "Setup, External Client App Manager"
POLICIES = f"{APPS}, the app, Policies"
SETTINGS = f"{APPS}, the app, Settings, OAuth Settings"
ASSIGN = "Setup, Permission Sets, {0}, Manage Assignments: add the integration user."
INSTALL = (
    "Install the package (`cci flow run install_prod`), then assign Gift Integration to the integration user."
)
PRE_AUTHORISED = (
    f"{POLICIES}: choose Admin approved users are pre-authorized and select Gift Integration, Gift User"
    " and Gift Admin; then Setup, Permission Sets, Gift Integration, Manage Assignments: add the"
    " integration user."
)
