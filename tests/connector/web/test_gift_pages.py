"""Gifts on pages: found, told, set right; seen by those only whom they concern."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from connector.domain.approval import ApprovalRules
from connector.domain.budget import BudgetHolder, GiftBudget
from connector.domain.gift import Gift, RequestState
from connector.domain.inbox import InboxOutcome
from connector.domain.money import Money
from connector.domain.portal_session import PortalSession, Role
from connector.errors import ConfigurationError, OutcomeUnknown, PermanentError
from connector.ports import ProviderStatus
from connector.services.ask_for_gift import AskedGift
from connector.web.application import create_app
from connector.web.portal.gifts.export import harmless
from tests.connector.web.world_behind import USER_ID, WorldBehindTheWeb
from tests.connector.world import ACCOUNT, World, new_store

OTHER_ORG = "00D000000000002EAA"
OTHER_USER = "005000000000099AAA"


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[WorldBehindTheWeb]:
    world = World(new_store(tmp_path))
    yield WorldBehindTheWeb(world)
    world.store.close()


@pytest.fixture
def client(behind: WorldBehindTheWeb) -> FlaskClient:
    return create_app(behind).test_client()


def manager(behind: WorldBehindTheWeb, client: FlaskClient, org_id: str = "") -> PortalSession:
    return behind.signed_in(client, Role.MANAGER, Role.SENDER, org_id=org_id)


def ask(behind: WorldBehindTheWeb, number: int = 1, *, sender: str = USER_ID, **person: object) -> Gift:
    world = behind.world
    contact = world.org.add(
        "Contact",
        **{
            "FirstName": "Ada",
            "LastName": f"Byron{number}",
            "Email": f"ada{number}@example.com",
            "HasOptedOutOfEmail": False,
            "Gift_Opt_Out__c": False,
            **person,
        },
    )
    return world.ask_for_gift(
        AskedGift(
            org_id=world.org_id,
            request_key=f"deal-{number}",
            record_id=contact,
            gift_campaign_id="campaign-1",
            value=Money(2500, "EUR"),
            sender_user_id=sender,
        )
    )


def now(behind: WorldBehindTheWeb, key: str) -> Gift:
    with behind.world.store.read() as unit:
        return unit.gifts.named([key])[key]


def post(client: FlaskClient, session: PortalSession, path: str, **form: str) -> tuple[int, str]:
    answer = client.post(path, data={"csrf_token": session.csrf_token, **form}, follow_redirects=True)
    return answer.status_code, answer.text


def wait_for_approval(behind: WorldBehindTheWeb, **changes: object) -> None:
    rules = ApprovalRules(org_id=behind.world.org_id, gift_campaigns={(ACCOUNT, "campaign-1"): "Welcome"})
    with behind.world.store.write() as unit:
        unit.approval_rules.save(replace(rules, **changes))  # type: ignore[arg-type]


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
    manager(behind, client)
    ask(behind, 3)
    behind.world.provider.failures = [PermanentError("no such address", code="refused")]
    behind.world.run_jobs()
    ask(behind, 2)
    behind.world.run_jobs()
    ask(behind, 1)

    page = client.get(f"/gifts/?{query}").text

    assert [number for number in (1, 2, 3) if f"Byron{number}</a>" in page] == found


def test_a_gift_is_found_by_each_of_its_ids(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    manager(behind, client)
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
    manager(behind, client)
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


def test_a_gift_that_the_platform_has_says_how_it_is_canceled_there(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = behind.signed_in(client, Role.SENDER)
    gift = ask(behind)
    waiting = client.get(f"/gifts/{gift.key}").text
    behind.world.run_jobs()

    page = client.get(f"/gifts/{gift.key}").text
    status, refusal = post(client, session, f"/gifts/{gift.key}/cancel")

    assert "Cancel the gift</button>" in waiting
    assert "Cancel the gift</button>" not in page
    assert status == 422
    for text in (page, refusal):
        assert "no way to take one back" in text
        assert f"Ask the fake platform to cancel the gift {now(behind, gift.key).provider_gift_id}" in text
    assert now(behind, gift.key).state is RequestState.SENT


def test_another_orgs_manager_finds_none_of_it(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    wait_for_approval(behind)
    gift = ask(behind)
    budget = GiftBudget(
        org_id=behind.world.org_id, limit=Money(1, "EUR"), holder=BudgetHolder.USER, scope=USER_ID
    )
    behind.world.set_terms.budget(budget, "mia@example.com")
    stranger = manager(behind, client, OTHER_ORG)

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
    manager(behind, client)
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
    manager(behind, client)
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
    assert "&#34;status&#34;: &#34;redeemed&#34;" in page
    assert headers["Fake-Signature"] not in page
    assert "(not shown)" in page


def test_a_failed_gift_is_tried_again(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    session = manager(behind, client)
    gift = ask(behind)
    behind.world.provider.failures = [PermanentError("refused", code="no")]
    behind.world.run_jobs()

    status, page = post(client, session, f"/gifts/{gift.key}/retry")
    behind.world.run_jobs()

    assert (status, "The gift is tried again." in page) == (200, True)
    assert now(behind, gift.key).state is RequestState.SENT
    assert len(behind.world.provider.orders) == 1
    assert "gift.retried" in client.get(f"/gifts/{gift.key}").text


def test_a_parked_gift_is_tried_again_and_not_for_who_opted_out(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = manager(behind, client)
    gift = ask(behind)
    behind.world.provider.failures = [ConfigurationError("no campaign", code="gone")]
    behind.world.run_jobs()
    behind.world.org.change(gift.request.person.record_id, HasOptedOutOfEmail=True)
    unwilling, page = post(client, session, f"/gifts/{gift.key}/retry")
    behind.world.org.change(gift.request.person.record_id, HasOptedOutOfEmail=False)

    willing, _ = post(client, session, f"/gifts/{gift.key}/retry")

    assert (unwilling, willing) == (422, 200)
    assert "opted out of e-mail" in page
    assert now(behind, gift.key).state is RequestState.PLANNED


def test_a_failed_gift_is_not_tried_again_beyond_the_budget(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = manager(behind, client)
    gift = ask(behind)
    behind.world.provider.failures = [PermanentError("refused", code="no")]
    behind.world.run_jobs()
    limit = GiftBudget(org_id=behind.world.org_id, limit=Money(2499, "EUR"))
    behind.world.set_terms.budget(limit, "mia@example.com")

    status, page = post(client, session, f"/gifts/{gift.key}/retry")

    assert status == 422
    assert "the budget of the period is used up" in page
    assert now(behind, gift.key).state is RequestState.FAILED


def test_a_canceled_gift_is_replaced_once_by_a_new_one(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    world = behind.world
    session = manager(behind, client)
    old = ask(behind)
    world.run_jobs()
    [gift_id] = world.provider.gifts
    not_yet, _ = post(client, session, f"/gifts/{old.key}/resend")
    world.provider.cancel(gift_id)
    world.deliver(gift_id)
    world.apply_events()

    first, page = post(client, session, f"/gifts/{old.key}/resend")
    second, _ = post(client, session, f"/gifts/{old.key}/resend")
    world.run_jobs()

    assert (not_yet, first, second) == (422, 200, 200)
    [new] = [gift for gift in world.gifts() if gift.key != old.key]
    assert new.request.resent_from == old.key
    assert f'href="/gifts/{old.key}"' in page
    assert f'href="/gifts/{new.key}"' in client.get(f"/gifts/{old.key}").text
    assert len(world.provider.orders) == 2
    assert {order.dedupe_key for order in world.provider.orders} == {old.key, new.key}


def test_a_replacement_waits_for_approval_as_any_gift(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    session = manager(behind, client)
    old = ask(behind)
    post(client, session, f"/gifts/{old.key}/cancel")
    wait_for_approval(behind)

    post(client, session, f"/gifts/{old.key}/resend")
    behind.world.run_jobs()

    assert sorted(gift.state for gift in behind.world.gifts()) == ["awaiting_approval", "failed"]
    assert behind.world.provider.orders == []


@pytest.mark.parametrize("was_sent", ["yes", "no"])
def test_a_request_without_an_answer_is_settled_with_one_click(
    behind: WorldBehindTheWeb, client: FlaskClient, was_sent: str
) -> None:
    world = behind.world
    session = manager(behind, client)
    world.provider.lists_gifts = False
    world.provider.failures = [OutcomeUnknown("no answer")]
    gift = ask(behind)
    world.run_jobs()
    gift_id = next(iter(world.provider.gifts))
    assert "It was sent, with this id" in client.get(f"/gifts/{gift.key}").text

    status, page = post(
        client, session, f"/gifts/{gift.key}/settle", was_sent=was_sent, provider_gift_id=gift_id
    )

    assert (status, "is settled" in page) == (200, True)
    assert now(behind, gift.key).state is (RequestState.SENT if was_sent == "yes" else RequestState.PLANNED)
    assert "gift.settled_by_hand" in page


def test_a_webhook_of_this_gift_is_read_again_and_no_other(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    world = behind.world
    session = manager(behind, client)
    one, two = ask(behind, 1), ask(behind, 2)
    world.run_jobs()
    for gift in (one, two):
        world.deliver(now(behind, gift.key).provider_gift_id)
    world.apply_events()
    with world.store.read() as unit:
        of_one = unit.gift_pages.deliveries(ACCOUNT, now(behind, one.key).provider_gift_id, limit=5)[0]

    wrong, _ = post(client, session, f"/gifts/{two.key}/replay", delivery=str(of_one.message_id))
    right, _ = post(client, session, f"/gifts/{one.key}/replay", delivery=str(of_one.message_id))

    assert (wrong, right) == (422, 200)
    with world.store.read() as unit:
        assert [m.message_id for m in unit.inbox.listed(outcome=InboxOutcome.RECEIVED, limit=5)] == [
            of_one.message_id
        ]


def test_the_export_holds_all_gifts_and_nothing_that_a_spreadsheet_computes(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    manager(behind, client)
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


def test_gifts_are_approved_and_refused_on_the_page(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    wait_for_approval(behind)
    first, second = ask(behind, 1, sender=OTHER_USER), ask(behind, 2, sender=OTHER_USER)
    own = ask(behind, 3)
    session = manager(behind, client)

    before = client.get("/approvals/").text
    no_reason, page = post(client, session, "/approvals/", key=first.key, decision="refuse", note="")
    post(client, session, "/approvals/", key=first.key, decision="approve", note="")
    post(client, session, "/approvals/", key=second.key, decision="refuse", note="Too much")
    _, mine = post(client, session, "/approvals/", key=own.key, decision="approve", note="")

    assert "3 gifts wait" in before
    assert "Sent by you" in before
    assert (no_reason, "Say why the gift is refused" in page) == (200, True)
    assert now(behind, first.key).state is RequestState.PLANNED
    assert now(behind, second.key).approval.note == "Too much"
    assert "somebody else must decide" in mine
    assert now(behind, own.key).state is RequestState.AWAITING_APPROVAL


def test_which_gifts_wait_is_set_on_a_page(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    session = manager(behind, client)

    wrong, page = post(client, session, "/approvals/rules", above="much", currency="EUR", days="0")
    post(
        client,
        session,
        "/approvals/rules",
        above="20.00",
        currency="eur",
        days="5",
        four_eyes="1",
        gift_campaign=f"{ACCOUNT} campaign-2",
    )

    assert (wrong, "is not an amount" in page, "Between 1 and 365 days" in page) == (200, True, True)
    with behind.world.store.read() as unit:
        rules = unit.approval_rules.of_org(behind.world.org_id)
    assert (rules.above, rules.days, rules.four_eyes) == (Money(2000, "EUR"), 5, True)
    assert rules.gift_campaigns == {(ACCOUNT, "campaign-2"): "Thanks"}


def test_rules_can_be_set_while_the_platform_does_not_answer(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    wait_for_approval(behind)
    manager(behind, client)
    behind.world.provider.read_failures = [ConfigurationError("down", code="down")]

    page = client.get("/approvals/rules").text

    assert "Welcome" in page


def test_a_budget_for_a_person_is_set_and_refuses_the_next_gift(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = manager(behind, client)
    user = behind.world.org.add("User", Name="Robin Rep", Username="robin@example.com", IsActive=True)

    found = client.get("/budgets/new?holder=user&q=robin").text
    status, page = post(
        client,
        session,
        "/budgets/new",
        holder="user",
        scope=user,
        limit="25",
        currency="EUR",
        period="month",
    )
    ask(behind, 1, sender=user)

    assert "Robin Rep (robin@example.com)" in found
    assert (status, "The budget is set." in page, "Robin Rep" in page) == (200, True, True)
    assert "0.00 EUR" in client.get("/budgets/").text
    with pytest.raises(Exception, match="the sender's budget is used up"):
        ask(behind, 2, sender=user)


@pytest.mark.parametrize(
    "form",
    [
        {"holder": "user", "scope": "005000000000999AAA", "limit": "1", "currency": "EUR"},
        {"holder": "campaign", "scope": "of another org", "limit": "1", "currency": "EUR"},
        {"holder": "planet", "scope": "", "limit": "1", "currency": "EUR"},
        {"holder": "org", "scope": "", "limit": "-1", "currency": "EUR"},
        {"holder": "org", "scope": "", "limit": "1", "currency": "euro"},
    ],
)
def test_a_budget_that_makes_no_sense_is_not_set(
    behind: WorldBehindTheWeb, client: FlaskClient, form: dict[str, str]
) -> None:
    session = manager(behind, client)

    status, _ = post(client, session, "/budgets/new", **form)

    assert status == 200
    with behind.world.store.read() as unit:
        assert unit.gift_budgets.all() == []


def test_a_team_is_gathered_by_search_and_saved(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    session = manager(behind, client)
    robin = behind.world.org.add("User", Name="Robin Rep", Username="robin@example.com", IsActive=True)
    behind.world.org.add("User", Name="Sam Rep", Username="sam@example.com", IsActive=True)

    _, searched = post(
        client, session, "/budgets/teams", name="North", member=robin, q="sam", button="search"
    )
    _, saved = post(client, session, "/budgets/teams", name="North", member=robin, button="save")

    assert ("Robin Rep" in searched, "Sam Rep" in searched) == (True, True)
    assert ("The team is saved." in saved, "1 member" in saved) == (True, True)
    with behind.world.store.read() as unit:
        [team] = unit.teams.of_org(behind.world.org_id)
    assert (team.name, team.members) == ("North", {robin: "Robin Rep"})
