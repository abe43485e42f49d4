"""What connections to orgs ask of the store, besides the connections themselves."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from connector.domain.connections import (
    ConnectionDraft,
    OrgConnection,
    OrgTokens,
    OrgTrouble,
    ProviderAccount,
)
from connector.domain.finding import OrgFinding


class OrgTokenRepository(Protocol):
    """Tokens of orgs that were connected in a browser. All workers share them."""

    def get(self, org_id: str) -> OrgTokens | None: ...
    def put(self, org_id: str, tokens: OrgTokens) -> None: ...
    def exchange(self, org_id: str, old: OrgTokens, new: OrgTokens) -> bool:
        """False, and nothing is changed, where the refresh token kept is not the old one any more."""
        ...

    def drop(self, org_id: str) -> None: ...


class OrgTroubleRepository(Protocol):
    """Orgs that did not let the connector in when it last tried."""

    def get(self, org_id: str) -> OrgTrouble | None: ...
    def put(self, org_id: str, trouble: OrgTrouble) -> None:
        """Keeps the moment of the first refusal while the code stays the same."""
        ...

    def clear(self, org_id: str) -> None: ...


class ConnectionDraftRepository(Protocol):
    """One draft for each org, and one for the operator (under "")."""

    def get(self, org_id: str) -> ConnectionDraft | None: ...
    def put(self, draft: ConnectionDraft) -> None: ...
    def drop(self, org_id: str) -> None: ...


class SentNoticeRepository(Protocol):
    """Which notice went out by e-mail on which day."""

    def first_today(self, org_id: str, notice: str, day: date) -> bool:
        """True once for an org, a notice and a day. Days that are over are forgotten."""
        ...

    def forget(self, org_id: str, notices: Sequence[str], day: date) -> None: ...


class OrgFindingRepository(Protocol):
    """What looking at each org found last."""

    def of(self, org_id: str) -> list[OrgFinding]: ...
    def replace(self, org_id: str, findings: Sequence[OrgFinding]) -> None: ...


class AccountsAndOrgs(Protocol):
    """Connections; secrets are encrypted at rest."""

    def save_org(self, org: OrgConnection) -> None: ...
    def org(self, org_id: str) -> OrgConnection | None: ...
    def orgs(self) -> list[OrgConnection]: ...
    def remove_org(self, org_id: str) -> None: ...
    def save_account(self, account: ProviderAccount) -> None: ...
    def account(self, account_id: str) -> ProviderAccount | None: ...
    def accounts(self) -> list[ProviderAccount]: ...
    def accounts_of(self, org_id: str) -> list[ProviderAccount]:
        """The org's own, and those that serve all orgs; none that is retired."""
        ...
