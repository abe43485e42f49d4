"""Gifts on pages: found, told, exported; seen by those only whom they concern."""

import csv
import io

import pytest
from flask.testing import FlaskClient

from connector.domain.budget import BudgetHolder, GiftBudget
from connector.domain.gift import RequestState
from connector.domain.inbox import InboxOutcome
from connector.domain.money import Money
from connector.domain.portal_session import Role
from connector.errors import PermanentError
from connector.ports import ProviderStatus
from connector.services.storage.hearing import InboxMessage
from connector.web.portal.gifts.export import harmless
from tests.connector.web.gifts_on_pages import (
    OTHER_ORG,
    OTHER_USER,
    ask,
    now,
    post,
    signed_in_manager,
    wait_for_approval,
)
from tests.connector.web.world_behind import USER_ID, WorldBehindTheWeb
from tests.connector.world import ACCOUNT


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=byron1", [1]),
        ("q=ADA2@", [2]),
        ("q=ada+byron3", [3]),
        ("q=ada+nobody", []),
        ("q=100%25", []),
        ("state=sent", [2]),
        ("state=failed", [3]),
        ("stage=sent", [2]),
        ("source=Flow", [1, 2, 3]),
        ("source=Button", []),
        ("error=no+such", [3]),
        ("trouble=1", [3]),
        ("since=2026-03-02&until=2026-03-02", [1, 2, 3]),
        ("until=2026-03-01", []),
        ("since=never&state=lost", [1, 2, 3]),
        ("campaign=701000000000001AAA", []),
    ],
)
def test_gifts_are_found_by_what_the_form_asks(
    behind: WorldBehindTheWeb, client: FlaskClient, query: str, found: list[int]
) -> None:
    signed_in_manager(behind, client)
    ask(behind, 3)
    behind.world.provider.failures = [PermanentError("no such address", code="refused")]
    behind.world.run_jobs()
    ask(behind, 2)
    behind.world.run_jobs()
    ask(behind, 1)

    page = client.get(f"/gifts/?{query}").text

    assert [number for number in (1, 2, 3) if f"Byron{number}</a>" in page] == found


