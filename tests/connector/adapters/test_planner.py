from collections import Counter
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.adapters.salesforce.planner import BulkJob, Collection, Part, SingleUpdate, Step, plan
from connector.ports import RecordWrite, WriteKind

INSERT, UPDATE, UPSERT = WriteKind.INSERT, WriteKind.UPDATE, WriteKind.UPSERT


def update(sobject: str, number: int) -> RecordWrite:
    return RecordWrite(UPDATE, sobject, {"Id": f"003{number:012d}AAA", "Title": "x"})


def upsert(number: int) -> RecordWrite:
    return RecordWrite(UPSERT, "Gift__c", {"External_Id__c": f"key-{number}"}, "External_Id__c")


def insert(sobject: str) -> RecordWrite:
    return RecordWrite(INSERT, sobject, {"Subject": "x"})


writes = st.one_of(
    st.builds(update, st.sampled_from(["Contact", "Lead", "CampaignMember"]), st.integers(0, 400)),
    st.builds(upsert, st.integers(0, 400)),
    st.builds(insert, st.sampled_from(["Task", "CampaignMemberStatus"])),
)


def parts(planned: list[Step]) -> list[Part]:
    return [part for call in planned if not isinstance(call, BulkJob) for part in call]


def collections(planned: list[Step]) -> list[Collection]:
    return [part for part in parts(planned) if isinstance(part, Collection)]


def singles(planned: list[Step]) -> list[SingleUpdate]:
    return [part for part in parts(planned) if isinstance(part, SingleUpdate)]


@given(st.lists(writes, max_size=600))
def test_no_call_is_larger_than_salesforce_documents(given_writes: list[RecordWrite]) -> None:
    planned = plan(given_writes)

    for call in planned:
        assert 1 <= len(parts([call])) <= 25
        assert 1 <= len(collections([call])) <= 5
    assert all(single.writes[0].kind is UPDATE for single in singles(planned))
    for collection in collections(planned):
        sobjects = [write.sobject for write in collection.writes]
        assert 1 <= len(collection.writes) <= 200
        assert len(list(groupby(sobjects))) <= 10
        assert {write.kind for write in collection.writes} == {collection.kind}
        assert collection.kind is not UPSERT or len(set(sobjects)) == 1


@given(st.lists(writes, max_size=600))
def test_every_write_is_planned_once_at_its_own_position(given_writes: list[RecordWrite]) -> None:
    planned = parts(plan(given_writes))

    placed = {
        position: write
        for part in planned
        for position, write in zip(part.positions, part.writes, strict=True)
    }
    assert sum(len(part.writes) for part in planned) == len(given_writes)
    assert [placed[position] for position in range(len(given_writes))] == given_writes


@given(st.lists(writes, max_size=600))
def test_writes_of_one_type_keep_their_order_and_no_record_stands_twice_in_a_collection(
    given_writes: list[RecordWrite],
) -> None:
    planned = plan(given_writes)

    for kind, sobject in {(write.kind, write.sobject) for write in given_writes}:
        positions = [
            position
            for part in parts(planned)
            for position, write in zip(part.positions, part.writes, strict=True)
            if (write.kind, write.sobject) == (kind, sobject)
        ]
        assert positions == sorted(positions)
    for collection in collections(planned):
        keys = [write.fields.get("Id") or write.fields.get("External_Id__c") for write in collection.writes]
        assert all(count == 1 for key, count in Counter(keys).items() if key)


def test_types_are_written_in_the_order_of_their_first_appearance() -> None:
    interleaved = [write for number in range(3) for write in (upsert(number), insert("Task"))]

    planned = collections(plan(interleaved))

    assert [collection.writes[0].sobject for collection in planned] == ["Gift__c", "Task"]


@pytest.mark.parametrize(("interleaved", "calls"), [(False, 4), (True, 5)])
def test_a_thousand_gifts_with_member_person_and_task_take_few_calls(interleaved: bool, calls: int) -> None:
    rows = [
        (
            upsert(number),
            update("CampaignMember", number),
            update("Contact" if number % 2 else "Lead", 10_000 + number),
            insert("Task"),
        )
        for number in range(1000)
    ]
    flat = [row[part] for part in range(4) for row in rows]
    by_gift = [write for row in rows for write in row]

    planned = plan(by_gift if interleaved else flat)

    assert len(planned) == calls


