"""An org's accounts at gifting platforms: its own, for its managers to change, and those of all orgs."""

import secrets
from dataclasses import dataclass, replace
from uuid import uuid4

from connector.domain.circuit import Circuit
from connector.domain.connections import ProviderAccount
from connector.errors import CallerError
from connector.ports import Clock, GiftCampaign
from connector.services.audit import record
from connector.services.connections.account_state import ConnectAccount
from connector.services.connections.retire_account import RetireAccount
from connector.services.connections.rotate_webhook_secret import RotateWebhookSecret
from connector.services.storage.store import Store

_NO_ACCOUNT = "Your org has no account of that name."


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """What a page may show of an account: nothing secret.

    is_own: the org's managers may change it. parked: gifts that wait for its credentials, at least.
    rotating: two webhook secrets are valid. retired: no new gifts come from it.
    """

    account_id: str
    provider: str
    base_url: str
    is_own: bool
    circuit: Circuit
    parked: int
    rotating: bool
    retired: bool


@dataclass(frozen=True)
class OrgAccounts:
    """Every change is tried at the platform first, and told to the audit log."""

    store: Store
    connect_account: ConnectAccount
    rotate_webhook_secret: RotateWebhookSecret
    retire_account: RetireAccount
    clock: Clock

    def shown(self, org_id: str) -> list[ShownAccount]:
        with self.store.read() as unit:
            return [
                ShownAccount(
                    account_id=account.account_id,
                    provider=account.provider,
                    base_url=account.base_url,
                    is_own=account.org_id == org_id,
                    circuit=unit.circuits.get(account.account_id),
                    parked=len(unit.gifts.parked_for_account(account.account_id, limit=1_000)),
                    rotating=len(account.webhook_secret.split()) > 1,
                    retired=account.retired,
                )
                for account in unit.connections.accounts()
                if account.org_id in {"", org_id}
            ]

    def usable(self, org_id: str, account_id: str) -> ProviderAccount:
        """Raises CallerError (code no_account) for one that the org may not use, or that is not there."""
        with self.store.read() as unit:
            account = unit.connections.account(account_id)
        if account is None or account.org_id not in {"", org_id}:
            raise CallerError(_NO_ACCOUNT, code="no_account")
        return account

    def add(
        self, org_id: str, *, provider: str, base_url: str, token: str, webhook_secret: str, actor: str
    ) -> tuple[ProviderAccount, list[GiftCampaign]]:
        """webhook_secret: "" makes one. Raises what the platform's refusal is; nothing is kept then."""
        account = ProviderAccount(
            account_id=uuid4().hex[:12],
            provider=provider,
            base_url=base_url.strip().rstrip("/"),
            token=token.strip(),
            webhook_secret=webhook_secret.strip() or secrets.token_urlsafe(32),
            org_id=org_id,
        )
        campaigns = self.connect_account(account)
        self._record(org_id, actor, "account.added", account.account_id, provider=provider)
        return account, campaigns

    def replace_token(self, org_id: str, account_id: str, token: str, *, actor: str) -> list[GiftCampaign]:
        """Tried first; what waited for it is sent. Raises what the platform's refusal is."""
        account = self._own(org_id, account_id)
        campaigns = self.connect_account(replace(account, token=token.strip()))
        self._record(org_id, actor, "account.token_replaced", account_id)
        return campaigns

    def begin_secret(self, org_id: str, account_id: str, secret: str, *, actor: str) -> None:
        """Beside the old secret, which goes on to be accepted until end_secret. Raises ConfigurationError."""
        self._own(org_id, account_id)
        self.rotate_webhook_secret.begin(account_id, secret)
        self._record(org_id, actor, "account.secret_begun", account_id)

    def end_secret(self, org_id: str, account_id: str, *, actor: str) -> None:
        """The newest secret alone is accepted from now on."""
        self._own(org_id, account_id)
        self.rotate_webhook_secret.finish(account_id)
        self._record(org_id, actor, "account.secret_finished", account_id)

    def retire(self, org_id: str, account_id: str, *, actor: str) -> None:
        """No new gifts come from it. Raises ConfigurationError while Campaigns are linked with it."""
        self._own(org_id, account_id)
        self.retire_account(account_id, org_id=org_id, actor=actor)

    def use_again(self, org_id: str, account_id: str, *, actor: str) -> None:
        """Gifts may come from it again."""
        self._own(org_id, account_id)
        self.retire_account.use_again(account_id, org_id=org_id, actor=actor)

    def test(self, org_id: str, account_id: str) -> int:
        """How many gift campaigns the platform shows; raises its refusal. A circuit that waits lets this in.

        What was parked for refused credentials is sent once they work.
        """
        return len(self.connect_account(self.usable(org_id, account_id)))

    def _own(self, org_id: str, account_id: str) -> ProviderAccount:
        account = self.usable(org_id, account_id)
        if account.org_id != org_id:
            raise CallerError(
                "This account was made on the command line and serves all orgs",
                code="account_of_operator",
                remedy="Whoever runs the connector changes it there, with `connector provider`.",
            )
        return account

    def _record(self, org_id: str, actor: str, action: str, account_id: str, **details: str) -> None:
        with self.store.write() as unit:
            record(
                unit,
                self.clock(),
                org_id=org_id,
                actor=actor,
                action=action,
                subject=account_id,
                details=details,
            )
