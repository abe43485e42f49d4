"""Why somebody among several got no gift is theirs: handed out, erased, and forgotten after a while."""

import json

import pytest

from connector.services.privacy.forget_old_data import ForgetOldData
from connector.services.privacy.privacy import Privacy
from connector.services.storage.sending import SendBatch
from tests.connector.world import World


@pytest.fixture
def privacy(world: World) -> Privacy:
    return Privacy(world.store, world.open_org, world.clock)


OPTED_OUT, GONE = "003000000000001AAA", "003000000000002AAA"


def passed_over(world: World, *record_ids: str) -> None:
    """A form for several people, of whom these got nothing."""
    with world.store.write() as unit:
        unit.send_batches.add(
            SendBatch(
                batch_id=f"batch-{len(record_ids)}",
                org_id=world.org_id,
                user_id="005000000000001AAA",
                made_at=world.clock(),
                gift_keys=["gift-1"],
                skipped=[(record_id, "opted out of gifts") for record_id in record_ids],
            )
        )


def skipped(world: World, batch_id: str = "batch-2") -> list[str]:
    with world.store.read() as unit:
        batch = unit.send_batches.get(batch_id)
    assert batch is not None
    assert list(batch.gift_keys) == ["gift-1"]
    return [record_id for record_id, _ in batch.skipped]


def test_who_got_no_gift_among_several_finds_the_reason_in_the_export(world: World, privacy: Privacy) -> None:
    world.org.records |= {"Contact": {}, "Task": {}, "Gift__c": {}}
    passed_over(world, OPTED_OUT, GONE)

    document = json.loads(privacy.export(world.org_id, OPTED_OUT[:15], actor="cli"))
    elsewhere = privacy.find("00D000000000009EAA", OPTED_OUT)

    [told] = document["connector"]["passed_over"]
    assert (told["record_id"], told["reason"]) == (OPTED_OUT, "opted out of gifts")
    assert elsewhere.passed_over == []


def test_why_an_erased_person_got_no_gift_is_erased_as_well(world: World, privacy: Privacy) -> None:
    passed_over(world, OPTED_OUT, GONE)
    passed_over(world, OPTED_OUT)

    privacy.erase(world.org_id, OPTED_OUT, actor="cli")

    assert skipped(world) == [GONE]
    assert skipped(world, "batch-1") == []


def test_reasons_of_long_ago_are_forgotten_by_themselves(world: World) -> None:
    passed_over(world, OPTED_OUT, GONE)
    forget = ForgetOldData(world.store, world.clock, keep_days=30)
    world.clock.move(days=29)
    early = forget()
    world.clock.move(days=2)

    assert (early, forget(), forget()) == (0, 1, 0)
    assert skipped(world) == []
