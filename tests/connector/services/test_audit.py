from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from connector.adapters.store.store import SqlStore
from connector.services.audit import VerifyAudit, record

ORG, OTHER = "00D000000000001EAA", "00D000000000002EAA"
AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


def change(store: SqlStore, org_id: str, subject: str) -> None:
    with store.write() as unit:
        record(
            unit,
            AT,
            org_id=org_id,
            actor="ada@example.com",
            action="link.change",
            subject=subject,
            details={"b": 1, "a": "é"},
        )


def test_the_log_of_each_org_is_a_chain_of_its_own(store: SqlStore) -> None:
    for subject in ("one", "two", "three"):
        change(store, ORG, subject)
    change(store, OTHER, "theirs")

    verified = VerifyAudit(store)

    assert verified.orgs() == [ORG, OTHER]
    assert (verified(ORG).entries, verified(ORG).broken_at) == (3, None)
    assert (verified(OTHER).entries, verified(OTHER).broken_at) == (1, None)


def test_an_entry_changed_in_the_database_is_found(store: SqlStore) -> None:
    for subject in ("one", "two", "three"):
        change(store, ORG, subject)

    with store.engine.begin() as connection:
        connection.execute(text("UPDATE audit_entry SET actor = 'mallory' WHERE subject = 'two'"))

    assert VerifyAudit(store)(ORG).broken_at == 2


def test_who_writes_at_the_same_time_is_put_in_line(store: SqlStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: change(store, ORG, str(number)), range(24)))

    assert VerifyAudit(store)(ORG).entries == 24


def test_a_change_that_fails_leaves_no_entry(store: SqlStore) -> None:
    def fail() -> None:
        with store.write() as unit:
            record(unit, AT, org_id=ORG, actor="cli", action="link.change")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert VerifyAudit(store).orgs() == []


def test_pages_of_the_log_are_listed_newest_first_and_searched(store: SqlStore) -> None:
    for number in range(5):
        change(store, ORG, f"link-{number}")

    with store.read() as unit:
        first = unit.audit.listed(ORG, before=None, limit=2)
        second = unit.audit.listed(ORG, before=first[-1].number, limit=2)
        found = unit.audit.listed(ORG, before=None, limit=9, words="LINK-3")
        wild = unit.audit.listed(ORG, before=None, limit=9, words="%")

    assert [entry.subject for entry in first + second] == ["link-4", "link-3", "link-2", "link-1"]
    assert [entry.subject for entry in found] == ["link-3"]
    assert wild == []
