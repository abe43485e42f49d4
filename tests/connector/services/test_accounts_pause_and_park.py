"""A platform that asks to wait, fails or refuses the credentials: real guard, fake platform."""

import pytest

from connector.adapters.providers.guarded import Guard, GuardedProvider
from connector.domain.circuit import FAILURES_TO_OPEN, CircuitState
from connector.domain.connections import ProviderAccount
from connector.domain.gift import RequestState
from connector.errors import AuthenticationFailed, PermanentError, ProviderPaused, TemporaryError
from connector.ports import GiftProvider
from connector.services.connections.account_state import ConnectAccount, ResumeAccounts, StoredCircuits
from tests.connector.fakes import FakeProvider
from tests.connector.world import ACCOUNT, World


class ClosableFake(FakeProvider):
    """With the end that real ones have."""

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def guarded(world: World) -> World:
    """The world, its provider behind a guard; the guard looks into the database each time."""
    world.provider = ClosableFake(world.clock)
    guard = Guard(ACCOUNT, StoredCircuits(world.store), world.clock, look_again_seconds=0.0)
    provider = GuardedProvider(world.provider, guard)
    world.open_provider = lambda _: provider  # type: ignore[method-assign]  # the guarded one
    return world


def state(world: World) -> CircuitState:
    with world.store.read() as unit:
        return unit.circuits.get(ACCOUNT).state


def test_a_platform_that_asks_to_wait_is_not_asked_meanwhile_and_no_attempt_is_lost(guarded: World) -> None:
    guarded.provider.failures.append(TemporaryError("slow down", retry_after_seconds=60))

    guarded.sync(guarded.campaign(contacts=40))
    asked = len(guarded.provider.orders)
    # The first call after the pause is a trial; those that the trial held up come with the next sweep.
    for _ in range(3):
        guarded.clock.move(seconds=61)
        guarded.sweep()
        guarded.run_jobs()

    # Those under way in the other threads when the platform spoke were answered.
    assert asked <= 8
    assert len(guarded.provider.orders) == 40
    assert state(guarded) is CircuitState.CLOSED
    assert sum(gift.attempts for gift in guarded.gifts()) == 41


def test_repeated_failures_open_the_circuit_and_one_call_tries_again(guarded: World) -> None:
    provider = guarded.open_provider(ACCOUNT)
    guarded.provider.read_failures += [TemporaryError("down")] * (FAILURES_TO_OPEN + 1)
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(TemporaryError):
            provider.gift("g1")

    with pytest.raises(ProviderPaused) as paused:
        provider.gift("g1")
    guarded.clock.move(seconds=31)
    with pytest.raises(TemporaryError) as tried:
        provider.gift("g1")
    guarded.clock.move(seconds=61)
    with pytest.raises(PermanentError):
        provider.gift("g1")

    assert paused.value.retry_after_seconds
    assert not isinstance(tried.value, ProviderPaused)
    assert state(guarded) is CircuitState.CLOSED


def test_an_answer_that_says_no_is_an_answer(guarded: World) -> None:
    provider = guarded.open_provider(ACCOUNT)

    for _ in range(2 * FAILURES_TO_OPEN):
        with pytest.raises(PermanentError):
            provider.gift("no-such-gift")

    assert state(guarded) is CircuitState.CLOSED


def test_refused_credentials_park_the_account_and_it_resumes_by_itself(guarded: World) -> None:
    guarded.provider.failures.append(AuthenticationFailed("no", code="invalid_token"))
    resume = ResumeAccounts(guarded.store, guarded.open_provider, guarded.clock)

    guarded.sync(guarded.campaign(contacts=5))
    parked = [gift.state for gift in guarded.gifts()].count(RequestState.PARKED)
    too_early = resume()
    guarded.clock.move(minutes=16)
    released = resume()
    # The first call is a trial; those that it held up come with the next sweeps.
    for _ in range(3):
        guarded.run_jobs()
        guarded.clock.move(seconds=61)
        guarded.sweep()

    assert parked >= 1
    assert (too_early, released) == (0, parked)
    assert len(guarded.provider.orders) == 5


def test_an_answer_to_a_call_that_went_out_before_does_not_resume_a_parked_account(guarded: World) -> None:
    circuits = StoredCircuits(guarded.store)
    guard = Guard(ACCOUNT, circuits, guarded.clock, look_again_seconds=0.0)
    early, refused = guard.admit(), guard.admit()

    guard.note(AuthenticationFailed("no", code="invalid_token"), was_trial=refused)
    guard.note(None, was_trial=early)
    parked = circuits.load(ACCOUNT).state
    guarded.clock.move(minutes=16)
    guard.note(None, was_trial=guard.admit())

    assert parked is CircuitState.PARKED
    assert state(guarded) is CircuitState.CLOSED


def test_new_credentials_are_tried_and_release_what_waited(guarded: World) -> None:
    guarded.provider.failures.append(AuthenticationFailed("no", code="invalid_token"))
    guarded.sync(guarded.campaign(contacts=1))

    def open_account(_: ProviderAccount) -> GiftProvider:
        return guarded.open_provider(ACCOUNT)

    account = ProviderAccount(
        account_id=ACCOUNT, provider="fake", base_url="us", token="new", webhook_secret="secret"
    )
    ConnectAccount(guarded.store, open_account, guarded.clock)(account)
    guarded.run_jobs()

    assert [gift.state for gift in guarded.gifts()] == [RequestState.SENT]
    with guarded.store.read() as unit:
        kept = unit.connections.account(ACCOUNT)
    assert kept is not None
    assert kept.token == "new"


def test_credentials_that_do_not_work_change_nothing(guarded: World) -> None:
    guarded.provider.read_failures.append(AuthenticationFailed("no", code="invalid_token"))
    account = ProviderAccount(
        account_id=ACCOUNT, provider="fake", base_url="us", token="worse", webhook_secret="secret"
    )

    with pytest.raises(AuthenticationFailed):
        ConnectAccount(guarded.store, lambda _: guarded.open_provider(ACCOUNT), guarded.clock)(account)

    with guarded.store.read() as unit:
        kept = unit.connections.account(ACCOUNT)
    assert kept is not None
    assert kept.token == "token"
