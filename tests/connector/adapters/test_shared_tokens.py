"""Many workers, one refresh token that is good once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from connector.adapters.salesforce.shared_tokens import SharedTokenAuthorizer
from connector.app import Container
from connector.config import Settings
from connector.domain.connections import ConnectionMode, OrgConnection, OrgTokens
from connector.errors import AuthenticationFailed, TemporaryError
from connector.secret_key import make_key_file
from emulators.salesforce.host import Host
from emulators.salesforce.testing import LocalOrg, start_local_org
from tests.connector.postgres import drop_database, new_database
from tests.connector.world import MovableClock

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

WORKERS = 20
ADMIN = "admin@local.example"


@pytest.fixture(scope="module")
def local() -> Iterator[LocalOrg]:
    with start_local_org() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
        return
    address = new_database()
    yield address
    drop_database(address)


@dataclass
class Crew:
    """Containers as in as many processes, over one database."""

    local: LocalOrg
    settings: Settings
    org: OrgConnection

    def container(self, number: int) -> Container:
        return Container(self.settings.model_copy(update={"worker_id": f"w{number}"}))

    def expire(self) -> None:
        """As a timeout does: every access token is over, refresh tokens live on."""
        host = self.local._running._host
        with self.local.org.lock:
            host.sessions.expire_all()

    def refreshes(self) -> int:
        """How often a refresh token was rotated away."""
        with self.local.org.lock:
            found = self.local.org.db.one("SELECT count(*) AS n FROM _session WHERE kind = 'spent'")
        return int(found["n"]) if found else 0


@pytest.fixture
def crew(local: LocalOrg, database_url: str, tmp_path: Path) -> Crew:
    local.reset()
    app = local.register_client("Gifting", rotates=True, secret_required=False)
    host: Host = local._running._host
    with local.org.lock:
        user = local.org.user(ADMIN)
        assert user is not None
        access, refresh = host.sessions.start_refreshable(
            user.id, client_id=app.consumer_key, scope="api refresh_token"
        )
    settings = Settings(
        data_dir=tmp_path,
        database_url=database_url,
        allow_loopback=True,
        ca_file=Path(local.ca_bundle),
        api_floor_calls=0,
    )
    make_key_file(settings.key_file)
    org = OrgConnection(
        org_id=local.org.org_id,
        instance_url=local.base_url,
        login_url=local.base_url,
        consumer_key=app.consumer_key,
        username=ADMIN,
        user_id=user.id,
        api_version="66.0",
        mode=ConnectionMode.BROWSER,
    )
    made = Crew(local, settings, org)
    first = made.container(0)
    first.sql_store.upgrade()
    with first.store.write() as unit:
        unit.connections.save_org(org)
        unit.org_tokens.put(
            org.org_id,
            OrgTokens(
                access_token=access,
                refresh_token=refresh,
                instance_url=local.base_url,
                obtained_at=first.clock(),
            ),
        )
    first.close()
    return made


def test_twenty_workers_refresh_once_and_none_loses_the_connection(crew: Crew) -> None:
    boxes = [crew.container(number) for number in range(WORKERS)]
    gate = threading.Barrier(WORKERS)
    rounds = 3

    def work(box: Container) -> list[str]:
        names = []
        for _ in range(rounds):
            gate.wait(timeout=120)
            if box is boxes[0]:
                crew.expire()
            gate.wait(timeout=120)
            names.append(box.open_org(crew.org.org_id).identity().username)
            [row] = box.open_org(crew.org.org_id).query("SELECT Id FROM Organization")
            assert row["Id"]
        return names

    with ThreadPoolExecutor(WORKERS) as pool:
        told = list(pool.map(work, boxes))
    for box in boxes:
        box.close()

    assert told == [[ADMIN] * rounds] * WORKERS
    assert crew.refreshes() == rounds


class Died(BaseException):
    """The process is gone: nothing is cleaned up after it."""


def authorizer(box: Container, clock: MovableClock, crew: Crew, die_at: str = "") -> SharedTokenAuthorizer:
    def checkpoint(step: str) -> None:
        if step == die_at:
            raise Died

    return SharedTokenAuthorizer(
        box.store,
        crew.org,
        box.open_authorization_server,
        clock,
        sleep=lambda seconds: clock.move(seconds=seconds),
        checkpoint=checkpoint,
    )


def die(box: Container, clock: MovableClock, crew: Crew, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies in the middle of a refresh, and leaves its lease behind."""
    dying = authorizer(box, clock, crew, die_at=step)
    dying.authorize()
    with monkeypatch.context() as patch:
        patch.setattr("connector.services.leases.Leases.release", lambda *_: None)
        with pytest.raises(Died):
            dying.authorize()


