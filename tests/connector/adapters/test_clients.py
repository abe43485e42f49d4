from contextlib import ExitStack

import httpx2
import pytest

from connector.adapters.providers.clients import Clients


def new_clients() -> tuple[Clients, list[httpx2.Client]]:
    """And those that were made."""
    made: list[httpx2.Client] = []

    def make() -> httpx2.Client:
        made.append(httpx2.Client())
        return made[-1]

    return Clients(make), made


def test_requests_one_after_the_other_share_a_client() -> None:
    clients, made = new_clients()

    for _ in range(3):
        with clients.one():
            pass

    assert len(made) == 1


def test_requests_at_the_same_time_have_one_each_and_the_last_to_come_back_is_taken_first() -> None:
    clients, made = new_clients()
    with ExitStack() as under_way:
        first, second = (under_way.enter_context(clients.one()) for _ in range(2))

    with clients.one() as again:
        pass

    assert first is not second
    assert len(made) == 2
    assert again is first  # the stack gives them back in reverse


def test_a_client_comes_back_from_a_request_that_failed() -> None:
    clients, made = new_clients()

    with pytest.raises(OSError, match="gone"), clients.one():
        raise OSError("gone")
    with clients.one():
        pass

    assert len(made) == 1


def test_closing_ends_those_that_are_free_and_those_that_are_under_way_when_they_are_done() -> None:
    clients, made = new_clients()
    with ExitStack() as under_way:
        under_way.enter_context(clients.one())
        with clients.one():
            pass
        clients.close()
        at_once = [client.is_closed for client in made]

    assert at_once == [False, True]
    assert [client.is_closed for client in made] == [True, True]
