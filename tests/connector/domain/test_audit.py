from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from connector.domain.audit import FIRST_SEAL, AuditEntry, verify

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def log(length: int) -> list[AuditEntry]:
    entries, seal = [], FIRST_SEAL
    for number in range(1, length + 1):
        entry = AuditEntry(
            number=number,
            org_id="00D000000000001EAA",
            at=START + timedelta(seconds=number),
            actor="ada@example.com",
            action="link.change",
            subject=f"link-{number}",
            details={"value": number},
        )
        seal = entry.sealed_after(seal)
        entries.append(replace(entry, seal=seal))
    return entries


def test_an_untouched_log_is_sound_and_tells_its_last_seal() -> None:
    entries = log(5)

    verdict = verify(entries)

    assert (verdict.entries, verdict.last_seal, verdict.broken_at) == (5, entries[-1].seal, None)


@given(
    length=st.integers(2, 12),
    data=st.data(),
)
def test_whatever_is_changed_is_found_at_its_place(length: int, data: st.DataObject) -> None:
    entries = log(length)
    place = data.draw(st.integers(0, length - 1))
    change = data.draw(
        st.sampled_from(
            [
                {"actor": "mallory@example.com"},
                {"action": "link.remove"},
                {"subject": "another"},
                {"details": {"value": -1}},
                {"at": START},
                {"org_id": "00D000000000002EAA"},
            ]
        )
    )
    entries[place] = replace(entries[place], **change)

    assert verify(entries).broken_at == place + 1


@given(length=st.integers(3, 12), data=st.data())
def test_an_entry_that_was_taken_out_is_missed(length: int, data: st.DataObject) -> None:
    entries = log(length)
    place = data.draw(st.integers(0, length - 2))
    del entries[place]

    assert verify(entries).broken_at == place + 1


def test_an_entry_that_was_put_in_is_found() -> None:
    entries = log(4)
    entries.insert(2, replace(entries[2], subject="another"))

    assert verify(entries).broken_at == 3


def test_a_log_whose_end_is_cut_off_has_another_last_seal() -> None:
    entries = log(4)

    assert verify(entries[:3]).broken_at is None
    assert verify(entries[:3]).last_seal != verify(entries).last_seal
