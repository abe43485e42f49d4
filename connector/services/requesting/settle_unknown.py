"""Find out what became of requests that got no answer, without ever asking for the same gift twice.

A provider that echoes our key is asked by key. Otherwise rows and gifts are matched by gift campaign and
recipient, as multisets: rows that ask for the same gift for the same person are interchangeable to the
provider, so as many of them are bound as there are unbound gifts, and the rest never arrived.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from connector.domain.gift import ACCOUNT_GONE, Gift, RequestState
from connector.domain.recipient import Recipient
from connector.errors import ConnectorError, LookUpUnsupported
from connector.ports import Clock, ProviderGift
from connector.services.checkpoints import Checkpoint, Step
from connector.services.gifts.hearing import bind_all, earliest_creation
from connector.services.storage.gifts import GiftChanges
from connector.services.storage.store import Store
from connector.services.worker import OpenProvider

log = structlog.get_logger(__name__)

_ASK_AGAIN_AFTER = timedelta(seconds=60)
# Of an account that is not there nobody can be asked; an administrator may add it again.
_LOOK_FOR_ACCOUNT_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class SettleUnknown:
    """Settles rows in state UNKNOWN: SENT where the gift exists, PLANNED where it does not."""

    store: Store
    open_provider: OpenProvider
    clock: Clock
    checkpoint: Checkpoint

    def __call__(self, gifts: Sequence[Gift]) -> None:
        """gifts: rows whose time has come. Raises nothing; what cannot be settled now is put off."""
        groups: dict[tuple[str, str], list[Gift]] = defaultdict(list)
        for gift in gifts:
            groups[gift.request.account_id, gift.request.gift_campaign_id].append(gift)
        for (account_id, gift_campaign_id), rows in groups.items():
            try:
                found = self._look_up(account_id, gift_campaign_id, rows)
            except LookUpUnsupported:
                self._set_aside(rows)
            except ConnectorError as error:
                self._put_off(rows, error)
            else:
                self.checkpoint(Step.UNKNOWN_LOOKED_UP)
                self._settle(account_id, gift_campaign_id, rows, found)
                self.checkpoint(Step.UNKNOWN_SETTLED)

    def _look_up(self, account_id: str, gift_campaign_id: str, rows: Sequence[Gift]) -> list[ProviderGift]:
        since = min(map(earliest_creation, rows))
        return list(self.open_provider(account_id).find_gifts(gift_campaign_id, created_since=since))

    def _settle(
        self, account_id: str, gift_campaign_id: str, rows: Sequence[Gift], found: Sequence[ProviderGift]
    ) -> None:
        now = self.clock()
        with self.store.write() as unit:
            bound = unit.gifts.bound_to(account_id, [gift.provider_gift_id for gift in found])
            recipients = [row.request.recipient for row in rows]
            rivals = unit.gifts.awaiting_answer(account_id, gift_campaign_id, recipients)
            busy = {row.request.recipient.match_key for row in rivals if row.state is RequestState.SENDING}
            still_unknown = {row.key for row in rivals if row.state is RequestState.UNKNOWN}
            mine = [row for row in rows if row.key in still_unknown]
            pairs = match(mine, [gift for gift in found if gift.provider_gift_id not in bound])
            free = [row for row in mine if row.request.recipient.match_key not in busy]
            conflicts = bind_all(unit, {row.key: pairs[row.key] for row in free if row.key in pairs}, now=now)
            unit.gifts.change(_after_look_up(mine, free, pairs, now=now))
        log.info(
            "unknown_settled",
            rows=len(mine),
            found=len(pairs),
            busy=len(mine) - len(free),
            conflicts=conflicts,
        )

    def _set_aside(self, rows: Iterable[Gift]) -> None:
        """Without a look-up only a webhook or a person can tell."""
        self._note(rows, GiftChanges(next_attempt_at=None, last_error="outcome unknown, no look-up"))

    def _put_off(self, rows: Iterable[Gift], error: ConnectorError) -> None:
        pause = _LOOK_FOR_ACCOUNT_AFTER if error.code == ACCOUNT_GONE else _ASK_AGAIN_AFTER
        later = self.clock() + pause
        self._note(rows, GiftChanges(next_attempt_at=later, last_error=str(error)))

    def _note(self, rows: Iterable[Gift], changes: GiftChanges) -> None:
        """A webhook, or a person, may have settled some of them meanwhile."""
        with self.store.write() as unit:
            current = unit.gifts.named([row.key for row in rows]).values()
            unit.gifts.change({row.key: changes for row in current if row.state is RequestState.UNKNOWN})


def match(rows: Sequence[Gift], unbound: Sequence[ProviderGift]) -> dict[str, ProviderGift]:
    """Key of each row that was carried out, to its gift. Never gives one gift to two rows.

    A row is given the oldest gift that can be its own, which leaves most to the others.
    """
    by_key = {gift.dedupe_key: gift for gift in unbound if gift.dedupe_key}
    pairs = {row.key: by_key[row.key] for row in rows if row.key in by_key}
    spare: dict[tuple[str, str, str], list[ProviderGift]] = defaultdict(list)
    for gift in sorted(unbound, key=lambda gift: gift.created_at):
        if not gift.dedupe_key:
            spare[_person(gift)].append(gift)
    for row in rows:
        if row.key in pairs:
            continue
        candidates = spare[row.request.recipient.match_key]
        mine = next((gift for gift in candidates if gift.created_at >= earliest_creation(row)), None)
        if mine is not None:
            candidates.remove(mine)
            pairs[row.key] = mine
    return pairs


def _person(gift: ProviderGift) -> tuple[str, str, str]:
    return Recipient(gift.recipient.first_name, gift.recipient.last_name, gift.recipient.email).match_key


def _after_look_up(
    mine: Sequence[Gift], free: Sequence[Gift], pairs: dict[str, ProviderGift], *, now: datetime
) -> dict[str, GiftChanges]:
    """What was not found is planned again; whose twin is being sent right now waits for its answer."""
    free_keys = {row.key for row in free}
    changes: dict[str, GiftChanges] = {}
    for row in mine:
        if row.key not in free_keys:
            changes[row.key] = GiftChanges(next_attempt_at=now + _ASK_AGAIN_AFTER)
        elif row.key not in pairs:
            changes[row.key] = GiftChanges(state=RequestState.PLANNED, next_attempt_at=now, owner="")
    return changes
