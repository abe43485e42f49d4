"""Repository of the keys of orgs' flows."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from connector.adapters.store.models.ledger import ApiKeyRow
from connector.domain.api_key import ApiKey, Scope


class SqlApiKeys:
    """See services.storage.ApiKeyRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, key: ApiKey) -> None:
        self._session.add(ApiKeyRow(**asdict(key)))

    def get(self, key_id: str) -> ApiKey | None:
        row = self._session.get(ApiKeyRow, key_id)
        return None if row is None else _key_of(row)

    def all(self) -> list[ApiKey]:
        return [_key_of(row) for row in self._session.scalars(select(ApiKeyRow).order_by("created_at"))]

    def change(self, key: ApiKey) -> None:
        self._session.merge(ApiKeyRow(**asdict(key)))

    def note_use(self, key_id: str, *, used_at: datetime) -> None:
        used = update(ApiKeyRow).where(ApiKeyRow.key_id == key_id).values(used_at=used_at)
        self._session.execute(used)

    def remove(self, key_id: str) -> bool:
        row = self._session.get(ApiKeyRow, key_id)
        if row is not None:
            self._session.delete(row)
        return row is not None


def _key_of(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        key_id=row.key_id,
        org_id=row.org_id,
        name=row.name,
        digest=row.digest,
        created_at=row.created_at,
        scope=Scope(row.scope),
        used_at=row.used_at,
        ends_at=row.ends_at,
    )
