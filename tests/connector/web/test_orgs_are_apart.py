"""Every page, walked by a manager of another org who knows all our ids: nothing shows, nothing changes.

And by our own, for what holds of each page and form.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from connector.adapters.store.models.ledger import Base
from connector.domain.budget import GiftBudget, Team
from connector.domain.connections import ProviderAccount
from connector.domain.money import Money
from connector.domain.portal_session import PortalSession, Role
from connector.ports import SalesforceOrg
from connector.services.storage.sending import SendBatch
from connector.web.application import create_app
from connector.web.portal.pages import PortalPages
from tests.connector.fakes import FakeSalesforceOrg
from tests.connector.web.world_behind import USER_ID, WorldBehindTheWeb
from tests.connector.world import World

THEIRS = "00D000000000002EAA"
# What only our org knows.
SENTINELS = ("Xylophonia", "xylo@example.com", "Winter of Ours", "Team Ours", "ours-account")
# What the content security policy forbids: browsers would leave it out, without a word.
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
TEMPLATES = Path(__file__).parents[3] / "connector/web/templates"
# What no org owns; any value will do.
FREE = {"sobject": "Contact", "attribute": "email", "provider": "andopen"}


class TwoOrgs(WorldBehindTheWeb):
    """Our org, and theirs, which is empty."""

    webhook_max_bytes = 200_000

    def __init__(self, world: World) -> None:
        super().__init__(world)
        ours, self.theirs = world.open_org, FakeSalesforceOrg()
        self.theirs.clock = world.clock

        def open_org(org_id: str) -> SalesforceOrg:
            return self.theirs if org_id == THEIRS else ours(org_id)

        world.open_org = open_org  # type: ignore[method-assign]
        with world.store.write() as unit:
            [connection] = unit.connections.orgs()
            unit.connections.save_org(replace(connection, org_id=THEIRS))

    def open_org_as(self, session: PortalSession) -> SalesforceOrg:
        return self.theirs if session.org_id == THEIRS else super().open_org_as(session)


@pytest.fixture
def behind(world: World) -> TwoOrgs:
    return TwoOrgs(world)


@pytest.fixture
def app(behind: TwoOrgs) -> Flask:
    return create_app(behind)


@pytest.fixture
def owned(behind: TwoOrgs, app: Flask) -> dict[str, str]:
    """Everything of ours that an address can name, by the name of its part."""
    world = behind.world
    campaign_id = world.campaign(name="Winter of Ours")
    world.contact_member(campaign_id, FirstName="Xylophonia", Email="xylo@example.com")
    report = world.sync(campaign_id)
    [gift] = world.gifts()
    ours = behind.signed_in(app.test_client(), Role.MANAGER)
    budget = GiftBudget(org_id=world.org_id, limit=Money(100_00, "EUR"))
    team = Team(team_id="team-1", org_id=world.org_id, name="Team Ours", members={USER_ID: "Ada"})
    with world.store.write() as unit:
        [link] = unit.links.all()
        unit.gift_budgets.save(budget)
        unit.teams.save(team)
        unit.connections.save_account(
            ProviderAccount(
                account_id="ours-account",
                provider="andopen",
                base_url="us",
                token="token",
                webhook_secret="secret",
                org_id=world.org_id,
            )
        )
        unit.send_batches.add(
            SendBatch(
                batch_id="batch-1",
                org_id=world.org_id,
                user_id=USER_ID,
                made_at=world.clock(),
                gift_keys=[gift.key],
                skipped=[("003000000000001AAA", "no_email")],
            )
        )
    return {
        "key": gift.key,
        "budget_id": budget.budget_id,
        "team_id": team.team_id,
        "account_id": "ours-account",
        "link_id": link.link_id,
        "run_id": report.run.run_id,
        "name": ours.digest[:16],
        "which": "batch-1",
    }


def pages(app: Flask) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if isinstance(app.blueprints.get(rule.endpoint.split(".")[0]), PortalPages)
    ]


def rows(behind: TwoOrgs) -> set[tuple[str, str]]:
    """All that the store holds, but when somebody was last seen."""
    with behind.world.store.engine.connect() as connection:
        return {
            (table.name, str({k: v for k, v in row.items() if k not in {"seen_at", "csrf_token"}}))
            for table in Base.metadata.sorted_tables
            for row in connection.execute(select(table)).mappings()
        }


def test_what_addresses_can_name_is_named_here(app: Flask, owned: dict[str, str]) -> None:
    parts = {part for rule in pages(app) for part in rule.arguments}

    assert parts <= owned.keys() | FREE.keys()


def test_no_page_shows_another_orgs_things(behind: TwoOrgs, app: Flask, owned: dict[str, str]) -> None:
    client = app.test_client()
    behind.signed_in(client, Role.MANAGER, Role.SENDER, org_id=THEIRS)

    wrong: list[Any] = []
    for rule in pages(app):
        if "GET" not in (rule.methods or ()):
            continue
        answer = client.get(address_of(rule, owned))
        if rule.arguments & owned.keys() and answer.status_code != 404:
            wrong.append((rule.rule, answer.status_code))
        wrong += [(rule.rule, word) for word in SENTINELS if word.encode() in answer.data]
        if answer.status_code >= 500 and answer.status_code != 503:
            wrong.append((rule.rule, answer.status_code))

    assert wrong == []


def test_no_form_changes_another_orgs_things(behind: TwoOrgs, app: Flask, owned: dict[str, str]) -> None:
    client = app.test_client()
    before = rows(behind)

    wrong: list[Any] = []
    for rule in pages(app):
        if "POST" not in (rule.methods or ()):
            continue
        # Anew each time: disconnecting ends the sign-ins of their org.
        session = behind.signed_in(client, Role.MANAGER, Role.SENDER, org_id=THEIRS)
        form = {"csrf_token": session.csrf_token, "sure": "yes", **owned, "keys": owned["key"]}
        answer = client.post(address_of(rule, owned), data=form)
        if rule.arguments & owned.keys() and answer.status_code != 404:
            wrong.append((rule.rule, answer.status_code))
        if answer.status_code == 500:
            wrong.append((rule.rule, answer.status_code))

    lost = {(name, row) for name, row in before - rows(behind) if THEIRS not in row}
    assert wrong == []
    assert lost == set()


def test_our_own_manager_sees_what_theirs_does_not(
    behind: TwoOrgs, app: Flask, owned: dict[str, str]
) -> None:
    client: FlaskClient = app.test_client()
    behind.signed_in(client, Role.MANAGER, Role.SENDER)

    hidden = [
        rule.rule
        for rule in pages(app)
        if "GET" in (rule.methods or ())
        and rule.arguments & owned.keys()
        and client.get(address_of(rule, owned)).status_code == 404
    ]

    assert hidden == []


def test_no_form_is_taken_without_its_token(behind: TwoOrgs, app: Flask, owned: dict[str, str]) -> None:
    client = app.test_client()
    behind.signed_in(client, *Role)
    before = rows(behind)

    taken = []
    for rule in pages(app):
        if "POST" not in (rule.methods or ()):
            continue
        form = {"sure": "yes", **owned, "keys": owned["key"]}
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "of-somebody-else"}):
            answer = client.post(address_of(rule, owned), data={**form, **token})
            if answer.status_code != 400 or "form has expired" not in answer.text:
                taken.append((rule.rule, token, answer.status_code))

    assert taken == []
    assert rows(behind) == before


def test_every_form_carries_its_token_and_no_page_a_script_of_its_own(
    behind: TwoOrgs, app: Flask, owned: dict[str, str]
) -> None:
    client = app.test_client()
    session = behind.signed_in(client, Role.MANAGER, Role.SENDER)
    asked = [rule for rule in pages(app) if "GET" in (rule.methods or ())]
    answers = {rule.rule: client.get(address_of(rule, owned)) for rule in asked}
    shown = {address: each.text for address, each in answers.items() if each.mimetype == "text/html"}

    forms = [
        (address, form)
        for address, page in shown.items()
        for form in re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL)
    ]
    besides_signing_out = {address for address, form in forms if "/sign-out" not in form}

    assert len(besides_signing_out) > 12
    assert [address for address, form in forms if session.csrf_token not in form] == []
    assert {address: found[0] for address, page in shown.items() if (found := INLINE.findall(page))} == {}


def test_no_template_has_a_form_without_a_token_or_a_script_of_its_own() -> None:
    """Also of what a page shows only at times. Behind the setup link nobody is signed in yet."""
    wrong = []
    for template in sorted(TEMPLATES.rglob("*.html")):
        text = template.read_text(encoding="utf-8")
        posted = re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL)
        if template.name != "setup.html" and not all("csrf" in form for form in posted):
            wrong.append(f"{template.name}: a form without a token")
        wrong += [f"{template.name}: {found}" for found in INLINE.findall(text)]

    assert wrong == []


def address_of(rule: Rule, owned: dict[str, str]) -> str:
    address = rule.rule
    for part in rule.arguments:
        address = address.replace(f"<{part}>", {**FREE, **owned}[part])
    return address
