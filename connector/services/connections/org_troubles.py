"""Notes when an org does not let the connector in, and when it does again."""

from dataclasses import dataclass

from connector.domain.connections import OrgTrouble
from connector.errors import AdminError, ConnectorError
from connector.ports import Clock
from connector.services.storage.store import Store


@dataclass(frozen=True)
class NoteSignIn:
    """What came of signing in to an org: kept for notices where an administrator must act."""

    store: Store
    clock: Clock

    def __call__(self, org_id: str, error: ConnectorError | None) -> None:
        with self.store.read() as unit:
            known = unit.org_troubles.get(org_id)
        if error is None:
            if known is not None:
                with self.store.write() as unit:
                    unit.org_troubles.clear(org_id)
        elif isinstance(error, AdminError) and (known is None or known.code != error.code):
            trouble = OrgTrouble(error.code, str(error), error.remedy, self.clock())
            with self.store.write() as unit:
                unit.org_troubles.put(org_id, trouble)
