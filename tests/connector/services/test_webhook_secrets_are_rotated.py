from collections.abc import Iterator

import pytest

from connector.adapters.providers.registry import Providers
from connector.domain.connections import ProviderAccount
from connector.errors import ConfigurationError, SignatureInvalid
from connector.ports import GiftProvider
from connector.services.connections.rotate_webhook_secret import RotateWebhookSecret
from tests.connector.adapters.test_andopen import signed
from tests.connector.fakes import FakeCircuits
from tests.connector.world import World

OLD, NEW, NEWEST = "the-old-secret-of-the-account", "the-new-secret-of-the-account", "the-newest-of-them-all"
ID = "andopen-1"


@pytest.fixture
def providers(world: World) -> Iterator[Providers]:
    account = ProviderAccount(
        account_id=ID, provider="andopen", base_url="us", token="ao-v1-production-x", webhook_secret=OLD
    )
    with world.store.write() as unit:
        unit.connections.save_account(account)
    made = Providers(FakeCircuits(), clock=world.clock)
    yield made
    made.close()


def is_heard(world: World, providers: Providers, secret: str) -> bool:
    """Whether a delivery that &Open signs with this secret now is taken for authentic."""
    with world.store.read() as unit:
        account = unit.connections.account(ID)
    assert account is not None
    provider: GiftProvider = providers.provider(account)
    headers = signed(b"{}", secret=secret, at=world.clock())
    try:
        provider.verify_webhook(headers, b"{}", now=world.clock())
    except SignatureInvalid:
        return False
    return True


def test_both_secrets_are_heard_until_the_rotation_is_finished(world: World, providers: Providers) -> None:
    rotate = RotateWebhookSecret(world.store, world.clock)
    heard = [(is_heard(world, providers, OLD), is_heard(world, providers, NEW))]

    rotate.begin(ID, NEW)
    heard.append((is_heard(world, providers, OLD), is_heard(world, providers, NEW)))
    rotate.finish(ID)
    heard.append((is_heard(world, providers, OLD), is_heard(world, providers, NEW)))

    assert heard == [(True, False), (True, True), (False, True)]


def test_a_third_secret_waits_until_the_first_rotation_is_finished(
    world: World, providers: Providers
) -> None:
    rotate = RotateWebhookSecret(world.store, world.clock)
    rotate.begin(ID, NEW)

    with pytest.raises(ConfigurationError) as refused:
        rotate.begin(ID, NEWEST)

    assert refused.value.code == "rotation_under_way"
    assert is_heard(world, providers, OLD)


@pytest.mark.parametrize(
    ("secret", "code"),
    [
        ("", "secret_malformed"),
        ("short", "secret_malformed"),
        (f"{NEW} {NEW}", "secret_malformed"),
        (OLD, "secret_not_new"),
    ],
)
@pytest.mark.usefixtures("providers")
def test_a_secret_that_is_none_is_refused_and_not_repeated_in_the_message(
    world: World, secret: str, code: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        RotateWebhookSecret(world.store, world.clock).begin(ID, secret)

    assert refused.value.code == code
    assert not secret or secret not in str(refused.value)


@pytest.mark.usefixtures("providers")
def test_what_was_not_begun_cannot_be_finished(world: World) -> None:
    rotate = RotateWebhookSecret(world.store, world.clock)

    with pytest.raises(ConfigurationError) as refused:
        rotate.finish(ID)
    with pytest.raises(ConfigurationError) as unknown:
        rotate.finish("nobody")

    assert (refused.value.code, unknown.value.code) == ("no_rotation", "unknown_account")


@pytest.mark.usefixtures("providers")
def test_the_audit_log_says_that_it_happened_and_shows_no_secret(world: World) -> None:
    rotate = RotateWebhookSecret(world.store, world.clock)

    rotate.begin(ID, NEW)
    rotate.finish(ID)

    with world.store.read() as unit:
        entries = list(unit.audit.all_of(""))
    assert [(entry.action, entry.subject) for entry in entries] == [
        ("webhook_secret.rotation_begun", ID),
        ("webhook_secret.rotation_finished", ID),
    ]
    assert NEW not in repr(entries)
