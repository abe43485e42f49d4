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

from connector.adapters.store.models import GiftRow
from connector.adapters.store.terms_models import AccountCircuitRow
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


@dataclass(frozen=True)
class Weather:
    """members in the campaign, kills to be dealt, and how long all of it may take."""

    members: int
    kills: int
    workers: int
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
        began = time.monotonic()
        give_up = began + self.weather.patience_seconds
        pace = self.weather.patience_seconds / 4 / max(1, self.weather.kills)
        next_kill, next_trouble, next_sync, next_step, calm = began + 1.0, began, began, began, False
        while True:
            now = time.monotonic()
            self.gang.look_after()
            if now >= next_sync:
                self._sync_again()
                next_sync = now + 5.0
            if now >= next_step:
                self._push_on(calm=calm)
                next_step = now + 0.5
            raging = self.gang.kills < self.weather.kills
            if raging and now >= next_kill:
                self.gang.kill_one()
                next_kill = now + self.random.uniform(0.3, 1.7) * min(pace, 12.0)
            if raging and now >= next_trouble:
                self.trouble.happen()
                next_trouble = now + self.random.uniform(0.05, 0.8)
            if not raging and not calm:
                calm = True
                self.trouble.end()
            left = self._open_ends() if calm else "storm"
            if calm and not left:
                return
            assert now < give_up, (
                f"seed {self.weather.seed}, {dict(self.trouble.seen)}: not home in time: {left}\n"
                f"{Path(self.stand.log_file).read_text()[-6000:]}"
            )
            time.sleep(0.1)

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
