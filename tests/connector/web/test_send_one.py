"""The Send page for one person: what a rep sees and sends, and how often."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from connector.domain.gift import RequestState
from connector.domain.money import Money
from connector.domain.portal_session import PortalSession, Role
from connector.domain.vocabulary import GiftSource
from connector.errors import PermissionMissing
from connector.ports import GiftCampaign, Record
from tests.connector.fakes import FakeSalesforceOrg
from tests.connector.web.send_form import form_for
from tests.connector.web.world_behind import USER_ID, WorldBehindTheWeb
from tests.connector.world import ACCOUNT, World


def test_a_rep_sends_a_gift_after_looking_it_over(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    form = form_for(client, rep, world.contact())

    looked_over = form.post("confirm")
    before = world.gifts()
    sent = form.post("send")

    assert "Send a gift to Ada Byron" in form.shown.text
    for words in ("Ada Byron, ada@example.com", "Welcome", "25.00 EUR", "None needed", "Thank you, Ada."):
        assert words in looked_over.text
    assert before == []
    assert sent.status_code == 303
    (gift,) = world.gifts()
    assert sent.headers["Location"] == f"/send/gift/{gift.key}?done=sent"
    assert gift.request.source is GiftSource.BUTTON
    assert (gift.request.sender_user_id, gift.request.message) == (USER_ID, "Thank you, Ada.")
    assert gift.request.value == Money(2500, "EUR")


def test_the_same_form_sent_again_is_the_same_gift(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    form = form_for(client, rep, world.contact())

    first, double_click = form.post("send"), form.post("send", amount="30.00")
    reloaded = client.get(form.address)
    back_and_review = form.post("confirm")

    assert len(world.gifts()) == 1
    assert first.headers["Location"] == double_click.headers["Location"].replace("before", "sent")
    for again in (double_click, reloaded, back_and_review):
        assert again.status_code == 303
        assert again.headers["Location"].endswith("?done=before")


def test_a_second_tab_sends_no_second_gift_without_a_word(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    record_id = world.contact()
    one, other = form_for(client, rep, record_id), form_for(client, rep, record_id)
    one.post("send")

    warned = other.post("send")

    assert one.parameters["form"] != other.parameters["form"]
    assert warned.status_code == 409
    assert "Nothing was sent yet" in warned.text
    assert len(world.gifts()) == 1

    assert other.post("send", again="yes").status_code == 303
    assert len(world.gifts()) == 2


def test_another_gift_of_last_week_is_pointed_out_and_needs_no_second_word(
    behind: WorldBehindTheWeb, world: World, client: FlaskClient, rep: PortalSession
) -> None:
    record_id = world.contact()
    form_for(client, rep, record_id).post("send", gift=f"{ACCOUNT}/campaign-2")
    world.clock.move(days=7)
    rep = behind.signed_in(client, Role.SENDER)

    form = form_for(client, rep, record_id)

    assert "Recent gifts" in form.shown.text
    assert "2026-03-02" in form.shown.text
    assert form.post("send").status_code == 303


@pytest.mark.parametrize("sobject", ["Contact", "Lead"])
def test_a_mailbox_that_had_this_gift_gets_it_again_only_when_that_is_said(
    behind: WorldBehindTheWeb, world: World, client: FlaskClient, rep: PortalSession, sobject: str
) -> None:
    record_id = world.contact()
    form_for(client, rep, record_id).post("send")
    world.clock.move(days=300)
    rep = behind.signed_in(client, Role.SENDER)
    who = record_id if sobject == "Contact" else world.lead(FirstName="A.", Email=" ADA@example.com ")
    form = form_for(client, rep, who, sobject)

    looked_over = form.post("confirm")
    refused = form.post("send")
    before = len(world.gifts())
    sent = form.post("send", again="yes")

    assert "got a gift of this gift campaign before" in looked_over.text
    assert "Send one more gift to this person" in looked_over.text
    assert ("to this record" if who == record_id else "to another Contact") in looked_over.text
    assert (refused.status_code, before) == (409, 1)
    assert "Nothing was sent yet" in refused.text
    assert (sent.status_code, len(world.gifts())) == (303, 2)


def test_a_gift_that_came_to_nothing_and_another_orgs_take_no_mailbox(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    form_for(client, rep, world.contact()).post("send")
    [gift] = world.gifts()
    with world.store.write() as unit:
        unit.gifts.change({gift.key: {"state": RequestState.FAILED}})
        elsewhere = replace(gift.request, key="elsewhere", org_id="00D000000000002EAA", source_key="theirs")
        unit.gifts.add([replace(gift, request=elsewhere, state=RequestState.SENT)])

    form = form_for(client, rep, world.contact())

    assert "of this gift campaign before" not in form.post("confirm").text
    assert form.post("send").status_code == 303


def test_each_page_costs_at_most_three_calls_to_salesforce(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    form = form_for(client, rep, world.contact())
    counted = [sum(world.org.calls.values())]
    for step in ("confirm", "send"):
        world.org.calls.clear()
        form.post(step)
        counted.append(sum(world.org.calls.values()))

    assert counted == [1, 1, 1]


def test_an_id_of_fifteen_characters_is_the_same_person(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    record_id = world.contact()
    form = form_for(client, rep, record_id[:15])
    form.parameters["org"] = rep.org_id[:15]

    form.post("send")

    (gift,) = world.gifts()
    assert gift.request.person.contact_id == record_id


def test_a_rep_who_sees_no_campaigns_sends_without(
    behind: WorldBehindTheWeb, world: World, client: FlaskClient, rep: PortalSession
) -> None:
    class WithoutCampaigns(FakeSalesforceOrg):
        def query_together(self, soqls: Sequence[str]) -> list[list[Record]]:
            raise PermissionMissing(f"no Campaigns in {soqls}", code="INVALID_TYPE")

    behind.rep_org = WithoutCampaigns()
    behind.rep_org.records = world.org.records
    form = form_for(client, rep, world.contact())

    sent = form.post("send")

    assert "Campaign</label>" not in form.shown.text.replace("Gift campaign", "")
    assert sent.status_code == 303


def test_the_platform_is_asked_for_its_campaigns_once_in_a_while(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    record_id = world.contact()
    form_for(client, rep, record_id)
    world.provider.campaigns.append(GiftCampaign("campaign-3", "Brand new"))

    at_once = form_for(client, rep, record_id)
    world.clock.move(minutes=6)
    later = form_for(client, rep, record_id)

    assert "Brand new" not in at_once.shown.text
    assert "Brand new" in later.shown.text


def test_a_gift_may_count_for_a_campaign(world: World, client: FlaskClient, rep: PortalSession) -> None:
    campaign_id = world.org.add("Campaign", Name="Spring", IsActive=True)
    form = form_for(client, rep, world.contact())

    looked_over = form.post("confirm", campaign=campaign_id)
    form.post("send", campaign=campaign_id)

    assert "under the Campaign Spring" in looked_over.text
    (gift,) = world.gifts()
    assert gift.request.campaign_id == campaign_id


def test_change_brings_back_what_was_filled_in(world: World, client: FlaskClient, rep: PortalSession) -> None:
    form = form_for(client, rep, world.contact())

    changed = form.post("change", message='Dear "Ada" <3')

    assert "Dear &#34;Ada&#34; &lt;3</textarea>" in changed.text
    assert 'value="25.00"' in changed.text


def test_a_signed_out_rep_signs_in_at_the_org_of_the_link_and_comes_back(
    world: World, client: FlaskClient
) -> None:
    answer = client.get(f"/send?org={world.org_id}&object=Contact&record=003000000000001")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"/sign-in?org={world.org_id}&next=%2Fsend%3Forg%3D")


@pytest.mark.usefixtures("rep")
def test_without_an_address_the_page_says_how_to_begin(client: FlaskClient) -> None:
    answer = client.get("/send")

    assert answer.status_code == 200
    assert "press Send a Gift" in answer.text
