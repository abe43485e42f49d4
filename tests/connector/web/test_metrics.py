import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from connector.domain.circuit import Circuit
from connector.web.application import create_app
from tests.connector.web.world_behind import WorldBehindTheWeb
from tests.connector.world import ACCOUNT, World


@pytest.fixture
def world(world: World) -> World:
    world.sync(world.campaign(contacts=2))
    return world


def figures(page: str) -> dict[tuple[str, ...], float]:
    """Name and label values to the value."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def told(client: FlaskClient) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return figures(answer.get_data(as_text=True))


def test_the_page_tells_what_the_store_holds_now(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    world = behind.world
    world.plan_sync(world.link(world.campaign(contacts=1, name="Autumn")).link_id)
    world.deliver(next(iter(world.provider.gifts)))
    with world.store.write() as unit:
        unit.health.record_usage(world.org_id, 1_234, 15_000, now=world.clock())
        unit.health.beat("w1", now=world.clock())
        refused = Circuit().refused_credentials("401", now=world.clock())
        unit.circuits.save(ACCOUNT, refused)
    world.clock.move(seconds=90)

    page = told(client)

    assert page["gifting_gifts", "sent"] == 2
    assert page["gifting_gifts", "planned"] == 1
    assert page["gifting_gifts", "unknown"] == 0
    assert page["gifting_gift_stages", "sent"] == 2
    assert page["gifting_inbox", "received"] == 1
    assert page["gifting_unwritten_gifts",] == 2
    assert page["gifting_jobs_undispatched",] == 1
    assert page["gifting_oldest_waiting_seconds", "request"] == 90
    assert page["gifting_oldest_waiting_seconds", "inbox"] == 90
    assert page["gifting_oldest_waiting_seconds", "write_back"] == 90
    assert page["gifting_api_calls_used", world.org_id] == 1_234
    assert page["gifting_api_calls_allocated", world.org_id] == 15_000
    assert page["gifting_worker_silent_seconds", "w1"] == 90
    assert page["gifting_circuit", ACCOUNT, "parked"] == 1
    assert page["gifting_circuit", ACCOUNT, "closed"] == 0


def test_webhooks_are_counted_by_what_became_of_them(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    headers, body = behind.world.provider.event(next(iter(behind.world.provider.gifts)))

    for spoil in (b"", b"", b" "):
        client.post("/webhooks/fake/main", data=body + spoil, headers=headers)

    page = told(client)
    counts = {name[1]: value for name, value in page.items() if name[0] == "gifting_webhook_seconds_count"}
    assert counts == {"new": 1, "repeated": 1, "SignatureInvalid": 1}


def test_nothing_on_the_page_is_about_a_person(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    behind.world.deliver(next(iter(behind.world.provider.gifts)))

    page = client.get("/metrics").get_data(as_text=True)

    people = [gift.request for gift in behind.world.gifts()]
    for person in people:
        for secret in (
            person.recipient.email,
            person.recipient.last_name,
            person.person.record_id,
            person.key,
            person.campaign_member_id,
        ):
            assert secret not in page


@pytest.mark.parametrize(
    ("remote", "headers", "token", "status"),
    [
        ("127.0.0.1", {}, "", 200),
        ("::1", {}, "", 200),
        ("192.0.2.7", {}, "", 403),
        ("192.0.2.7", {"Authorization": "Bearer "}, "", 403),
        ("192.0.2.7", {"Authorization": "Bearer s3cret"}, "s3cret", 200),
        ("192.0.2.7", {"Authorization": "Bearer s3cre"}, "s3cret", 403),
        ("192.0.2.7", {"Authorization": "Bearer ünd"}, "s3cret", 403),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, "", 403),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, "", 403),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7", "Authorization": "Bearer s3cret"}, "s3cret", 200),
    ],
)
def test_it_answers_on_this_machine_or_with_the_token(
    behind: WorldBehindTheWeb, remote: str, headers: dict[str, str], token: str, status: int
) -> None:
    behind.metrics_token = token

    answer = (
        create_app(behind)
        .test_client()
        .get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": remote})
    )

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("trusted", "headers", "status"),
    [
        (1, {"X-Forwarded-For": "192.0.2.7"}, 403),
        (1, {"X-Forwarded-For": "127.0.0.1, 192.0.2.7"}, 403),
        (1, {"X-Forwarded-For": "127.0.0.1"}, 200),
        (1, {"Forwarded": "for=192.0.2.7"}, 403),
        (2, {"X-Forwarded-For": "192.0.2.7"}, 403),
        (2, {"X-Forwarded-For": "192.0.2.7, 10.0.0.1"}, 403),
        (2, {}, 200),
    ],
)
def test_whom_trusted_proxies_speak_for_is_where_they_say(
    behind: WorldBehindTheWeb, trusted: int, headers: dict[str, str], status: int
) -> None:
    behind.trusted_proxies = trusted  # type: ignore[misc]  # a constant of the class otherwise

    answer = create_app(behind).test_client().get("/metrics", headers=headers)

    assert answer.status_code == status


def test_being_alive_asks_no_database_and_being_ready_does(behind: WorldBehindTheWeb) -> None:
    client = create_app(behind).test_client()
    statements: list[str] = []
    with behind.world.store.engine.connect() as connection:
        connection.close()

    def watch(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    from sqlalchemy import event

    event.listen(behind.world.store.engine, "before_cursor_execute", watch)
    behind.check_ready = behind.world.store.check_version  # type: ignore[method-assign]

    live = client.get("/health/live")
    asked_by_live = list(statements)
    ready = client.get("/health/ready")

    assert (live.status_code, asked_by_live) == (200, [])
    assert ready.status_code == 200
    assert statements


_PROCESS = """
from prometheus_client import CollectorRegistry
from connector.adapters.metrics.counters import Counters
counters = Counters(CollectorRegistry())
counters.webhooks.labels("new").observe(0.01)
"""
_PAGE = """
import sys
from datetime import UTC, datetime
from prometheus_client import CollectorRegistry
from connector.adapters.metrics.counters import Counters
from connector.adapters.metrics.exposition import metrics_page
from connector.services.operations.take_figures import Figures
figures = Figures({}, {}, {}, 0, 0, {}, {}, {}, {})
sys.stdout.buffer.write(metrics_page(Counters(CollectorRegistry()).registry, lambda: figures, list))
"""


def test_processes_that_share_a_directory_are_summed_up(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(3):
        subprocess.run([sys.executable, "-c", _PROCESS], env=environment, check=True)

    page = subprocess.run(
        [sys.executable, "-c", _PAGE], env=environment, check=True, capture_output=True, text=True
    ).stdout

    assert figures(page)["gifting_webhook_seconds_count", "new"] == 3
    assert timedelta(0) == timedelta(seconds=figures(page)["gifting_unwritten_gifts",])
