"""Two workers on one PostgreSQL database: neither spends what the other has, and neither stops the other."""

from collections.abc import Iterator
from threading import Barrier, Thread

import pytest

from connector.adapters.store.store import SqlStore
from connector.domain.budget import GiftBudget
from connector.domain.money import Money
from connector.services.gift_sync.plan_sync import PlanSync
from tests.connector.ciphers import new_cipher
from tests.connector.postgres import drop_database, new_database
from tests.connector.scale.crowded_org import CrowdedOrg
from tests.connector.world import World

MEMBERS, AFFORDABLE = 1_000, 700


@pytest.fixture
def address() -> Iterator[str]:
    made = new_database()
    yield made
    drop_database(made)


def test_two_workers_that_plan_at_once_spend_the_budget_and_no_more(address: str) -> None:
    cipher = new_cipher()
    stores = [SqlStore(address, cipher) for _ in range(2)]
    world = World(stores[0], org=CrowdedOrg(MEMBERS))
    links = [
        world.link(world.campaign(name=name), f"campaign-{number}") for number, name in ((1, "A"), (2, "B"))
    ]
    limit = Money(AFFORDABLE * 2_500, "EUR")
    with world.store.write() as unit:
        unit.gift_budgets.save(GiftBudget(org_id=world.org_id, limit=limit))
    both_ready = Barrier(2)
    planned: list[int] = []

    def plan(store: SqlStore, link_id: str) -> None:
        both_ready.wait()
        planning = PlanSync(store, world.open_org, world.clock, world.checkpoint)
        planned.append(planning(link_id).run.planned)

    workers = [
        Thread(target=plan, args=(store, link.link_id)) for store, link in zip(stores, links, strict=True)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with world.store.read() as unit:
        in_ledger = sum(unit.gifts.counts().values())
    for store in stores:
        store.close()

    assert sum(planned) == in_ledger == AFFORDABLE
    assert len(planned) == 2
