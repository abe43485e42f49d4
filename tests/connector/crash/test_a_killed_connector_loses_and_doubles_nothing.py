from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.services.checkpoints import Step
from emulators.gifting.testing import RunningPlatform
from tests.connector.crash.stand import MEMBERS, OrgSide, Stand, both_ends, new_stand

# These moments exist only in a life after an earlier crash.
AFTER_A_CRASH = {Step.UNKNOWN_LOOKED_UP, Step.UNKNOWN_SETTLED}


@pytest.fixture(scope="module")
def ends() -> Iterator[tuple[OrgSide, RunningPlatform]]:
    with both_ends() as ends:
        yield ends


@pytest.fixture
def stand(ends: tuple[OrgSide, RunningPlatform], tmp_path: Path) -> Iterator[Stand]:
    made = new_stand(*ends, tmp_path)
    yield made
    made.kill()


@pytest.mark.slow
@pytest.mark.parametrize("step", list(Step))
def test_killed_between_two_effects_every_gift_is_sent_and_told_once(stand: Stand, step: Step) -> None:
    if step in AFTER_A_CRASH:
        stand.platform.control("webhooks/pause")  # or a webhook settles what is to be looked up
        stand.start(Step.PROVIDER_ANSWERED.value, times=3)
        stand.run_until_killed()
    stand.start(step.value)
    stand.run_until_killed()

    stand.platform.control("webhooks/resume")
    stand.start()
    stand.run_until_home()

    assert len(stand.created()) == len(set(stand.created())) == MEMBERS
    assert sorted(stand.tasks().values()) == [1] * 3 * MEMBERS
    assert stand.lifetime_costs() == [25.0] * MEMBERS
