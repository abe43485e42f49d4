"""Take an account at a gifting platform out of use, and into it again."""

from dataclasses import dataclass, replace

from connector.errors import ConfigurationError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.storage.store import Store, Unit


@dataclass(frozen=True)
class RetireAccount:
    """No new gifts come from a retired account. What was sent from it is followed to its end."""

    store: Store
    clock: Clock

    def __call__(self, account_id: str, *, org_id: str = "", actor: str) -> None:
        """org_id: whose account it is. Does nothing to one that is retired.

        Raises ConfigurationError for an unknown account, and for one that Campaigns are linked with, by name.
        """
        with self.store.write() as unit:
            linked = sorted(
                link.campaign_name or link.campaign_id
                for link in unit.links.all()
                if link.account_id == account_id
            )
            if linked:
                raise ConfigurationError(
                    f"Gifts of account {account_id} are sent to members of {_listed(linked)}",
                    code="account_in_use",
                    remedy="Remove these links first, or link the Campaigns with another account.",
                )
            self._set(unit, account_id, org_id, actor, retired=True)

    def use_again(self, account_id: str, *, org_id: str = "", actor: str) -> None:
        """Raises ConfigurationError for an unknown account. Does nothing to one that is in use."""
        with self.store.write() as unit:
            self._set(unit, account_id, org_id, actor, retired=False)

    def _set(self, unit: Unit, account_id: str, org_id: str, actor: str, *, retired: bool) -> None:
        account = unit.connections.account(account_id)
        if account is None:
            raise ConfigurationError(
                f"No provider account {account_id}",
                code="unknown_account",
                remedy="run `connector provider list`",
            )
        if account.retired is retired:
            return
        unit.connections.save_account(replace(account, retired=retired))
        record(
            unit,
            self.clock(),
            org_id=org_id,
            actor=actor,
            action="account.retired" if retired else "account.used_again",
            subject=account_id,
        )


def _listed(names: list[str], at_most: int = 3) -> str:
    more = len(names) - at_most
    return ", ".join(names[:at_most]) + (f" and {more} more Campaigns" if more > 0 else "")
