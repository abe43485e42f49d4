"""The Send page for several people: who would get what, sent once, and a result for each."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from connector.domain.budget import GiftBudget
from connector.domain.money import Money
from connector.domain.portal_session import PortalSession, Role
from connector.domain.vocabulary import GiftSource
from connector.errors import TemporaryError
from tests.connector.fakes import FakeSalesforceOrg
from tests.connector.web.send_form import SendForm, form_for_selected
from tests.connector.web.world_behind import WorldBehindTheWeb
from tests.connector.world import ACCOUNT, World

UNKNOWN = "003000000000999AAA"


def contacts(world: World, count: int, **fields: object) -> list[str]:
    return [world.contact(**{"Email": f"ada{number}@example.com", **fields}) for number in range(count)]


def test_selected_people_get_a_gift_each_after_a_dry_run(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    ids = contacts(world, 3)
    out = contacts(world, 1, Gift_Opt_Out__c=True, FirstName="Grace")
    world.org.calls.clear()
    form = form_for_selected(client, rep, [*ids, *out, UNKNOWN])

    looked_over = form.post("confirm")
    before = world.gifts()
    sent = form.post("send")
    calls = sum(world.org.calls.values())
    world.run_jobs()
    world.run_jobs()
    result = client.get(sent.headers["Location"])

    assert "1 of those selected is not there" in form.shown.text
    for words in ("Send 3 gifts?", "75.00 EUR", "opted out of gifts", UNKNOWN, "Grace"):
        assert words in looked_over.text
    assert "<dt>API calls</dt><dd>3</dd>" in looked_over.text
    assert before == []
    assert sent.status_code == 303
    assert calls == 3
    assert sorted(gift.request.person.contact_id for gift in world.gifts()) == sorted(ids)
    assert {gift.request.source for gift in world.gifts()} == {GiftSource.BUTTON}
    for words in (
        "The gifts are on their way",
        "3 of 3",
        "opted out of gifts",
        "Grace",
        UNKNOWN,
        "not shown to you",
    ):
        assert words in result.text


def test_a_batch_of_one_is_one_gift(world: World, client: FlaskClient, rep: PortalSession) -> None:
    form = form_for_selected(client, rep, [*contacts(world, 1), *contacts(world, 1, Gift_Opt_Out__c=True)])

    result = client.get(form.post("send").headers["Location"])

    assert "<title>1 gift |" in result.text


def test_the_same_form_sends_once_however_often_it_is_sent(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    form = form_for_selected(client, rep, contacts(world, 2))

    first, second, reloaded = form.post("send"), form.post("send"), client.get(form.address)

    assert len(world.gifts()) == 2
    assert second.headers["Location"] == first.headers["Location"].replace("sent", "before")
    assert reloaded.headers["Location"] == second.headers["Location"]


def test_a_second_tab_sends_nothing_without_a_word(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    ids = contacts(world, 2)
    one, other = form_for_selected(client, rep, ids), form_for_selected(client, rep, ids)
    one.post("send")

    same = other.post("send")
    warned = other.post("send", gift=f"{ACCOUNT}/campaign-2")

    assert (same.status_code, warned.status_code, len(world.gifts())) == (409, 409, 2)
    assert "Nobody would get a gift" in same.text
    assert "2 of them were asked a gift for in the last minutes" in warned.text
    assert other.post("send", gift=f"{ACCOUNT}/campaign-2", again="yes").status_code == 303
    assert len(world.gifts()) == 4


def test_one_mailbox_gets_one_gift_however_many_of_the_selected_share_it(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    first, second = contacts(world, 1), contacts(world, 1, Email=" ADA0@example.com")
    other = contacts(world, 1, Email="alan@example.com")

    form = form_for_selected(client, rep, [*first, *second, *other])
    looked_over, sent = form.post("confirm"), form.post("send")
    result = client.get(sent.headers["Location"])

    assert "Send 2 gifts?" in looked_over.text
    assert "A gift for each of them" in looked_over.text
    for page in (looked_over, result):
        assert "duplicate: a gift of this gift campaign goes, or went, to the same" in page.text
    assert sorted(gift.request.person.contact_id for gift in world.gifts()) == sorted([*first, *other])


def test_who_had_this_gift_before_is_passed_over_unless_each_is_meant(
    behind: WorldBehindTheWeb, world: World, client: FlaskClient, rep: PortalSession
) -> None:
    ids = contacts(world, 3)
    form_for_selected(client, rep, ids[:1]).post("send")
    world.clock.move(days=300)
    rep = behind.signed_in(client, Role.SENDER)
    form = form_for_selected(client, rep, ids)

    without = form.post("confirm")
    each = form.post("confirm", duplicates="yes")
    sent = form.post("send", duplicates="yes")

    assert "Send 2 gifts?" in without.text
    assert "Send 3 gifts?" in each.text
    assert each.text.count("same e-mail address</span>") == 1
    assert 'name="duplicates" value="yes"' in each.text
    assert (sent.status_code, len(world.gifts())) == (303, 4)


def test_members_of_a_campaign_who_share_a_mailbox_get_what_its_link_says(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    campaign_id = world.campaign()
    for first in ("Augusta Ada", "Ada"):
        world.contact_member(campaign_id, FirstName=first, Email="ada@example.com")
    form = SendForm(client, rep, object="Campaign", record=campaign_id)

    strictly = form.post("confirm")
    link = replace(world.link(campaign_id), allow_duplicates=True)
    with world.store.write() as unit:
        unit.links.save(link)
    as_linked = form.post("confirm")

    assert "Send 1 gifts?" not in strictly.text
    assert "Send 1 gift?" in strictly.text
    assert "Send 2 gifts?" in as_linked.text


def test_members_of_a_campaign_are_chosen_by_status_and_get_what_gift_sync_would_give(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    campaign_id = world.campaign(contacts=2, leads=2)
    members = list(world.org.records["CampaignMember"])
    for member_id in members[:3]:
        world.org.change(member_id, Status="Attended")
    form = SendForm(client, rep, object="Campaign", record=campaign_id[:15])

    sent = form.post("send", status=["Attended"])
    link = world.link(campaign_id)
    synced = world.plan_sync(link.link_id)

    assert "members of Spring" in form.shown.text
    assert "Attended (3)" in form.shown.text
    assert sent.status_code == 303
    assert sorted(
        gift.request.campaign_member_id for gift in world.gifts() if gift.request.sender_user_id
    ) == sorted(members[:3])
    assert {gift.request.campaign_id for gift in world.gifts()} == {campaign_id}
    assert synced.run.planned == 1


def test_a_budget_is_shared_out_in_order_and_the_rest_are_told(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    with world.store.write() as unit:
        unit.gift_budgets.save(GiftBudget(org_id=world.org_id, limit=Money(6000, "EUR")))
    form = form_for_selected(client, rep, contacts(world, 3))

    looked_over = form.post("confirm")
    form.post("send")

    assert "Send 2 gifts?" in looked_over.text
    assert "budget of the period is used up" in looked_over.text
    assert len(world.gifts()) == 2


def test_when_nobody_would_get_a_gift_none_can_be_sent(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    form = form_for_selected(client, rep, contacts(world, 2, Email=None))

    looked_over, sent = form.post("confirm"), form.post("send")

    assert "Send gifts</button>" not in looked_over.text
    assert (sent.status_code, world.gifts()) == (409, [])


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ({"object": "Contact", "ids": f"{UNKNOWN},701000000000001AAA"}, "is not the Id of a Contact"),
        ({"object": "Contact", "ids": "x"}, "no record Id"),
        ({"object": "Contact", "ids": ","}, "Nobody is selected"),
        ({"object": "Campaign", "ids": UNKNOWN}, "get no gifts"),
        ({"object": "Campaign", "record": UNKNOWN}, "is not the Id of a Campaign"),
        ({"object": "Contact", "ids": UNKNOWN, "record": UNKNOWN}, "does not say for whom"),
        ({"object": "Contact", "ids": ",".join([UNKNOWN] * 201)}, "too many at once"),
        ({"object": "Campaign", "record": "701000000000999"}, "You see no Campaign"),
    ],
)
def test_addresses_that_cannot_be_are_pages_that_say_so(
    world: World, client: FlaskClient, rep: PortalSession, which: dict[str, str], words: str
) -> None:
    world.org.records |= {"Campaign": {}, "CampaignMember": {}}

    shown = SendForm(client, rep, **which).shown

    assert (shown.status_code, words in shown.text) == (422, True)
    assert "Nothing was sent" in shown.text


def test_results_are_shown_without_names_while_salesforce_does_not_answer(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    (out,) = contacts(world, 1, Gift_Opt_Out__c=True, FirstName="Grace")
    sent = form_for_selected(client, rep, [*contacts(world, 1), out]).post("send")
    world.org.next_failures = [TemporaryError("no answer", code="no_answer")]

    result = client.get(sent.headers["Location"])

    assert (result.status_code, out in result.text, "Grace" in result.text) == (200, True, False)


def test_people_whom_the_rep_does_not_see_get_nothing(
    behind: WorldBehindTheWeb, world: World, client: FlaskClient, rep: PortalSession
) -> None:
    ids = contacts(world, 2)
    behind.rep_org = FakeSalesforceOrg()
    form = form_for_selected(client, rep, ids)

    answer = form.post("send")

    assert (answer.status_code, world.gifts()) == (422, [])
    assert "Nobody is left" in answer.text


def test_salesforce_down_sends_nothing(world: World, client: FlaskClient, rep: PortalSession) -> None:
    form = form_for_selected(client, rep, contacts(world, 2))
    world.org.next_failures = [TemporaryError("no answer", code="no_answer")]

    answer = form.post("send")

    assert (answer.status_code, world.gifts()) == (503, [])


def test_results_are_for_who_sent_and_tell_what_is_new(
    behind: WorldBehindTheWeb, world: World, client: FlaskClient, rep: PortalSession
) -> None:
    address = (
        form_for_selected(client, rep, contacts(world, 2)).post("send").headers["Location"].partition("?")[0]
    )
    page = client.get(address)
    state = page.text.partition("seen=")[2].partition('"')[0]

    nothing_new = client.get(f"{address}?part=1&seen={state}")
    world.run_jobs()
    news = client.get(f"{address}?part=1&seen={state}")
    behind.signed_in(client, Role.SENDER, user_id="005000000000002AAA")
    colleague = client.get(address)

    assert (nothing_new.status_code, news.status_code, colleague.status_code) == (204, 200, 404)
    assert "Done" in news.text
    assert "<html" not in news.text