def test_a_gift_is_found_by_each_of_its_ids(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    signed_in_manager(behind, client)
    gift = ask(behind, 1)
    ask(behind, 2)
    behind.world.run_jobs()
    gift = now(behind, gift.key)
    person = gift.request.person.record_id

    for words in (gift.key, gift.provider_gift_id, person, person[:15]):
        page = client.get("/gifts/", query_string={"q": words}).text
        assert "Byron1</a>" in page
        assert "Byron2</a>" not in page


def test_pages_follow_each_other_without_gap_or_repetition(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    signed_in_manager(behind, client)
    behind.world.plan_sync(behind.world.link(behind.world.campaign(contacts=120)).link_id)
    seen: list[str] = []
    path: str | None = "/gifts/"

    while path:
        page = client.get(path).text
        seen += [
            line.split('href="/gifts/')[1].split('"')[0]
            for line in page.splitlines()
            if 'data-label="Recipient"' in line
        ]
        older = [part for part in page.split('href="') if part.split("</a>")[0].endswith(">Older gifts")]
        path = older[0].split('"')[0].replace("&amp;", "&") if older else None

    assert len(seen) == 120
    assert set(seen) == {gift.key for gift in behind.world.gifts()}


def test_a_sender_sees_their_own_gifts_alone_and_cancels_them(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = behind.signed_in(client, Role.SENDER)
    own, other = ask(behind, 1), ask(behind, 2, sender=OTHER_USER)

    page = client.get("/gifts/").text
    export = client.get("/gifts/export.csv").text
    canceled = post(client, session, f"/gifts/{own.key}/cancel")

    assert ("Byron1" in page, "Byron2" in page) == (True, False)
    assert ("Byron1" in export, "Byron2" in export) == (True, False)
    assert canceled[0] == 200
    assert now(behind, own.key).state is RequestState.FAILED
    assert "Canceled before it was sent" in client.get(f"/send/gift/{own.key}").text
    assert client.get(f"/gifts/{other.key}").status_code == 404
    assert post(client, session, f"/gifts/{other.key}/cancel")[0] == 404
    assert post(client, session, f"/gifts/{own.key}/resend")[0] == 403
    assert now(behind, other.key).state is RequestState.PLANNED


def test_another_orgs_manager_finds_none_of_it(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    wait_for_approval(behind)
    gift = ask(behind)
    budget = GiftBudget(
        org_id=behind.world.org_id, limit=Money(1, "EUR"), holder=BudgetHolder.USER, scope=USER_ID
    )
    behind.world.set_terms.budget(budget, "mia@example.com")
    stranger = signed_in_manager(behind, client, OTHER_ORG)

    assert "Byron1" not in client.get("/gifts/").text
    assert "Byron1" not in client.get("/gifts/export.csv").text
    assert "Byron1" not in client.get("/approvals/").text
    assert client.get(f"/gifts/{gift.key}").status_code == 404
    for action in ("cancel", "retry", "resend", "settle", "replay"):
        assert post(client, stranger, f"/gifts/{gift.key}/{action}")[0] == 404
    assert post(client, stranger, f"/budgets/{budget.budget_id}/remove")[0] == 404
    status, page = post(client, stranger, "/approvals/", key=gift.key, decision="refuse", note="No")
    assert (status, "There is no such gift." in page, "Byron1" in page) == (200, True, False)
    assert now(behind, gift.key) == gift
    with behind.world.store.read() as unit:
        assert unit.gift_budgets.of_org(behind.world.org_id) == [budget]


def test_the_button_on_a_gift_leads_to_its_page(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    gift = ask(behind)
    address = f"/gift?org={behind.world.org_id[:15]}&key={gift.key}"

    signed_out = client.get(address)
    signed_in_manager(behind, client)
    signed_in = client.get(address)
    elsewhere = client.get(f"/gift?org={OTHER_ORG}&key={gift.key}")

    assert signed_out.headers["Location"].startswith(f"/sign-in?org={behind.world.org_id[:15]}&next=%2Fgift")
    assert signed_in.headers["Location"] == f"/gifts/{gift.key}"
    assert elsewhere.status_code == 404
    assert client.get("/gift").status_code == 404


def test_a_gifts_page_tells_its_whole_story_without_secrets(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    world = behind.world
    signed_in_manager(behind, client)
    gift = ask(behind)
    world.run_jobs()
    gift_id = next(iter(world.provider.gifts))
    world.provider.move(gift_id, ProviderStatus.REDEEMED)
    headers, _ = world.provider.event(gift_id, event_id="event-7")
    world.deliver(gift_id, event_id="event-7")
    world.apply_events()
    world.write_back(world.org_id)

    page = client.get(f"/gifts/{gift.key}").text

    for words in (
        "ada1@example.com",
        "claimed",
        "event-7",
        "Gift Claimed",
        gift_id,
        "moved to a later stage",
    ):
        assert words in page
    told = now(behind, gift.key)
    [task, _] = world.org.records["Task"]
    for sobject, record_id in (
        ("Contact", told.request.person.record_id),
        ("User", USER_ID),
        ("Gift__c", told.salesforce_id),
        ("Task", task),
    ):
        assert f'<a href="https://x.example/lightning/r/{sobject}/{record_id}/view">{record_id}</a>' in page
    assert "<dt>Campaign</dt><dd>none</dd>" in page
    assert "&#34;status&#34;: &#34;redeemed&#34;" in page
    assert headers["Fake-Signature"] not in page
    assert "(not shown)" in page


def test_a_gifts_page_names_both_campaigns_where_they_are_linked(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    signed_in_manager(behind, client)
    campaign = behind.world.campaign(contacts=1, name="Spring <Fair>")
    behind.world.sync(campaign)
    [gift] = behind.world.gifts()

    page = client.get(f"/gifts/{gift.key}").text

    address = f"https://x.example/lightning/r/Campaign/{campaign}/view"
    assert f'<dd><a href="{address}">Spring &lt;Fair&gt;</a></dd>' in page
    assert "<dt>Gift campaign</dt><dd>Welcome</dd>" in page


@pytest.mark.parametrize(
    "body", [b'{"first_name": "J\\ud83d"}', b'{"first_name": "J\xed\xa0\xbd"}', b"[" * 99_999]
)
def test_a_webhook_is_shown_whatever_is_in_it(
    behind: WorldBehindTheWeb, client: FlaskClient, body: bytes
) -> None:
    world = behind.world
    signed_in_manager(behind, client)
    gift = ask(behind)
    world.run_jobs()
    with world.store.write() as unit:
        unit.inbox.add(
            InboxMessage(
                account_id=ACCOUNT,
                event_id="e1",
                headers={},
                body=body,
                received_at=world.clock(),
                outcome=InboxOutcome.UNREADABLE,
                provider_gift_id=now(behind, gift.key).provider_gift_id,
            )
        )

    page = client.get(f"/gifts/{gift.key}")

    assert page.status_code == 200
    assert "Read it again" in page.text


def test_the_export_holds_all_gifts_and_nothing_that_a_spreadsheet_computes(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    signed_in_manager(behind, client)
    behind.world.plan_sync(behind.world.link(behind.world.campaign(contacts=501)).link_id)
    ask(behind, 1, FirstName='=HYPERLINK("https://evil.example")', LastName="@SUM(A1)")

    answer = client.get("/gifts/export.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))

    assert len(rows) == 502
    assert len({row["Gift key"] for row in rows}) == 502
    [evil] = [row for row in rows if "HYPERLINK" in row["First name"]]
    assert evil["First name"].startswith("'=")
    assert evil["Last name"] == "'@SUM(A1)"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="gifts-2026-03-02.csv"'
    with behind.world.store.read() as unit:
        assert [entry.action for entry in unit.audit.all_of(behind.world.org_id)][-1] == "gifts.exported"


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1", "\uff1d1"])
def test_a_cell_that_might_be_computed_is_made_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
