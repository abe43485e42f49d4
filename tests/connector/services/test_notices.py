"""What managers are told before it hurts, on the pages and by e-mail."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connector.domain.circuit import Circuit
from connector.domain.connections import OrgTrouble
from connector.domain.finding import OrgFinding
from connector.domain.package import NEWEST_VERSION
from connector.errors import TemporaryError
from connector.services.gifts.held_gifts import hold_all
from connector.services.operations.look_at_org import LookAtOrgs
from connector.services.operations.mail_notices import MailNotices
from connector.services.operations.notices import Notices
from tests.connector.fakes import settings_of
from tests.connector.world import ACCOUNT, World, new_store


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(new_store(tmp_path))
    with made.store.write() as unit:
        unit.health.beat("w1", now=made.clock())
    yield made
    made.store.close()


def notices_of(world: World) -> Notices:
    return Notices(world.store, world.clock, floor_calls=1_000)


def codes(world: World) -> list[str]:
    return [notice.code for notice in notices_of(world)(world.org_id)]


def test_where_all_is_well_nothing_is_said(world: World) -> None:
    assert codes(world) == []


def test_an_org_that_does_not_let_us_in_is_told_with_the_remedy(world: World) -> None:
    with world.store.write() as unit:
        unit.org_troubles.put(
            world.org_id, OrgTrouble("invalid_grant", "expired token", "Re-authenticate.", world.clock())
        )

    [notice] = notices_of(world)(world.org_id)

    assert notice.code == "reauthenticate:invalid_grant"
    assert notice.advice == "Re-authenticate."


@pytest.mark.parametrize(
    ("days", "expected"), [(31, []), (29, ["certificate:ending"]), (-1, ["certificate:over"])]
)
def test_a_certificate_is_told_of_a_month_ahead(world: World, days: int, expected: list[str]) -> None:
    with world.store.write() as unit:
        org = unit.connections.org(world.org_id)
        assert org is not None
        ends_at = world.clock() + timedelta(days=days)
        unit.connections.save_org(replace(org, certificate_ends_at=ends_at))

    assert codes(world) == expected


@pytest.mark.parametrize(
    ("used", "expected"), [(50_000, []), (90_000, ["quota:low"]), (99_500, ["quota:reached"])]
)
def test_api_calls_that_run_out_are_told(world: World, used: int, expected: list[str]) -> None:
    with world.store.write() as unit:
        unit.health.record_usage(world.org_id, used, 100_000, now=world.clock())

    assert codes(world) == expected


def test_a_silent_worker_is_told(world: World) -> None:
    world.clock.move(minutes=6)

    assert codes(world) == ["worker:silent"]


def test_a_refused_account_is_told_to_the_orgs_that_use_it(world: World) -> None:
    with world.store.write() as unit:
        unit.circuits.save(ACCOUNT, Circuit().refused_credentials("401", now=world.clock()))

    assert codes(world) == [f"account:{ACCOUNT}"]


def test_flows_that_are_off_are_found_by_looking_and_forgotten_once_they_are_on(world: World) -> None:
    look = LookAtOrgs(world.store, world.open_org)
    flow = world.org.add("FlowDefinitionView", ApiName="Send_Gift", IsActive=False)
    world.org.add("FlowDefinitionView", ApiName="Somebody_Elses", IsActive=False)

    look()
    off = codes(world)
    world.org.next_failures.append(TemporaryError("busy"))
    look()
    while_busy = codes(world)
    world.org.change(flow, IsActive=True)
    look()

    assert off == while_busy == ["flow:Send_Gift"]
    assert codes(world) == []


@pytest.mark.parametrize(
    ("version", "code", "advice"),
    [
        ("0.0.9", "package:older:0.0.9", "cci flow run upgrade"),
        ("99.0.0", "package:newer:99.0.0", "Update the connector"),
        ("no version", "package:older:untold", "cci flow run upgrade"),
    ],
)
def test_a_package_of_another_version_is_told_with_what_to_do(
    world: World, version: str, code: str, advice: str
) -> None:
    world.org.described["Gifting_Settings__c"] = settings_of(version)

    LookAtOrgs(world.store, world.open_org)()

    [notice] = notices_of(world)(world.org_id)
    assert notice.code == code
    assert advice in notice.advice
    assert NEWEST_VERSION in notice.text


def test_an_org_without_the_settings_has_a_package_that_is_too_old_to_tell(world: World) -> None:
    del world.org.described["Gifting_Settings__c"]

    LookAtOrgs(world.store, world.open_org)()

    assert codes(world) == ["package:older:untold"]


def hold_gifts(world: World, gifts: int) -> None:
    """Planned, and then the org was disconnected."""
    world.plan_sync(world.link(world.campaign(contacts=gifts)).link_id)
    with world.store.write() as unit:
        unit.connections.remove_org(world.org_id)
        hold_all(unit, world.org_id)


def test_gifts_that_are_held_for_a_disconnected_org_are_told_on_pages_and_by_mail(world: World) -> None:
    letterbox = Letterbox()
    hold_gifts(world, 3)

    [notice] = notices_of(world)(world.org_id)
    MailNotices(world.store, notices_of(world), letterbox, world.clock, "https://gifts.example")()

    assert notice.code == "gifts:held"
    assert notice.text == f"3 gifts are held: the org {world.org_id} was disconnected."
    assert "connector setup-link" in notice.advice
    [(subject, text)] = letterbox.letters
    assert world.org_id in subject
    assert notice.text in text


class Letterbox:
    """What was sent."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []
        self.broken = False

    def __call__(self, subject: str, text: str) -> None:
        if self.broken:
            raise TemporaryError("no server", code="mail_not_sent")
        self.letters.append((subject, text))


def test_each_notice_goes_out_once_a_day_and_again_where_the_server_did_not_take_it(world: World) -> None:
    letterbox = Letterbox()
    mail = MailNotices(world.store, notices_of(world), letterbox, world.clock, "https://gifts.example")
    with world.store.write() as unit:
        unit.org_findings.replace(world.org_id, [OrgFinding("flow_inactive", "Send_Gift")])

    letterbox.broken = True
    refused = mail()
    letterbox.broken = False
    first, second = mail(), mail()
    world.clock.move(days=1)
    with world.store.write() as unit:
        unit.health.beat("w1", now=world.clock())
    next_day = mail()

    assert (refused, first, second, next_day) == (0, 1, 0, 1)
    subject, text = letterbox.letters[0]
    assert world.org_id in subject
    assert "Send_Gift is switched off" in text
    assert "https://gifts.example/diagnosis" in text
