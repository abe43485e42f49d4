"""Repositories of what gifts are sent on: mappings, budgets, watermarks, the state of provider accounts."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from connector.adapters.store.models.terms import (
    AccountCircuitRow,
    FieldMappingRow,
    MappingSourceRow,
    SyncWatermarkRow,
)
from connector.domain.circuit import Circuit, CircuitState
from connector.domain.field_mapping import DEFAULT_PATHS, Attribute, FieldMapping
from connector.services.storage.terms import MappingPlace, MappingSource, Watermark


class SqlMappings:
    """See services.storage.terms.MappingRepository. Only what differs from the default is kept."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, org_id: str, sobject: str) -> FieldMapping:
        rows = self._session.scalars(
            select(FieldMappingRow).where(
                FieldMappingRow.org_id == org_id, FieldMappingRow.sobject == sobject
            )
        )
        kept = {Attribute(row.attribute): row.path for row in rows}
        return FieldMapping(sobject, {**DEFAULT_PATHS.get(sobject, {}), **kept})

    def save(self, org_id: str, mapping: FieldMapping) -> None:
        self._session.execute(
            delete(FieldMappingRow).where(
                FieldMappingRow.org_id == org_id, FieldMappingRow.sobject == mapping.sobject
            )
        )
        for attribute, path in mapping.paths.items():
            if path != DEFAULT_PATHS[mapping.sobject][attribute]:
                row = FieldMappingRow(
                    org_id=org_id, sobject=mapping.sobject, attribute=attribute.value, path=path
                )
                self._session.add(row)


class SqlMappingSources:
    """See services.storage.terms.MappingSourceRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, org_id: str) -> MappingSource:
        row = self._session.get(MappingSourceRow, org_id)
        if row is None:
            return MappingSource(org_id, MappingPlace.CONNECTOR)
        return MappingSource(org_id, MappingPlace(row.place), row.read_at)

    def save(self, source: MappingSource) -> None:
        self._session.merge(
            MappingSourceRow(org_id=source.org_id, place=source.place.value, read_at=source.read_at)
        )


class SqlWatermarks:
    """See services.storage.terms.WatermarkRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, link_id: str) -> Watermark | None:
        row = self._session.get(SyncWatermarkRow, link_id)
        return None if row is None else Watermark(row.at, row.terms)

    def save(self, link_id: str, watermark: Watermark) -> None:
        self._session.merge(SyncWatermarkRow(link_id=link_id, at=watermark.at, terms=watermark.terms))

    def remove(self, link_id: str) -> None:
        self._session.execute(delete(SyncWatermarkRow).where(SyncWatermarkRow.link_id == link_id))


class SqlCircuits:
    """See services.storage.terms.CircuitRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, account_id: str) -> Circuit:
        row = self._session.get(AccountCircuitRow, account_id)
        return Circuit() if row is None else _circuit_of(row)

    def save(self, account_id: str, circuit: Circuit) -> None:
        self._session.merge(
            AccountCircuitRow(
                account_id=account_id,
                state=circuit.state.value,
                failures=circuit.failures,
                closed_until=circuit.closed_until,
                reason=circuit.reason,
            )
        )

    def all(self) -> dict[str, Circuit]:
        rows = self._session.scalars(select(AccountCircuitRow).order_by("account_id"))
        return {row.account_id: _circuit_of(row) for row in rows}


def _circuit_of(row: AccountCircuitRow) -> Circuit:
    return Circuit(CircuitState(row.state), row.failures, row.closed_until, row.reason)
