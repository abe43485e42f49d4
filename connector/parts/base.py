"""What every part of the composition root stands on."""

from abc import ABC, abstractmethod

from connector.adapters.salesforce.connections import OrgSettings
from connector.config import Settings
from connector.ports import Clock, GiftProvider, SalesforceOrg
from connector.services.checkpoints import Checkpoint
from connector.services.gift_sync.estimate_calls import EstimateCalls
from connector.services.storage.store import Store


class Parts(ABC):
    """Supplied by connector.app.Container."""

    settings: Settings
    clock: Clock
    checkpoint: Checkpoint

    @property
    @abstractmethod
    def store(self) -> Store: ...

    @property
    @abstractmethod
    def org_settings(self) -> OrgSettings: ...

    @property
    @abstractmethod
    def estimate_calls(self) -> EstimateCalls: ...

    @abstractmethod
    def open_org(self, org_id: str) -> SalesforceOrg: ...

    @abstractmethod
    def open_provider(self, account_id: str) -> GiftProvider: ...
