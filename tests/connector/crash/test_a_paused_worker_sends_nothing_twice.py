"""A worker is stopped just before, or just after, its request; others take over; then it goes on."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from connector.app import Container, utc_now
from connector.config import Settings
from connector.domain.connections import OrgConnection, ProviderAccount
from connector.domain.delivery import Address
from connector.domain.gift import Gift, GiftRequest, RequestState
from connector.domain.keys import gift_key
from connector.domain.money import Money
from connector.domain.recipient import Person, Recipient
from connector.domain.vocabulary import GiftSource
from connector.secret_key import make_key_file
from connector.services.checkpoints import Step
from connector.services.jobs import plan_chunks
from emulators.gifting.testing import RunningPlatform, running_platform
from tests.connector.crash.driver import run_one_chunk

ORG = "00D000000000001AAA"
ACCOUNT = "main"
PATIENCE_SECONDS = 30.0
PAUSE = timedelta(minutes=30)  # longer than any lease
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.connector.crash.driver"])


@dataclass
class Stage:
    """One planned gift at one provider, and who may send it."""

    platform: RunningPlatform
    settings: Settings
    provider: str
    gift_campaign_id: str
    survivor: Container
    job_id: str = ""
    key: str = gift_key(ORG, GiftSource.CAMPAIGN, "one")

    def pause_a_worker_at(self, step: Step) -> int:
        """Let a worker send the gift and stop itself there; its process id."""
        zombie = self.settings.model_copy(update={"worker_id": "zombie"})
        log_file = str(self.settings.data_dir / "log")
        process = _FORKS.Process(
            target=run_one_chunk,
            args=(zombie, ORG, self.job_id, step.value, PAUSE, log_file),
            daemon=True,
        )
        process.start()
        self.process = process
        assert process.pid is not None
        give_up = time.monotonic() + PATIENCE_SECONDS
        while _state_of(process.pid) != "T":
            assert process.is_alive(), Path(log_file).read_text()[-3000:]
            assert time.monotonic() < give_up, "the worker never came to that step"
            time.sleep(0.02)
        return process.pid

    def let_another_take_over(self) -> None:
        """What happens once the lease has run out. The pause has passed at the platform, too."""
        self.platform.control("clock", advance_seconds=PAUSE.total_seconds())
        self.survivor.request_gifts(ORG, self.job_id)

    def wake(self, pid: int) -> None:
        os.kill(pid, signal.SIGCONT)
        self.process.join(PATIENCE_SECONDS)
        assert self.process.exitcode == 0

    def row(self) -> Gift:
        with self.survivor.store.read() as unit:
            return unit.gifts.named([self.key])[self.key]

    def made(self) -> int:
        """How many gifts the platform made."""
        if self.provider == "andopen":
            return len(list(self.platform.platform.gifts.matching({})))
        provider = self.survivor.open_provider(ACCOUNT)
        self.platform.control("settings", brilliant_order_list=True)
        return len(list(provider.find_gifts(self.gift_campaign_id, created_since=self.row().planned_at)))


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    with running_platform() as running:
        yield running


@pytest.fixture(params=["andopen", "brilliant"])
def stage(request: pytest.FixtureRequest, platform: RunningPlatform, tmp_path: Path) -> Iterator[Stage]:
    platform.control("reset")
    settings = Settings(data_dir=tmp_path, allow_loopback=True, worker_id="survivor")
    make_key_file(settings.key_file)
    box = Container(settings, clock=lambda: utc_now() + PAUSE)
    box.sql_store.upgrade()
    made = Stage(platform, settings, request.param, _gift_campaign(platform, request.param), box)
    _plan_one_gift(made)
    yield made
    made.process.kill()
    made.process.join()
    box.close()


def _gift_campaign(platform: RunningPlatform, provider: str) -> str:
    if provider == "andopen":
        return str(platform.control("campaigns", name="Welcome")["id"])
    return str(platform.control("brilliant/products", name="Mug")["variants"][0]["id"])


def _plan_one_gift(stage: Stage) -> None:
    platform, is_andopen = stage.platform, stage.provider == "andopen"
    account = ProviderAccount(
        account_id=ACCOUNT,
        provider=stage.provider,
        base_url=platform.base_url,
        token=platform.token if is_andopen else platform.brilliant_credentials,
        webhook_secret="made-up",
    )
    request = GiftRequest(
        key=stage.key,
        org_id=ORG,
        source=GiftSource.CAMPAIGN,
        source_key="one",
        account_id=ACCOUNT,
        gift_campaign_id=stage.gift_campaign_id,
        person=Person("003000000000001AAA", ""),
        recipient=Recipient("Ada", "Byron", "ada@example.com"),
        value=Money(100, "EUR"),
        address=None if is_andopen else Address("1 Main St", "Bothell", "WA", "98021", "US"),
    )
    gift = Gift(request=request, planned_at=utc_now())
    with stage.survivor.store.write() as unit:
        unit.connections.save_org(
            OrgConnection(
                org_id=ORG,
                instance_url="https://example.my.salesforce.com",
                login_url="https://login.salesforce.com",
                consumer_key="key",
                username="integration@example.com",
            )
        )
        unit.connections.save_account(account)
        unit.gifts.add([gift])
        plan_chunks(unit, [gift])
        [job] = unit.outbox.waiting()
    stage.job_id = job.job_id


def _state_of(pid: int) -> str:
    """R, S, T (stopped), ... as the kernel calls it."""
    return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]


def _without_look_up(stage: Stage) -> None:
    wishes = {"gift_request_list": False, "brilliant_order_list": False, "brilliant_order_id_in_answer": True}
    stage.platform.control("settings", **wishes)


@pytest.mark.slow
@pytest.mark.parametrize("step", [Step.INTENT_COMMITTED, Step.ABOUT_TO_ASK, Step.PROVIDER_ANSWERED])
def test_what_can_be_looked_up_is_sent_by_one_of_the_two(stage: Stage, step: Step) -> None:
    paused = stage.pause_a_worker_at(step)
    stage.let_another_take_over()
    taken_over = stage.row().state
    stage.wake(paused)

    assert taken_over is RequestState.SENT
    assert stage.row().state is RequestState.SENT
    assert stage.made() == 1


@pytest.mark.slow
def test_without_a_look_up_the_survivor_sends_nothing_and_the_late_request_does_not_leave(
    stage: Stage,
) -> None:
    _without_look_up(stage)

    paused = stage.pause_a_worker_at(Step.ABOUT_TO_ASK)
    stage.let_another_take_over()
    stage.wake(paused)
    stage.survivor.request_gifts(ORG, stage.job_id)
    waiting = stage.row()

    assert (waiting.state, waiting.next_attempt_at) == (RequestState.UNKNOWN, None)
    assert stage.made() == 0
    stage.survivor.settle_by_hand.was_not_sent(waiting.key)
    stage.survivor.request_gifts(ORG, stage.row().job_id)
    assert stage.made() == 1


@pytest.mark.slow
def test_without_a_look_up_an_answer_that_comes_late_settles_the_row(stage: Stage) -> None:
    _without_look_up(stage)

    paused = stage.pause_a_worker_at(Step.PROVIDER_ANSWERED)
    stage.let_another_take_over()
    taken_over = stage.row().state
    stage.wake(paused)

    assert taken_over is RequestState.UNKNOWN
    assert stage.row().state is RequestState.SENT
    assert stage.made() == 1
