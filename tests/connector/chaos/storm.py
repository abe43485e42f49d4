"""One storm: a campaign is synced, sent and delivered while processes die and everything else fails."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

import requests
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from connector.adapters.store.models.ledger import GiftRow
from connector.adapters.store.models.terms import AccountCircuitRow
from connector.app import Container
from connector.errors import ConnectorError
from connector.services.jobs import Job
from tests.connector.chaos.audit import disagreements, open_ends
from tests.connector.chaos.gang import Gang
from tests.connector.chaos.trouble import Trouble
from tests.connector.crash.stand import Stand

log = logging.getLogger(__name__)

# What recipients and carriers do, and the gifts that it may be done with.
_STEPS = {
    "claim": ["submitted"],
    "ship": ["redeemed"],
    "deliver": ["dispatched"],
    "complete": ["submitted", "redeemed", "dispatched"],
}
_AT_ONCE = 200
_TELL_SECONDS = 15.0
# What is looked at is read one after the other, and may be on its way from one to the next.
_QUIET_LOOKS = 2


@dataclass
class _Now:
    """Comes again and again: every so many seconds, or by chance that often on average."""

    at: float
    every_seconds: float
    random: Random | None = None

    def has_come(self) -> bool:
        now = time.monotonic()
        if now < self.at:
            return False
        self.at = now + self.every_seconds * (self.random.uniform(0.1, 1.9) if self.random else 1.0)
        return True


@dataclass(frozen=True)
class Weather:
    """members in the campaign, kills to be dealt in storm_seconds, and how long all of it may take.

    trouble_seconds: from one trouble to the next, on average.
    """

    members: int
    kills: int
    workers: int
    storm_seconds: float
    trouble_seconds: float
    patience_seconds: float
    seed: int


@dataclass
class Storm:
    """Runs until everything is home, then tells what does not agree."""

    stand: Stand
    weather: Weather
    restart_database: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        random = Random(self.weather.seed)  # noqa: S311 - a storm keeps no secret
        self.random = random
        self.gang = Gang(self.stand.settings, self.weather.workers, self.stand.log_file, random)
        self.trouble = Trouble(self.stand, self.gang, random, self.restart_database)
        self.box = Container(self.stand.settings.model_copy(update={"worker_id": "onlooker"}))

    def rage(self) -> list[str]:
        """Every difference between platform, connector and org at the end."""
        self.gang.start()
        try:
            self._until_home()
            codes = self.gang.stop()
            assert set(codes) <= {0, None}, f"not everybody left in order: {codes}"
            return disagreements(self.stand, self.box, self.weather.members)
        finally:
            self.gang.kill_all()
            self.box.engine.stop()
            self.box.close()

    def _until_home(self) -> None:
        weather, began = self.weather, time.monotonic()
        kill = _Now(began + 1.0, weather.storm_seconds / max(1, weather.kills), self.random)
        trouble = _Now(began, weather.trouble_seconds, self.random)
        sync, step, look = (_Now(began, seconds) for seconds in (5.0, 0.5, 1.0))
        tell = _Now(began + _TELL_SECONDS, _TELL_SECONDS)
        calm, left, quiet_looks = False, "the storm", 0
        while quiet_looks < _QUIET_LOOKS:
            self.gang.look_after()
            if sync.has_come():
                self._sync_again()
            if step.has_come():
                self._push_on(calm=calm)
            raging = self.gang.kills < weather.kills
            if raging and kill.has_come():
                self.gang.kill_one()
            if raging and trouble.has_come():
                self.trouble.happen()
            if not raging and not calm:
                calm = True
                self.trouble.end()
            if calm and look.has_come():
                left = self._open_ends()
                quiet_looks = 0 if left else quiet_looks + 1
            seconds = time.monotonic() - began
            if tell.has_come():
                self._tell(seconds, self._open_ends())
            assert seconds < weather.patience_seconds, (
                f"seed {weather.seed}, {dict(self.trouble.seen)}: not home in time: {left}\n"
                f"{Path(self.stand.log_file).read_text()[-6000:]}"
            )
            time.sleep(0.1)

    def _tell(self, seconds: float, left: str) -> None:
        """A line for whoever waits; shown with pytest's -s."""
        kills = f"{self.gang.kills} of {self.weather.kills} kills"
        print(f"{seconds:6.0f} s  {kills}, {self.trouble.seen.total()} troubles; {left}", flush=True)  # noqa: T201

    def _sync_again(self) -> None:
        """What a scheduler would do: start the sync, as a job, until every member has been planned."""
        try:
            self.box.engine.connect()
            with self.box.store.read() as unit:
                [link] = unit.links.all()
                if sum(unit.gifts.counts().values()) >= self.weather.members:
                    self._let_a_quarter_of_an_hour_pass()
                    return
            self.box.engine.start(Job.PLAN_SYNC, f"{Job.PLAN_SYNC}:{uuid4()}", link.org_id, link.link_id)
        except (ConnectorError, DBAPIError) as error:
            log.info("the database is away: %s", type(error).__name__)

    def _let_a_quarter_of_an_hour_pass(self) -> None:
        """For whatever waits long: for an administrator, the org's quota, or a platform that failed often."""
        now = datetime.now(UTC)
        with self.box.sql_store.engine.begin() as connection:
            for column in (GiftRow.next_write_at, GiftRow.next_attempt_at, AccountCircuitRow.closed_until):
                waits_long = update(column.class_).where(column > now + timedelta(seconds=10))
                connection.execute(waits_long.values({column.key: now}))

    def _push_on(self, *, calm: bool) -> None:
        """Recipients and carriers do their part, some gifts at a time; in the end, all that is left of it."""
        step = "complete" if calm else self.random.choice(sorted(_STEPS))
        limit = _AT_ONCE if calm else self.random.randint(1, _AT_ONCE)
        wishes = {"campaign_id": self.stand.gift_campaign_id, "status": _STEPS[step], "limit": limit}
        try:
            self.stand.platform.control(f"gifts/{step}", **wishes)
        except requests.RequestException as error:
            log.info("the platform did not answer: %s", type(error).__name__)

    def _open_ends(self) -> str:
        try:
            return open_ends(self.stand, self.box, self.weather.members)
        except DBAPIError as error:
            return f"the database is away: {type(error).__name__}"
