from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import func, select, text

from connector.adapters.store import copying
from connector.adapters.store.copying import copy_store
from connector.adapters.store.models.ledger import Base
from connector.adapters.store.store import SqlStore
from connector.domain.gift import RequestState
from connector.errors import ConfigurationError, OutcomeUnknown, TemporaryError
from connector.ports import ProviderStatus
from tests.connector.postgres import drop_database, empty_database
from tests.connector.world import ACCOUNT, World

CIPHER = MultiFernet([Fernet(Fernet.generate_key())])


@pytest.fixture
def target() -> Iterator[SqlStore]:
    address = empty_database()
    made = SqlStore(address, CIPHER)
    yield made
    made.close()
    drop_database(address)


@pytest.fixture
def source(tmp_path: Path) -> Iterator[SqlStore]:
    made = SqlStore(f"sqlite:///{tmp_path / 'ledger.sqlite'}", CIPHER)
    made.upgrade()
    yield made
    made.close()


@pytest.fixture
def busy(source: SqlStore) -> World:
    """In the middle of everything: gifts sent, planned, claimed, one of unknown outcome, one cut off."""
    world = World(source)
    campaign = world.campaign(contacts=3, leads=2)
    world.provider.failures.append(OutcomeUnknown("no answer"))
    world.sync(campaign)
    first = next(iter(world.provider.gifts))
    world.provider.move(first, ProviderStatus.REDEEMED, tracking_number="Nº 1 “x”")
    world.deliver(first, event_id="e1")
    world.contact_member(campaign, Email="new@example.com", LastName="Å'str\x1föm")
    world.clock.move(hours=1)
    world.plan_sync(world.link(campaign).link_id)
    return world


def on(world: World, store: SqlStore) -> World:
    """The same world after the move: only the store is another."""
    moved = replace(world, store=store)
    moved.provider, moved.worker = world.provider, world.worker
    moved.restart()
    return moved


def test_every_row_arrives_and_nothing_is_shown_of_secrets(busy: World, target: SqlStore) -> None:
    copied = {table.name: table for table in copy_store(busy.store, target, dry_run=False)}

    for name, table in copied.items():
        with busy.store.engine.connect() as old, target.engine.connect() as new:
            counts = [
                c.scalar(select(func.count()).select_from(Base.metadata.tables[name])) for c in (old, new)
            ]
        assert counts == [table.rows, table.rows], name
    assert copied["gift"].rows == 6
    with target.read() as unit, busy.store.read() as before:
        assert unit.connections.accounts() == before.connections.accounts()
    with target.engine.connect() as connection:
        stored = connection.scalar(text("SELECT token FROM provider_account"))
    assert stored not in {None, "token"}


def test_a_sync_goes_on_to_the_end_on_the_copied_store(busy: World, target: SqlStore) -> None:
    copy_store(busy.store, target, dry_run=False)
    moved = on(busy, target)

    moved.clock.move(hours=1)
    moved.sweep()
    moved.run_jobs()
    moved.apply_events()
    moved.deliver(next(iter(moved.provider.gifts)), event_id="e2")
    moved.apply_events()
    moved.write_back(moved.org_id, "last")

    assert {gift.state for gift in moved.gifts()} == {RequestState.SENT}
    assert len(moved.provider.gifts) == 6
    assert {row["External_Id__c"] for row in moved.org.records["Gift__c"].values()} == {
        gift.key for gift in moved.gifts()
    }


def test_numbers_go_on_behind_the_last_one_copied(busy: World, target: SqlStore) -> None:
    copy_store(busy.store, target, dry_run=False)
    moved = on(busy, target)

    for number in range(3):
        moved.deliver(next(iter(moved.provider.gifts)), event_id=f"after-{number}")

    with target.read() as unit:
        ids = [message.message_id for message in unit.inbox.listed(outcome=None, limit=10)]
    assert ids == [4, 3, 2, 1]


