"""Change an account's webhook secret without losing a delivery: for a while, two are valid."""

from dataclasses import dataclass, replace

from connector.domain.audit import COMMAND_LINE
from connector.domain.connections import ProviderAccount
from connector.errors import ConfigurationError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.storage.store import Store, Unit

_SHORTEST = 16


@dataclass(frozen=True)
class RotateWebhookSecret:
    """ProviderAccount.webhook_secret holds the valid secrets with a blank between them, the newest first."""

    store: Store
    clock: Clock

    def begin(self, account_id: str, secret: str) -> None:
        """The new secret is valid from now on, beside the one that was.

        Raises ConfigurationError for an unknown account, a rotation that is under way, and a secret that is
        short, has blanks or is the old one.
        """
        if len(secret) < _SHORTEST or secret.split() != [secret]:
            raise ConfigurationError(
                f"A webhook secret has at least {_SHORTEST} characters and no blanks", code="secret_malformed"
            )
        with self.store.write() as unit:
            account = _account(unit, account_id)
            valid = account.webhook_secret.split()
            if secret in valid:
                raise ConfigurationError("This secret is valid already", code="secret_not_new")
            if len(valid) > 1:
                raise ConfigurationError(
                    f"Account {account_id} has two valid secrets: a rotation is under way",
                    code="rotation_under_way",
                    remedy="end it first, with --finish",
                )
            self._save(unit, account, [secret, *valid], "begun")

    def finish(self, account_id: str) -> None:
        """From now on only the newest is valid. Raises ConfigurationError where no rotation was begun."""
        with self.store.write() as unit:
            account = _account(unit, account_id)
            valid = account.webhook_secret.split()
            if len(valid) < 2:
                raise ConfigurationError(
                    f"Account {account_id} has one valid secret: there is nothing to finish",
                    code="no_rotation",
                )
            self._save(unit, account, valid[:1], "finished")

    def _save(self, unit: Unit, account: ProviderAccount, valid: list[str], what: str) -> None:
        unit.connections.save_account(replace(account, webhook_secret=" ".join(valid)))
        record(
            unit,
            self.clock(),
            org_id="",
            actor=COMMAND_LINE,
            action=f"webhook_secret.rotation_{what}",
            subject=account.account_id,
        )


def _account(unit: Unit, account_id: str) -> ProviderAccount:
    account = unit.connections.account(account_id)
    if account is None:
        raise ConfigurationError(
            f"No provider account {account_id}",
            code="unknown_account",
            remedy="run `connector provider list`",
        )
    return account