def test_what_a_full_call_leaves_over_stands_beside_its_collections() -> None:
    people = [update("Contact", number) for number in range(1000)]
    campaigns = [update("Campaign", number) for number in range(20)]

    of_one, of_twenty = plan([*people, campaigns[0], insert("Task")]), plan([*people, *campaigns])

    assert [len(parts([call])) for call in of_one] == [6, 1]
    assert [len(parts([call])) for call in of_twenty] == [25]
    [single] = singles(of_one)
    assert (single.positions, single.writes) == ((1000,), (campaigns[0],))
    assert (single.method, single.path) == ("PATCH", "sobjects/Campaign/003000000000000AAA")
    assert single.body() == {"Title": "x"}


def test_more_than_fits_beside_takes_a_call_of_its_own() -> None:
    planned = plan([update("Contact", number) for number in range(1021)])

    assert [len(collections([call])) for call in planned] == [5, 1]
    assert singles(planned) == []


def test_new_records_never_stand_alone_beside_collections() -> None:
    planned = plan([insert("Task")] * 1001)

    assert [len(collections([call])) for call in planned] == [5, 1]
    assert singles(planned) == []


def test_a_type_that_comes_later_is_never_written_before_one_that_it_may_need() -> None:
    given_writes = [update("Campaign", 1), insert("CampaignMemberStatus"), update("CampaignMember", 2)]

    planned = collections(plan(given_writes))

    assert [collection.writes[0].sobject for collection in planned] == [
        "Campaign",
        "CampaignMemberStatus",
        "CampaignMember",
    ]


def test_nothing_to_write_takes_no_call() -> None:
    assert plan([]) == []


def test_paths_and_bodies_are_those_of_the_collections_resource() -> None:
    planned = collections(plan([upsert(1), update("Contact", 1), insert("Task")]))

    assert [(collection.method, collection.path) for collection in planned] == [
        ("PATCH", "composite/sobjects/Gift__c/External_Id__c"),
        ("PATCH", "composite/sobjects"),
        ("POST", "composite/sobjects"),
    ]
    assert planned[0].body() == {
        "allOrNone": False,
        "records": [{"attributes": {"type": "Gift__c"}, "External_Id__c": "key-1"}],
    }


@pytest.mark.parametrize(
    "write",
    [
        RecordWrite(UPDATE, "Contact", {"Title": "x"}),
        RecordWrite(UPSERT, "Gift__c", {"Name": "x"}, "External_Id__c"),
        RecordWrite(UPSERT, "Gift__c", {"External_Id__c": "x"}),
    ],
)
def test_a_write_without_its_key_is_the_callers_mistake(write: RecordWrite) -> None:
    with pytest.raises(ValueError, match="needs"):
        plan([write])


def _updates(number: int) -> list[RecordWrite]:
    return [RecordWrite(WriteKind.UPDATE, "Contact", {"Id": f"003{n:012d}AAA"}) for n in range(number)]


@pytest.mark.parametrize(("records", "bulk"), [(9_000, False), (9_001, True)])
def test_a_job_is_planned_where_it_costs_fewer_calls(records: int, bulk: bool) -> None:
    steps = plan(_updates(records), fits_into_bulk=lambda _: True)

    assert [isinstance(step, BulkJob) for step in steps] == ([True] if bulk else [False] * 9)


def test_new_records_and_records_that_stand_twice_never_go_into_a_job() -> None:
    inserts = [RecordWrite(WriteKind.INSERT, "Task", {"Subject": "x"})] * 10_000
    twice = [*_updates(10_000), *_updates(1)]

    steps = plan([*inserts, *twice], fits_into_bulk=lambda _: True)

    assert not any(isinstance(step, BulkJob) for step in steps)


def test_jobs_and_calls_keep_the_order_of_the_objects() -> None:
    task = RecordWrite(WriteKind.INSERT, "Task", {"Subject": "x"})
    gifts = [RecordWrite(WriteKind.UPSERT, "Gift__c", {"Key__c": str(n)}, "Key__c") for n in range(9_001)]

    steps = plan([*gifts, task], fits_into_bulk=lambda _: True)

    first, second = steps
    assert isinstance(first, BulkJob)
    assert not isinstance(second, BulkJob)
    assert first.positions == tuple(range(9_001))
    assert [collection.positions for collection in second] == [(9_001,)]
