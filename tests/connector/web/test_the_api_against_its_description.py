"""The API keeps to its own description whatever it is asked: requests made up from spec/openapi.json."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import positive_data_acceptance

from connector.web.application import create_app
from tests.connector.web.world_behind import WorldBehindTheWeb
from tests.connector.world import World, new_store

ROOT = Path(__file__).parents[3]
DOCUMENT = json.loads((ROOT / "spec/openapi.json").read_text())
OPERATIONS = sorted(
    operation["operationId"] for path in DOCUMENT["paths"].values() for operation in path.values()
)
ASKS_WITH_A_BODY = {"requestGift", "previewGift"}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorldBehindTheWeb]:
    world = World(new_store(tmp_path_factory.mktemp("api")))
    yield WorldBehindTheWeb(world)
    world.store.close()


def about(world: World) -> dict[str, Any]:
    """The description, with Ids that are there among those to choose from, and no fields beside its own.

    That unknown fields are refused is left out of the committed one, since External Services cannot read it.
    """
    link = world.link(world.campaign(contacts=1))
    (member_id,) = world.org.records["CampaignMember"]
    (contact_id,) = world.org.records["Contact"]
    document: dict[str, Any] = deepcopy(DOCUMENT)
    asked = document["components"]["schemas"]["GiftRequest"]
    asked["additionalProperties"] = False
    there = {
        "orgId": [world.org_id],
        "recordId": [contact_id, "003000000000999AAA", ""],
        "campaignId": [link.campaign_id, "701000000000999AAA", ""],
        "campaignMemberId": [member_id, ""],
        "giftCampaignId": ["campaign-1", "nothing", ""],
        "giftValue": ["25.00", "much", "0", ""],
        "giftCurrency": ["EUR", "EURO", ""],
        "senderId": ["005000000000001AAA", ""],
    }
    for name, values in there.items():
        asked["properties"][name] = {"type": "string", "enum": values}
    return document


@pytest.fixture(scope="module")
def operations(behind: WorldBehindTheWeb) -> dict[str, APIOperation]:
    """The committed description over an org with a key, a Contact and a mapped Campaign with a member."""
    schema = schemathesis.openapi.from_dict(about(behind.world))
    schema.app = create_app(behind)
    found = [result.ok() for result in schema.get_all_operations()]
    return {operation.definition.raw["operationId"]: operation for operation in found}


@pytest.fixture(scope="module")
def key(behind: WorldBehindTheWeb) -> str:
    text, _ = behind.world.api_access.create(behind.world.org_id, "made-up requests")
    return text


@pytest.mark.parametrize("operation_id", OPERATIONS)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_request_is_answered_as_the_description_does_not_say(
    operations: dict[str, APIOperation],
    behind: WorldBehindTheWeb,
    key: str,
    operation_id: str,
    mode: GenerationMode,
) -> None:
    """Positive: what the description allows. Negative: what it does not."""
    cases = operations[operation_id].as_strategy(generation_mode=mode)

    @settings(
        max_examples=20,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def ask(case: schemathesis.Case) -> None:
        behind.world.clock.move(seconds=1)
        # Well-formed requests may be refused: somebody opted out, a Campaign is not mapped.
        case.call_and_validate(
            headers={"Authorization": f"Bearer {key}"}, excluded_checks=[positive_data_acceptance]
        )

    try:
        ask()
    except Unsatisfiable:
        # An operation that takes nothing but a word cannot be asked in a wrong way.
        assert (mode, operation_id in ASKS_WITH_A_BODY) == (GenerationMode.NEGATIVE, False)