@pytest.mark.parametrize("step", ["asking", "kept"])
def test_a_worker_that_dies_before_asking_or_after_keeping_costs_nothing(
    crew: Crew, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = MovableClock()
    box = crew.container(1)
    other = authorizer(box, clock, crew)
    other.authorize()

    die(box, clock, crew, step, monkeypatch)
    grant = other.authorize()

    assert grant.access_token
    assert crew.refreshes() == 1
    box.close()


def test_a_token_that_died_with_its_worker_is_named_for_an_administrator(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Salesforce rotated, and nobody wrote the new token down: no way back but to allow access again."""
    clock = MovableClock()
    box = crew.container(1)
    other = authorizer(box, clock, crew)
    other.authorize()

    die(box, clock, crew, "answered", monkeypatch)
    with pytest.raises(AuthenticationFailed) as refused:
        other.authorize()

    assert "Re-authenticate" in refused.value.remedy
    box.close()


def test_who_waits_too_long_for_another_tries_later(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = MovableClock()
    box = crew.container(1)
    impatient = authorizer(box, clock, crew)
    impatient.patience_seconds = 5
    impatient.authorize()
    die(box, clock, crew, "asking", monkeypatch)

    with pytest.raises(TemporaryError) as refused:
        impatient.authorize()

    assert refused.value.code == "refresh_elsewhere"
    assert crew.refreshes() == 0
    box.close()


def test_tokens_of_an_org_that_was_connected_anew_are_not_overwritten_by_a_late_refresh(crew: Crew) -> None:
    clock = MovableClock()
    box = crew.container(1)
    anew = OrgTokens(
        access_token="newer", refresh_token="newer", instance_url=crew.org.instance_url, obtained_at=clock()
    )
    late = authorizer(box, clock, crew)
    late.authorize()

    def connect_anew(step: str) -> None:
        if step == "answered":
            with box.store.write() as unit:
                unit.org_tokens.put(crew.org.org_id, anew)

    late.checkpoint = connect_anew
    grant = late.authorize()

    with box.store.read() as unit:
        assert unit.org_tokens.get(crew.org.org_id) == anew
    assert grant.access_token == "newer"
    box.close()


def test_a_refused_refresh_is_noted_for_the_pages_until_it_works_again(crew: Crew) -> None:
    box = crew.container(1)
    [row] = box.open_org(crew.org.org_id).query("SELECT Id FROM Organization")
    with box.store.write() as unit:
        tokens = unit.org_tokens.get(crew.org.org_id)
        assert tokens is not None
        unit.org_tokens.put(
            crew.org.org_id,
            OrgTokens(
                access_token="gone",
                refresh_token="gone",
                instance_url=tokens.instance_url,
                obtained_at=tokens.obtained_at,
            ),
        )
    crew.expire()

    with pytest.raises(AuthenticationFailed):
        box.open_org(crew.org.org_id).identity()
    with box.store.read() as unit:
        noted = unit.org_troubles.get(crew.org.org_id)
    with box.store.write() as unit:
        unit.org_tokens.put(crew.org.org_id, tokens)
    again = box.open_org(crew.org.org_id).identity()

    assert row["Id"]
    assert noted is not None
    assert noted.code == "invalid_grant"
    assert again.username == ADMIN
    with box.store.read() as unit:
        assert unit.org_troubles.get(crew.org.org_id) is None
    box.close()
