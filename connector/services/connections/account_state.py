"""Accounts at gifting platforms: entered, tried, parked when their credentials are refused, and resumed."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from connector.domain.circuit import Circuit, CircuitState
from connector.domain.connections import ProviderAccount
from connector.domain.gift import WAITS_FOR_ACCOUNT
from connector.errors import ConnectorError
from connector.ports import Clock, GiftCampaign, GiftProvider
from connector.services.gifts.outcomes import planned_again
from connector.services.jobs import plan_chunks
from connector.services.storage.store import Store, Unit
from connector.services.worker import OpenProvider

log = structlog.get_logger(__name__)

_BATCH = 2_000


@dataclass(frozen=True)
class StoredCircuits:
    """The circuits of the accounts, in the database."""

    store: Store

    def load(self, account_id: str) -> Circuit:
        with self.store.read() as unit:
            return unit.circuits.get(account_id)

    def save(self, account_id: str, circuit: Circuit) -> None:
        with self.store.write() as unit:
            unit.circuits.save(account_id, circuit)


@dataclass(frozen=True)
class ConnectAccount:
    """Enter an account, or new credentials of one. open_account: by credentials not stored yet."""

    store: Store
    open_account: Callable[[ProviderAccount], GiftProvider]
    clock: Clock

    def __call__(self, account: ProviderAccount) -> list[GiftCampaign]:
        """The gift campaigns, read to try the credentials; what waited for them is sent, and read.

        Raises AuthenticationFailed and its kin; the account is not changed then.
        """
        known = self._reset(account.account_id)
        try:
            campaigns = list(self.open_account(account).gift_campaigns())
        except ConnectorError:
            with self.store.write() as unit:
                unit.circuits.save(account.account_id, known)
            raise
        with self.store.write() as unit:
            unit.connections.save_account(account)
            unit.inbox.receive_parked(account.account_id)
        release_parked(self.store, account.account_id, self.clock)
        return campaigns

    def _reset(self, account_id: str) -> Circuit:
        with self.store.write() as unit:
            known = unit.circuits.get(account_id)
            unit.circuits.save(account_id, Circuit())
        return known


@dataclass(frozen=True)
class ResumeAccounts:
    """Periodic: tries parked accounts when it is time, and releases what waits for those that work again."""

    store: Store
    open_provider: OpenProvider
    clock: Clock

    def __call__(self) -> int:
        """How many gifts were released."""
        with self.store.read() as unit:
            accounts = [account.account_id for account in unit.connections.accounts()]
            circuits = {account_id: unit.circuits.get(account_id) for account_id in accounts}
            waiting = [a for a in accounts if _something_waits(unit, a)]
        return sum(
            release_parked(self.store, account_id, self.clock)
            for account_id in waiting
            if self._works(account_id, circuits[account_id])
        )

    def _works(self, account_id: str, circuit: Circuit) -> bool:
        if circuit.state is not CircuitState.PARKED:
            return circuit.state is CircuitState.CLOSED
        if circuit.wait_seconds(self.clock()) > 0:
            return False
        try:
            next(iter(self.open_provider(account_id).gift_campaigns()), None)
        except ConnectorError as error:
            log.info("account_still_parked", account_id=account_id, code=error.code)
            return False
        return True


def release_parked(store: Store, account_id: str, clock: Clock) -> int:
    """Take up what was parked for want of the account or its credentials; how many gifts."""
    with store.write() as unit:
        unit.inbox.receive_parked(account_id, reasons=WAITS_FOR_ACCOUNT)
    released = 0
    while True:
        now = clock()
        with store.write() as unit:
            parked = unit.gifts.parked_for_account(account_id, limit=_BATCH)
            unit.gifts.change({gift.key: planned_again(now) for gift in parked})
            plan_chunks(unit, parked)
        if not parked:
            return released
        released += len(parked)
        log.info("parked_gifts_released", account_id=account_id, gifts=len(parked))


def _something_waits(unit: Unit, account_id: str) -> bool:
    return bool(
        unit.gifts.parked_for_account(account_id, limit=1)
        or unit.inbox.parked(account_id, reasons=WAITS_FOR_ACCOUNT)
    )
