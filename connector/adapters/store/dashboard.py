"""Repository of counts for charts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from connector.adapters.store.models.ledger import GiftRow
from connector.domain.gift import RequestState
from connector.domain.statuses import rank
from connector.domain.vocabulary import TAKEN_BACK_STAGES, GiftStage
from connector.services.storage.dashboard import DayOfGifts, QueueState

_TAKEN_BACK = sorted(TAKEN_BACK_STAGES)
_REDEEMED = tuple(
    stage for stage in GiftStage if rank(stage) >= rank(GiftStage.CLAIMED) and stage not in _TAKEN_BACK
)
_WAITING = (RequestState.PLANNED, RequestState.SENDING)
_TROUBLED = (RequestState.PARKED, RequestState.UNKNOWN)


class SqlDashboard:
    """See services.storage.dashboard.DashboardRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def days(self, org_id: str, *, since: datetime) -> list[DayOfGifts]:
        was_sent = GiftRow.state == RequestState.SENT
        counts = was_sent & GiftRow.stage.not_in(_TAKEN_BACK)
        day = self._day(GiftRow.planned_at)
        statement = (
            select(
                day,
                GiftRow.currency,
                _count(was_sent),
                _count(was_sent & GiftRow.stage.in_(_REDEEMED)),
                _count(GiftRow.state == RequestState.FAILED),
                func.sum(case((counts, GiftRow.value_minor_units), else_=0)),
            )
            .where(GiftRow.org_id == org_id, GiftRow.planned_at >= since)
            .group_by(day, GiftRow.currency)
            .order_by(day, GiftRow.currency)
        )
        return [
            DayOfGifts(date.fromisoformat(str(shown)), currency, *map(int, numbers))
            for shown, currency, *numbers in self._session.execute(statement)
        ]

    def queue(self, org_id: str, *, now: datetime) -> QueueState:
        del now
        by_state = (
            select(GiftRow.state, func.count(), func.min(GiftRow.planned_at))
            .where(
                GiftRow.org_id == org_id,
                GiftRow.state.in_((RequestState.AWAITING_APPROVAL, *_WAITING, *_TROUBLED)),
            )
            .group_by(GiftRow.state)
        )
        found = {state: (count, oldest) for state, count, oldest in self._session.execute(by_state)}
        writes, oldest_write = self._session.execute(
            select(func.count(), func.min(GiftRow.dirty_since)).where(
                GiftRow.org_id == org_id, GiftRow.dirty_since.is_not(None)
            )
        ).one()
        waiting = [found[state] for state in _WAITING if state in found]
        return QueueState(
            approvals=found.get(RequestState.AWAITING_APPROVAL, (0, None))[0],
            requests=sum(count for count, _ in waiting),
            oldest_request=min((oldest for _, oldest in waiting), default=None),
            troubled=sum(found[state][0] for state in _TROUBLED if state in found),
            writes=writes,
            oldest_write=oldest_write,
        )

    def _day(self, moment: Any) -> ColumnElement[str]:
        """The day in UTC, as text. SQLite holds moments in UTC without a zone."""
        if self._session.get_bind().dialect.name == "sqlite":
            return func.date(moment)
        return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD")


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
