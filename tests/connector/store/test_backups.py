"""A restored backup loses nothing of what it held, and nothing is sent twice because of what it lacks."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from connector.adapters.store.backup import back_up, mark_restored, restore
from connector.adapters.store.models.ledger import Base
from connector.adapters.store.store import SqlStore
from connector.domain.connections import ProviderAccount
from connector.domain.gift import RequestState
from connector.errors import ConfigurationError
from connector.services.storage.hearing import TimelineState
from tests.connector.ciphers import new_cipher
from tests.connector.world import World, new_store

CIPHER = new_cipher()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """With a cipher that the tests have as well."""
    address = new_store(tmp_path).engine.url
    made = World(SqlStore(str(address), CIPHER))
    yield made
    made.store.close()


def file_of(store: SqlStore) -> Path:
    return Path(store.engine.url.database or "")


def everything(store: SqlStore) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, secrets as text; without what the restoration itself writes."""
    with store.engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name != "restoration"
        }


def put_back(world: World, backup: Path) -> None:
    """As `connector db restore` does, while nobody works."""
    made_at = world.clock() - timedelta(hours=1)
    world.store.close()
    restore(backup, file_of(world.store), CIPHER, made_at=made_at, clock=world.clock)


def test_a_restored_backup_is_what_was_backed_up_row_by_row(world: World, tmp_path: Path) -> None:
    world.sync(world.campaign(contacts=3, leads=2))
    before = everything(world.store)
    back_up(file_of(world.store), tmp_path / "backup")
    world.sync(world.campaign(contacts=4))

    put_back(world, tmp_path / "backup")

    after = everything(world.store)
    timeline = after.pop("timeline_entry"), before.pop("timeline_entry")
    assert after == before
    assert len(timeline[0]) == len(timeline[1])
    assert list(tmp_path.glob("*.replaced-*"))


def test_gifts_that_were_sent_after_the_backup_are_found_and_not_sent_again(
    world: World, tmp_path: Path
) -> None:
    campaign = world.campaign(contacts=3)
    back_up_before_sending(world, campaign, tmp_path / "backup")
    sent = len(world.provider.orders)
    world.clock.move(hours=1)

    put_back(world, tmp_path / "backup")
    world.sync(campaign)
    world.run_jobs()

    assert sent == 3
    assert len(world.provider.orders) == 3
    assert [gift.state for gift in world.gifts()] == [RequestState.SENT] * 3


def back_up_before_sending(world: World, campaign: str, to: Path) -> None:
    """The backup is older than every gift of the campaign."""
    world.link(campaign)
    back_up(file_of(world.store), to)
    world.sync(campaign)


def test_gifts_that_the_backup_had_planned_and_nobody_sent_are_sent(world: World, tmp_path: Path) -> None:
    campaign = world.campaign(contacts=2)
    back_up_before_sending(world, campaign, tmp_path / "backup")
    world.provider.gifts.clear()
    world.provider.orders.clear()

    put_back(world, tmp_path / "backup")
    world.sync(campaign)
    world.run_jobs()

    assert len(world.provider.orders) == 2
    assert [gift.state for gift in world.gifts()] == [RequestState.SENT] * 2


def test_without_a_look_up_what_may_have_been_sent_waits_for_a_person(world: World, tmp_path: Path) -> None:
    campaign = world.campaign(contacts=1)
    back_up_before_sending(world, campaign, tmp_path / "backup")
    world.provider.lists_gifts = False

    put_back(world, tmp_path / "backup")
    world.sync(campaign)
    world.run_jobs()

    assert len(world.provider.orders) == 1
    [gift] = world.gifts()
    assert (gift.state, gift.next_attempt_at) == (RequestState.UNKNOWN, None)


def test_timeline_entries_are_looked_for_before_they_are_written_again(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    [gift] = world.gifts()

    mark_restored(world.store, made_at=world.clock(), now=world.clock())

    with world.store.read() as unit:
        states = {entry.state for entry in unit.timeline.open_of([gift.key])}
    assert TimelineState.PLANNED not in states


def test_a_damaged_backup_and_a_foreign_one_change_nothing(world: World, tmp_path: Path) -> None:
    with world.store.write() as unit:
        unit.connections.save_account(
            ProviderAccount(
                account_id="x", provider="andopen", base_url="us", token="t0ken", webhook_secret="hush"
            )
        )
    back_up(file_of(world.store), tmp_path / "whole")
    (tmp_path / "damaged").write_bytes((tmp_path / "whole").read_bytes()[:9_000])
    (tmp_path / "no-database").write_bytes(b"what is this")
    before = everything(world.store)
    database = file_of(world.store)

    for name, cipher in (
        ("damaged", CIPHER),
        ("no-database", CIPHER),
        ("whole", Fernet(Fernet.generate_key())),
    ):
        with pytest.raises(ConfigurationError):
            restore(tmp_path / name, database, cipher, made_at=world.clock(), clock=world.clock)

    assert everything(world.store) == before
    assert not list(tmp_path.glob("*.replaced-*"))


def test_a_backup_overwrites_nothing(world: World, tmp_path: Path) -> None:
    (tmp_path / "backup").touch()

    with pytest.raises(ConfigurationError):
        back_up(file_of(world.store), tmp_path / "backup")
