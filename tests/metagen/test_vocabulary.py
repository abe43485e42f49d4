"""The life cycle that the connector derives from the vocabulary."""

import runpy
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metagen.load import load_spec
from metagen.nodes import Text
from metagen.vocabulary_module import MODULE_PATH, member_name, render_vocabulary_module

ROOT = Path(__file__).parents[2]
# Run as a script: this suite tests what is generated, not the connector.
GENERATED: dict[str, Any] = runpy.run_path(str(ROOT / MODULE_PATH), run_name="generated_vocabulary")
STAGES = list(GENERATED["GiftStage"])
events = st.lists(st.sampled_from(STAGES), max_size=12)


def end_stage(arrived: list[Any]) -> Any:
    stage = STAGES[0]
    for event in arrived:
        stage = event if event in GENERATED["TRANSITIONS"][stage] else stage
    return stage


@given(events, st.randoms())
def test_the_end_stage_does_not_depend_on_the_order_of_events(arrived: list[Any], random: Any) -> None:
    shuffled = random.sample(arrived, len(arrived))

    assert end_stage(shuffled) == end_stage(arrived)


@given(events)
def test_an_event_applied_twice_equals_once(arrived: list[Any]) -> None:
    twice = [event for event in arrived for _ in range(2)]

    assert end_stage(twice) == end_stage(arrived)
    assert end_stage(arrived + arrived) == end_stage(arrived)


def test_delivered_outranks_canceled_outranks_expired_and_nothing_leaves_delivered() -> None:
    stage = GENERATED["GiftStage"]

    assert end_stage([stage.DELIVERED, stage.CANCELED, stage.EXPIRED]) == stage.DELIVERED
    assert end_stage([stage.CANCELED, stage.EXPIRED, stage.SHIPPED]) == stage.CANCELED
    assert GENERATED["TRANSITIONS"][stage.DELIVERED] == frozenset()
    assert GENERATED["FINAL_STAGES"] == {stage.EXPIRED, stage.CANCELED, stage.DELIVERED}
    assert GENERATED["TAKEN_BACK_STAGES"] == {stage.EXPIRED, stage.CANCELED}


def test_a_stage_may_be_skipped_but_never_taken_back() -> None:
    for earlier, later in pairwise(STAGES):
        assert later in GENERATED["TRANSITIONS"][earlier]
        assert earlier not in GENERATED["TRANSITIONS"][later]


@pytest.mark.parametrize(
    ("stage", "member"),
    [
        ("SENT", "Invited"),
        ("CLAIMED", "Gift fulfilment"),
        ("SHIPPED", "In transit"),
        ("DELIVERED", "Completed"),
        ("EXPIRED", "Expired"),
        ("CANCELED", "Expired"),
    ],
)
def test_a_campaign_member_shows_where_the_gift_is(stage: str, member: str) -> None:
    effect = GENERATED["STAGE_EFFECTS"][GENERATED["GiftStage"][stage]]

    assert effect.member_status == member


def test_enums_and_description_hold_the_same_words() -> None:
    vocabulary = load_spec(ROOT / "spec").vocabulary

    assert [s.value for s in GENERATED["SendStatus"]] == list(vocabulary.send_statuses)
    assert [s.value for s in GENERATED["OrderStatus"]] == list(vocabulary.order_statuses)
    assert [s.value for s in GENERATED["MemberStatus"]] == [s.value for s in vocabulary.member_statuses]
    assert [s.value for s in GENERATED["GiftSource"]] == list(vocabulary.sources)
    assert set(GENERATED["STAGE_EFFECTS"]) == set(STAGES)
    assert GENERATED["DEFAULT_MEMBER_STATUS"] == "Pending"
    assert GENERATED["RESPONDED_MEMBER_STATUSES"] == {"Completed"}


@pytest.mark.parametrize("word", ['Say "hi"', "It's", "a \\ b", 'It\'s "x"', "Geschenkgröße"])
def test_a_word_is_the_same_in_python_whatever_it_holds(word: str) -> None:
    vocabulary = replace(load_spec(ROOT / "spec").vocabulary, sources=(Text(word),))
    module: dict[str, Any] = {"__name__": "generated_vocabulary"}

    exec(render_vocabulary_module(vocabulary, ROOT / "templates/python"), module)  # noqa: S102

    assert [source.value for source in module["GiftSource"]] == [word]


def test_a_word_becomes_a_python_name() -> None:
    assert member_name("Out For Delivery") == "OUT_FOR_DELIVERY"
    assert member_name("partially_shipped") == "PARTIALLY_SHIPPED"
