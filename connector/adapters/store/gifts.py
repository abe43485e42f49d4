"""The ledger's repository."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, not_, or_, select, update
from sqlalchemy.orm import Session

from connector.adapters.store.batches import in_batches
from connector.adapters.store.gift_columns import columns_of_changes, columns_of_gift, gift_of_row, match_text
from connector.adapters.store.models.ledger import GiftRow
from connector.domain.campaign_link import CampaignLink
from connector.domain.gift import WAITS_FOR_ACCOUNT, Gift, RequestState
from connector.domain.recipient import Person, Recipient
from connector.domain.vocabulary import FINAL_STAGES
from connector.services.storage.gifts import Changes, WaitingForWrite

_WAITS_FOR_ACCOUNT = or_(*(GiftRow.last_error.startswith(why, autoescape=True) for why in WAITS_FOR_ACCOUNT))


class SqlGifts:
    """See services.storage.GiftRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def existing_keys(self, keys: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for batch in in_batches(keys):
            found.update(self._session.scalars(select(GiftRow.key).where(GiftRow.key.in_(batch))))
        return found

    def add(self, gifts: Sequence[Gift]) -> None:
        if gifts:
            self._session.execute(insert(GiftRow), [columns_of_gift(gift) for gift in gifts])

    def change(self, changes: Changes) -> None:
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for key, change in changes.items():
            columns = columns_of_changes(change)
            row = {"the_key": key, **{f"new_{name}": value for name, value in columns.items()}}
            by_columns.setdefault(tuple(sorted(columns)), []).append(row)
        table = GiftRow.metadata.tables[GiftRow.__tablename__]
        for names, rows in by_columns.items():
            statement = update(table).where(table.c.key == bindparam("the_key"))
            # Through the connection: one statement executed many times, past the session's unit of work.
            self._session.connection().execute(
                statement.values({name: bindparam(f"new_{name}") for name in names}), rows
            )

    def named(self, keys: Sequence[str]) -> dict[str, Gift]:
        found: dict[str, Gift] = {}
        for batch in in_batches(keys):
            found.update((gift.key, gift) for gift in self._select(GiftRow.key.in_(batch)))
        return found

    def of_job(self, job_id: str) -> list[Gift]:
        return self._select(GiftRow.job_id == job_id)

    def planned(self, org_id: str, *, now: datetime, limit: int) -> list[Gift]:
        is_due = or_(GiftRow.next_attempt_at.is_(None), GiftRow.next_attempt_at <= now)
        return self._select(
            GiftRow.org_id == org_id, GiftRow.state == RequestState.PLANNED, is_due, limit=limit
        )

    def owned(self, job_id: str, owner: str, *, now: datetime) -> set[str]:
        statement = select(GiftRow.key).where(
            GiftRow.job_id == job_id,
            GiftRow.state == RequestState.SENDING,
            GiftRow.owner == owner,
            GiftRow.lease_until > now,
        )
        return set(self._session.scalars(statement))

    def taken_mailboxes(
        self, org_id: str, campaign_id: str | None, gift_campaign_id: str, mailboxes: Sequence[str]
    ) -> set[str]:
        for_campaign = [] if campaign_id is None else [GiftRow.campaign_id == campaign_id]
        found: set[str] = set()
        for batch in in_batches(sorted(set(mailboxes) - {""})):
            statement = select(GiftRow.mailbox).where(
                *_taking(org_id, gift_campaign_id, batch), *for_campaign
            )
            found.update(self._session.scalars(statement))
        return found

    def of_mailbox(self, org_id: str, gift_campaign_id: str, mailbox: str, *, limit: int) -> list[Gift]:
        if not mailbox:
            return []
        statement = (
            select(GiftRow)
            .where(*_taking(org_id, gift_campaign_id, [mailbox]))
            .order_by(GiftRow.planned_at.desc(), GiftRow.key)
            .limit(limit)
        )
        return [gift_of_row(row) for row in self._session.scalars(statement)]

    def bound_to(self, account_id: str, provider_gift_ids: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for batch in in_batches(provider_gift_ids):
            statement = select(GiftRow.provider_gift_id, GiftRow.key).where(
                GiftRow.account_id == account_id, GiftRow.provider_gift_id.in_(batch)
            )
            found.update((gift_id, key) for gift_id, key in self._session.execute(statement) if gift_id)
        return found

    def awaiting_answer(
        self, account_id: str, gift_campaign_id: str, recipients: Sequence[Recipient]
    ) -> list[Gift]:
        found: list[Gift] = []
        for batch in in_batches(sorted({match_text(recipient) for recipient in recipients})):
            found += self._select(
                GiftRow.account_id == account_id,
                GiftRow.gift_campaign_id == gift_campaign_id,
                GiftRow.match_key.in_(batch),
                GiftRow.state.in_((RequestState.SENDING, RequestState.UNKNOWN)),
            )
        return found

    def due(self, *, now: datetime, limit: int) -> list[Gift]:
        waiting = and_(
            GiftRow.state.in_((RequestState.PLANNED, RequestState.UNKNOWN)), GiftRow.next_attempt_at <= now
        )
        cut_off = and_(GiftRow.state == RequestState.SENDING, GiftRow.lease_until <= now)
        return self._select(or_(waiting, cut_off), limit=limit)

    def parked(self, link: CampaignLink, *, limit: int) -> list[Gift]:
        return self._select(
            GiftRow.org_id == link.org_id,
            GiftRow.campaign_id == link.campaign_id,
            GiftRow.gift_campaign_id == link.gift_campaign_id,
            GiftRow.state == RequestState.PARKED,
            not_(_WAITS_FOR_ACCOUNT),
            limit=limit,
        )

    def parked_for_account(self, account_id: str, *, limit: int) -> list[Gift]:
        return self._select(
            GiftRow.account_id == account_id,
            GiftRow.state == RequestState.PARKED,
            _WAITS_FOR_ACCOUNT,
            limit=limit,
        )

    def keys_in(self, org_id: str, states: Sequence[RequestState], *, error: str = "") -> list[str]:
        statement = select(GiftRow.key).where(GiftRow.org_id == org_id, GiftRow.state.in_(states))
        if error:
            statement = statement.where(GiftRow.last_error.startswith(error, autoescape=True))
        return list(self._session.scalars(statement.order_by(GiftRow.planned_at, GiftRow.key)))

    def silent(self, account_id: str, *, heard_before: datetime, limit: int) -> list[Gift]:
        statement = (
            select(GiftRow)
            .where(
                GiftRow.account_id == account_id,
                GiftRow.state == RequestState.SENT,
                GiftRow.stage.not_in(sorted(FINAL_STAGES)),
                GiftRow.heard_at <= heard_before,
            )
            .order_by(GiftRow.heard_at)
            .limit(limit)
        )
        return [gift_of_row(row) for row in self._session.scalars(statement)]

    def written(self, org_id: str, *, after: str, limit: int) -> list[Gift]:
        statement = (
            select(GiftRow)
            .where(
                GiftRow.org_id == org_id,
                GiftRow.salesforce_id != "",
                GiftRow.dirty_since.is_(None),
                GiftRow.key > after,
            )
            .order_by(GiftRow.key)
            .limit(limit)
        )
        return [gift_of_row(row) for row in self._session.scalars(statement)]

    def dirty(self, org_id: str, *, now: datetime, limit: int) -> list[Gift]:
        return self._select(GiftRow.org_id == org_id, *_ready_to_write(now), limit=limit)

    def waiting_for_write(self, *, now: datetime) -> dict[str, WaitingForWrite]:
        statement = (
            select(GiftRow.org_id, func.count(), func.min(GiftRow.dirty_since), func.max(GiftRow.dirty_since))
            .where(*_ready_to_write(now))
            .group_by(GiftRow.org_id)
        )
        return {
            org_id: WaitingForWrite(count, first, last)
            for org_id, count, first, last in self._session.execute(statement)
            if first is not None and last is not None
        }

    def latest_of(self, org_id: str, people: Sequence[Person]) -> dict[str, Gift]:
        latest: dict[str, Gift] = {}
        for column in (GiftRow.contact_id, GiftRow.lead_id):
            ids = [p.record_id for p in people if (p.sobject == "Contact") == (column is GiftRow.contact_id)]
            for batch in in_batches(ids):
                gifts = self._select(
                    GiftRow.org_id == org_id, column.in_(batch), GiftRow.state == RequestState.SENT
                )
                for gift in gifts:
                    latest[gift.request.person.record_id] = gift
        return latest

    def latest_of_members(self, org_id: str, gifts: Sequence[Gift]) -> dict[str, Gift]:
        found: dict[str, Gift] = {}
        people = [gift.request.person for gift in gifts if gift.request.campaign_member_id]
        for column, ids in (
            (GiftRow.contact_id, {person.contact_id for person in people} - {""}),
            (GiftRow.lead_id, {person.lead_id for person in people} - {""}),
        ):
            for batch in in_batches(sorted(ids)):
                accepted = GiftRow.state == RequestState.SENT
                for gift in self._select(GiftRow.org_id == org_id, column.in_(batch), accepted):
                    member_id = gift.request.campaign_member_id
                    found[member_id] = max(found.get(member_id, gift), gift, key=attrgetter("place"))
        return {member_id: gift for member_id, gift in found.items() if member_id}

    def of_person(self, org_id: str, record_id: str, *, limit: int) -> list[Gift]:
        statement = (
            select(GiftRow)
            .where(
                GiftRow.org_id == org_id, or_(GiftRow.contact_id == record_id, GiftRow.lead_id == record_id)
            )
            .order_by(GiftRow.planned_at.desc(), GiftRow.key)
            .limit(limit)
        )
        return [gift_of_row(row) for row in self._session.scalars(statement)]

    def counts(self, org_id: str = "") -> dict[str, int]:
        here = [GiftRow.org_id == org_id] if org_id else []
        statement = (
            select(GiftRow.state, GiftRow.stage, func.count())
            .where(*here)
            .group_by(GiftRow.state, GiftRow.stage)
        )
        counted: dict[str, int] = {}
        for state, stage, count in self._session.execute(statement):
            counted[state] = counted.get(state, 0) + count
            if state == RequestState.SENT:
                counted[f"stage:{stage}"] = counted.get(f"stage:{stage}", 0) + count
        return counted

    def counts_by_org(self, states: Sequence[RequestState]) -> dict[str, int]:
        statement = (
            select(GiftRow.org_id, func.count()).where(GiftRow.state.in_(states)).group_by(GiftRow.org_id)
        )
        return dict(self._session.execute(statement).all())

    def unwritten(self) -> int:
        statement = select(func.count()).select_from(GiftRow).where(GiftRow.dirty_since.is_not(None))
        return self._session.scalar(statement) or 0

    def in_state(self, state: RequestState, *, limit: int) -> list[Gift]:
        return self._select(GiftRow.state == state, limit=limit)

    def _select(self, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Gift]:
        """Oldest first, so that two runs meet the rows in one order."""
        statement = select(GiftRow).where(*conditions).order_by(GiftRow.planned_at, GiftRow.key).limit(limit)
        return [gift_of_row(row) for row in self._session.scalars(statement)]


def _taking(org_id: str, gift_campaign_id: str, mailboxes: Sequence[str]) -> Iterable[ColumnElement[bool]]:
    """Gifts that their mailboxes are taken by: what failed or was refused takes none."""
    return (
        GiftRow.org_id == org_id,
        GiftRow.gift_campaign_id == gift_campaign_id,
        GiftRow.mailbox.in_(mailboxes),
        GiftRow.state.not_in((RequestState.FAILED, RequestState.REFUSED)),
    )


def _ready_to_write(now: datetime) -> Iterable[ColumnElement[bool]]:
    return (
        GiftRow.dirty_since.is_not(None),
        or_(GiftRow.next_write_at.is_(None), GiftRow.next_write_at <= now),
    )