def test_a_dry_run_counts_and_makes_not_even_a_table(busy: World, target: SqlStore) -> None:
    counted = {table.name: table.rows for table in copy_store(busy.store, target, dry_run=True)}

    assert counted["gift"] == 6
    with target.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 0


def test_a_target_with_rows_is_refused_and_left_alone(busy: World, target: SqlStore) -> None:
    copy_store(busy.store, target, dry_run=False)

    with pytest.raises(ConfigurationError) as refused:
        copy_store(busy.store, target, dry_run=False)

    assert refused.value.code == "copy_target_not_empty"
    assert "gift" in str(refused.value)


def test_a_copy_that_is_cut_off_leaves_nothing_and_is_started_again(busy: World, target: SqlStore) -> None:
    def cut_off(table: str, done: int, total: int) -> None:
        del done, total
        if table == "gift":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_store(busy.store, target, dry_run=False, progress=cut_off)
    with target.read() as unit:
        assert unit.connections.orgs() == []

    copy_store(busy.store, target, dry_run=False)
    with target.read() as unit:
        assert len(unit.connections.orgs()) == 1


def test_a_row_that_arrives_changed_undoes_everything(
    busy: World, target: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = copying._insert

    def spoil(table: object, rows: list[dict[str, object]], writing: object) -> None:
        spoilt = [{**row, "email": "x"} if "email" in row else row for row in rows]
        insert(table, spoilt, writing)  # type: ignore[arg-type]

    monkeypatch.setattr(copying, "_insert", spoil)
    with pytest.raises(TemporaryError) as refused:
        copy_store(busy.store, target, dry_run=False)

    assert refused.value.code == "copy_differs"
    with target.read() as unit:
        assert unit.connections.orgs() == []


def test_a_text_that_is_too_long_for_postgresql_is_named_by_its_table_only(
    busy: World, target: SqlStore
) -> None:
    with busy.store.engine.begin() as connection:
        connection.execute(text("UPDATE campaign_link SET gift_campaign_id = :long"), {"long": "secret" * 50})

    with pytest.raises(ConfigurationError) as refused:
        copy_store(busy.store, target, dry_run=False)

    assert refused.value.code == "copy_row_refused"
    assert "campaign_link" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_another_key_than_the_one_of_the_secrets_is_refused(busy: World, target: SqlStore) -> None:
    foreign = SqlStore(
        target.engine.url.render_as_string(hide_password=False), MultiFernet([Fernet(Fernet.generate_key())])
    )

    with pytest.raises(ConfigurationError) as refused:
        copy_store(busy.store, foreign, dry_run=False)
    foreign.close()

    assert refused.value.code == "wrong_key"
    with target.read() as unit:
        assert unit.connections.orgs() == []


def test_nobody_writes_to_the_source_meanwhile(source: SqlStore, target: SqlStore, tmp_path: Path) -> None:
    World(source)
    other = SqlStore(f"sqlite:///{tmp_path / 'ledger.sqlite'}?timeout=0.1", CIPHER)
    refused: list[str] = []

    def try_to_write(table: str, done: int, total: int) -> None:
        del table, done, total
        with other.engine.connect() as connection:
            connection.execute(text("PRAGMA busy_timeout=50"))
            try:
                connection.execute(text("DELETE FROM provider_account"))
            except Exception as error:  # noqa: BLE001 - whichever the driver raises
                refused.append(type(error).__name__)

    copy_store(source, target, dry_run=False, progress=try_to_write)
    other.close()

    assert refused
    with target.read() as unit:
        assert [account.account_id for account in unit.connections.accounts()] == [ACCOUNT]


def test_heartbeats_and_leases_stay_behind(busy: World, target: SqlStore) -> None:
    with busy.store.write() as unit:
        unit.health.beat("w1", now=busy.clock() - timedelta(days=1))

    copy_store(busy.store, target, dry_run=False)

    with target.read() as unit:
        assert unit.health.last_beat() is None
