from urllib.parse import quote as percent_encoded

from hypothesis import given
from hypothesis import strategies as st

from connector.services.soql import IDS_IN_ONE_QUERY, id_batches, quoted_list


def test_a_query_takes_five_hundred_ids() -> None:
    ids = [f"003{number:012d}AAA" for number in range(1001)]

    assert IDS_IN_ONE_QUERY == 500
    assert [len(batch) for batch in id_batches(ids)] == [500, 500, 1]


def test_nothing_makes_no_query() -> None:
    assert list(id_batches([])) == []


@given(st.lists(st.text(max_size=200), max_size=300))
def test_batches_hold_every_value_once_and_fit_into_an_address(values: list[str]) -> None:
    batches = list(id_batches(values))

    assert [value for batch in batches for value in batch] == values
    assert all(len(percent_encoded(quoted_list(batch))) < 14_000 for batch in batches)
