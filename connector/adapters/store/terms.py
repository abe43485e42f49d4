"""Repositories of what gifts are sent on: mappings, budgets, watermarks, the state of provider accounts."""

from datetime import datetime

from sqlalchemy import ColumnElement, case, delete, func, select
from sqlalchemy.orm import Session

from connector.adapters.store.models import CampaignLinkRow, GiftRow
from connector.adapters.store.terms_models import (
    AccountCircuitRow,
    FieldMappingRow,
    GiftBudgetRow,
    SyncWatermarkRow,
)
from connector.domain.budget import BudgetUse, GiftBudget, Period
from connector.domain.circuit import Circuit, CircuitState
from connector.domain.field_mapping import DEFAULT_PATHS, Attribute, FieldMapping
from connector.domain.gift import RequestState
from connector.domain.money import Money
from connector.domain.vocabulary import GiftStage
from connector.services.storage_terms import Watermark

_RESERVED = (RequestState.PLANNED, RequestState.SENDING, RequestState.UNKNOWN, RequestState.PARKED)
_TAKEN_BACK = (GiftStage.CANCELED, GiftStage.EXPIRED)


class SqlMappings:
    """See services.storage_terms.MappingRepository. Only what differs from the default is kept."""

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


class SqlGiftBudgets:
    """See services.storage_terms.GiftBudgetRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, budget: GiftBudget) -> None:
        self._session.merge(
            GiftBudgetRow(
                org_id=budget.org_id,
                scope=budget.scope,
                period=budget.period.value,
                limit_minor_units=budget.limit.minor_units,
                currency=budget.limit.currency,
            )
        )

    def remove(self, org_id: str, scope: str) -> None:
        self._session.execute(
            delete(GiftBudgetRow).where(GiftBudgetRow.org_id == org_id, GiftBudgetRow.scope == scope)
        )

    def all(self) -> list[GiftBudget]:
        return self._select()

    def over(self, org_id: str, link_id: str) -> list[GiftBudget]:
        scopes = {"", link_id}
        return self._select(GiftBudgetRow.org_id == org_id, GiftBudgetRow.scope.in_(scopes))

    def use(self, budget: GiftBudget, *, now: datetime) -> BudgetUse:
        conditions = [GiftRow.org_id == budget.org_id, GiftRow.currency == budget.limit.currency]
        if (start := budget.period.start(now)) is not None:
            conditions.append(GiftRow.planned_at >= start)
        if budget.scope:
            campaign = select(CampaignLinkRow.campaign_id).where(CampaignLinkRow.link_id == budget.scope)
            conditions.append(GiftRow.campaign_id.in_(campaign))
        counts = (GiftRow.state == RequestState.SENT) & GiftRow.stage.not_in(_TAKEN_BACK)
        reserved, spent = self._session.execute(
            select(_sum(GiftRow.state.in_(_RESERVED)), _sum(counts)).where(*conditions)
        ).one()
        return BudgetUse(int(reserved or 0), int(spent or 0))

    def _select(self, *conditions: ColumnElement[bool]) -> list[GiftBudget]:
        rows = self._session.scalars(select(GiftBudgetRow).where(*conditions).order_by("org_id", "scope"))
        return [
            GiftBudget(
                org_id=row.org_id,
                scope=row.scope,
                period=Period(row.period),
                limit=Money(row.limit_minor_units, row.currency),
            )
            for row in rows
        ]


class SqlWatermarks:
    """See services.storage_terms.WatermarkRepository."""

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
    """See services.storage_terms.CircuitRepository."""

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


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, GiftRow.value_minor_units), else_=0))


def _circuit_of(row: AccountCircuitRow) -> Circuit:
    return Circuit(CircuitState(row.state), row.failures, row.closed_until, row.reason)
