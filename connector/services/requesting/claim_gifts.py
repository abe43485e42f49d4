"""Take rows of the ledger in hand: the intent to send them is committed before anything leaves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from connector.domain.gift import Gift, RequestState
from connector.ports import Clock
from connector.services.gifts.held_gifts import hold
from connector.services.gifts.outcomes import as_unknown
from connector.services.jobs import CHUNK
from connector.services.storage.gifts import GiftChanges
from connector.services.storage.store import Store, Unit
from connector.services.worker import Patience, Worker, lookup_moment


@dataclass(frozen=True)
class ClaimGifts:
    """For one worker. Each call is one transaction."""

    store: Store
    clock: Clock
    worker: Worker
    patience: Patience

    def of_job(self, job_id: str, *, looks_up: bool = True) -> tuple[list[Gift], list[Gift]]:
        """What is to be looked up now, or else what is to be sent: its intent is committed.

        Rows that a dead worker was sending become UNKNOWN. looks_up: False where that has just been done.
        """
        now = self.clock()
        with self.store.write() as unit:
            gifts = unit.gifts.of_job(job_id)
            unknown = self._unknown(unit, gifts, now, looks_up=looks_up)
            lookups = [
                gift
                for gift in unknown
                if looks_up and gift.next_attempt_at is not None and gift.next_attempt_at <= now
            ]
            return (lookups, []) if lookups else ([], self._claim(unit, job_id, gifts, now))

    def waiting(self, org_id: str, job_id: str) -> list[Gift]:
        """Up to 200 of the org's rows that wait for other jobs; they become this one's.

        The other jobs will find nothing left to do. In a restored ledger each job looks its own rows up.
        """
        now = self.clock()
        with self.store.write() as unit:
            if unit.health.restoration() is not None:
                return []
            return self._claim(unit, job_id, unit.gifts.planned(org_id, now=now, limit=CHUNK), now)

    def _unknown(self, unit: Unit, gifts: Sequence[Gift], now: datetime, *, looks_up: bool) -> list[Gift]:
        """The rows of unknown outcome, those that have just become so among them."""
        moments = {gift.key: lookup_moment(gift, self.worker, self.patience, now=now) for gift in gifts}
        orphans = {key: moment for key, moment in moments.items() if moment is not None}
        unit.gifts.change({key: as_unknown(moment) for key, moment in orphans.items()})
        if looks_up:
            gifts = _doubt_what_a_backup_forgot(unit, gifts, now=now)
        return [
            replace(
                gift, state=RequestState.UNKNOWN, next_attempt_at=orphans.get(gift.key, gift.next_attempt_at)
            )
            for gift in gifts
            if gift.key in orphans or gift.state is RequestState.UNKNOWN
        ]

    def _claim(self, unit: Unit, job_id: str, gifts: Sequence[Gift], now: datetime) -> list[Gift]:
        """Write down the intent to send what is planned and due.

        What was released or approved after its org was disconnected is held.
        """
        due = [
            gift
            for gift in gifts
            if gift.state is RequestState.PLANNED and (gift.next_attempt_at or now) <= now
        ]
        orgs = {gift.request.org_id for gift in due}
        connected = {org_id for org_id in orgs if unit.connections.org(org_id)}
        hold(unit, [gift.key for gift in due if gift.request.org_id not in connected])
        ready = [gift for gift in due if gift.request.org_id in connected]
        lease_until = now + self.patience.lease
        unit.gifts.change(
            {
                gift.key: GiftChanges(
                    job_id=job_id,
                    state=RequestState.SENDING,
                    owner=self.worker.owner,
                    lease_until=lease_until,
                    intent_at=gift.intent_at or now,
                    attempts=gift.attempts + 1,
                )
                for gift in ready
            }
        )
        return [replace(gift, attempts=gift.attempts + 1, lease_until=lease_until) for gift in ready]


def _doubt_what_a_backup_forgot(unit: Unit, gifts: Sequence[Gift], *, now: datetime) -> list[Gift]:
    """In a restored ledger, what it plans may have been sent after the backup: that is looked up first."""
    restoration = unit.health.restoration()
    if restoration is None:
        return list(gifts)
    doubtful = {
        gift.key: replace(
            gift,
            state=RequestState.UNKNOWN,
            next_attempt_at=now,
            intent_at=min(gift.intent_at or now, restoration.backup_made_at),
        )
        for gift in gifts
        if gift.state is RequestState.PLANNED
        if (gift.next_attempt_at or now) <= now
        if gift.intent_at is None or gift.intent_at <= restoration.restored_at
    }
    unit.gifts.change(
        {
            key: GiftChanges(
                **as_unknown(now, reason="not remembered by the backup"), intent_at=gift.intent_at
            )
            for key, gift in doubtful.items()
        }
    )
    return [doubtful.get(gift.key, gift) for gift in gifts]
