"""The Send page for one person: what a rep sees, sends, and is told when it cannot be."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector.domain.budget import GiftBudget, Period
from connector.domain.gift import RequestState
from connector.domain.money import Money
from connector.domain.portal_session import PortalSession, Role
from connector.domain.vocabulary import GiftSource
from connector.errors import ConnectorError, PermissionMissing, TemporaryError
from connector.ports import GiftCampaign, Record
from connector.services.audit import VerifyAudit
from connector.services.sent_gift import is_settled
from connector.web.application import create_app
from tests.connector.fakes import FakeSalesforceOrg
from tests.connector.web.world_behind import USER_ID, WorldBehindTheWeb
from tests.connector.world import ACCOUNT, World, new_store

GIFT = {"gift": f"{ACCOUNT}/campaign-1", "amount": "25.00", "currency": "EUR", "message": "Thank you, Ada."}


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[WorldBehindTheWeb]:
    world = World(new_store(tmp_path))
    world.org.records["Campaign"] = {}
    yield WorldBehindTheWeb(world, webhook_max_bytes=20_000)
    world.store.close()


@pytest.fixture
def world(behind: WorldBehindTheWeb) -> World:
    return behind.world


@pytest.fixture
def client(behind: WorldBehindTheWeb) -> FlaskClient:
    return create_app(behind).test_client()


@pytest.fixture
def rep(behind: WorldBehindTheWeb, client: FlaskClient) -> PortalSession:
    return behind.signed_in(client, Role.SENDER)


def contact(world: World, **fields: object) -> str:
    person = {"FirstName": "Ada", "LastName": "Byron", "Email": "ada@example.com"}
    return world.org.add(
        "Contact", **{**person, "HasOptedOutOfEmail": False, "Gift_Opt_Out__c": False, **fields}
    )


def lead(world: World, **fields: object) -> str:
    person = {"FirstName": "Alan", "LastName": "Turing", "Email": "alan@example.com", "IsConverted": False}
    consent = {"HasOptedOutOfEmail": False, "Gift_Opt_Out__c": False, "ConvertedContactId": None}
    return world.org.add("Lead", **{**person, **consent, **fields})


class Form:
    """The page in one rep's browser: what was opened, and what is sent with it."""

    def __init__(
        self, client: FlaskClient, rep: PortalSession, record_id: str, sobject: str = "Contact"
    ) -> None:
        self.client, self.rep = client, rep
        self.parameters = {"org": rep.org_id, "object": sobject, "record": record_id}
        self.shown = client.get("/send", query_string=self.parameters)
        if self.shown.status_code == 302:
            self.address = self.shown.headers["Location"]
            self.parameters["form"] = self.address.rpartition("form=")[2]
            self.shown = client.get(self.address)

    def post(self, step: str, **fields: str) -> TestResponse:
        data = {**self.parameters, **GIFT, **fields, "step": step, "csrf_token": self.rep.csrf_token}
        return self.client.post("/send", data=data)


def test_a_rep_sends_a_gift_after_looking_it_over(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    form = Form(client, rep, contact(world))

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
    form = Form(client, rep, contact(world))

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
    record_id = contact(world)
    one, other = Form(client, rep, record_id), Form(client, rep, record_id)
    one.post("send")

    warned = other.post("send")

    assert one.parameters["form"] != other.parameters["form"]
    assert warned.status_code == 409
    assert "Nothing was sent yet" in warned.text
    assert len(world.gifts()) == 1

    assert other.post("send", again="yes").status_code == 303
    assert len(world.gifts()) == 2


def test_a_gift_of_last_week_is_pointed_out_and_needs_no_second_word(
    behind: WorldBehindTheWeb, world: World, client: FlaskClient, rep: PortalSession
) -> None:
    record_id = contact(world)
    Form(client, rep, record_id).post("send")
    world.clock.move(days=7)
    rep = behind.signed_in(client, Role.SENDER)

    form = Form(client, rep, record_id)

    assert "Recent gifts" in form.shown.text
    assert "2026-03-02" in form.shown.text
    assert form.post("send").status_code == 303


def test_each_page_costs_at_most_three_calls_to_salesforce(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    form = Form(client, rep, contact(world))
    counted = [sum(world.org.calls.values())]
    for step in ("confirm", "send"):
        world.org.calls.clear()
        form.post(step)
        counted.append(sum(world.org.calls.values()))

    assert counted == [1, 1, 1]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"Email": None}, "There is no e-mail address"),
        ({"LastName": None}, "The first or the last name is missing"),
        ({"HasOptedOutOfEmail": True}, "opted out of e-mail"),
        ({"Gift_Opt_Out__c": True}, "opted out of gifts"),
    ],
)
def test_who_may_not_get_a_gift_is_shown_with_the_reason_and_no_form(
    world: World, client: FlaskClient, rep: PortalSession, fields: dict[str, object], words: str
) -> None:
    form = Form(client, rep, contact(world, **fields))

    refused = form.post("send")

    assert words in form.shown.text
    assert "Gift campaign" not in form.shown.text
    assert (refused.status_code, words in refused.text) == (422, True)
    assert world.gifts() == []


def test_everything_that_is_missing_is_said_at_once(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    form = Form(client, rep, contact(world, Email=None, FirstName=None, Gift_Opt_Out__c=True))

    for words in ("no e-mail address", "first or the last name", "opted out of gifts"):
        assert words in form.shown.text


def test_a_gift_that_is_sent_to_an_address_needs_one(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    world.provider.campaigns.append(
        GiftCampaign("box", "Box", direct_send=True, line_items=world.provider.items)
    )
    form = Form(client, rep, contact(world))

    refused = form.post("send", gift=f"{ACCOUNT}/box")

    assert refused.status_code == 422
    assert "postal address is incomplete" in refused.text
    assert world.gifts() == []


def test_a_converted_lead_offers_the_contact(world: World, client: FlaskClient, rep: PortalSession) -> None:
    contact_id = contact(world)
    record_id = lead(world, IsConverted=True, ConvertedContactId=contact_id)
    form = Form(client, rep, record_id, "Lead")

    refused = form.post("send")

    for shown in (form.shown, refused):
        assert "This lead was converted" in shown.text
        assert f"record={contact_id}" in shown.text
    assert world.gifts() == []


@pytest.mark.parametrize(
    ("field", "given", "words"),
    [
        ("gift", "elsewhere/campaign-1", "Choose a gift campaign"),
        ("amount", "much", "Enter an amount"),
        ("amount", "0", "more than nothing"),
        ("amount", "-5", "Enter an amount"),
        ("amount", "1e99", "Enter an amount"),
        ("amount", "1e9999999", "Enter an amount"),
        ("currency", "EURO", "Enter an amount"),
        ("message", "x" * 1001, "Shorten the message"),
        ("campaign", "701000000000999AAA", "You do not see this Campaign"),
    ],
)
def test_tampered_fields_are_named_and_nothing_is_sent(
    world: World, client: FlaskClient, rep: PortalSession, field: str, given: str, words: str
) -> None:
    form = Form(client, rep, contact(world))

    answer = form.post("send", **{field: given})

    assert (answer.status_code, words in answer.text) == (422, True)
    assert "Nothing was sent" in answer.text
    assert world.gifts() == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"org": ""}, "does not say which org"),
        ({"org": "00D00000000000"}, "does not say which org"),
        ({"org": "00D000000000002EAA"}, "another org"),
        ({"object": "Account"}, "Gifts go to Contacts"),
        ({"object": "Lead"}, "is not the Id of a Lead"),
        ({"record": ""}, "does not say for whom"),
        ({"record": "003"}, "no record Id"),
        ({"record": "003000000000001AAB"}, "no record Id"),
        ({"record": "001000000000001AAA"}, "is not the Id of a Contact"),
        ({"record": "' OR Name != '"}, "no record Id"),
        ({"form": "guess"}, "not one of this page"),
    ],
)
def test_a_tampered_address_is_a_page_that_says_what_to_do(
    world: World, client: FlaskClient, rep: PortalSession, changed: dict[str, str], words: str
) -> None:
    form = Form(client, rep, contact(world))

    answer = form.post("send", **changed)

    assert (answer.status_code, words in answer.text) == (422, True)
    assert "Nothing was sent" in answer.text
    assert world.gifts() == []


def test_an_id_of_fifteen_characters_is_the_same_person(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    record_id = contact(world)
    form = Form(client, rep, record_id[:15])
    form.parameters["org"] = rep.org_id[:15]

    form.post("send")

    (gift,) = world.gifts()
    assert gift.request.person.contact_id == record_id


def test_a_record_that_the_rep_does_not_see_gets_no_gift(
    behind: WorldBehindTheWeb, world: World, client: FlaskClient, rep: PortalSession
) -> None:
    record_id = contact(world)
    behind.rep_org = FakeSalesforceOrg()

    form = Form(client, rep, record_id)
    sent = form.post("send")

    for answer in (form.shown, sent):
        assert answer.status_code == 422
        assert f"You see no Contact {record_id}" in answer.text
    assert world.gifts() == []


@pytest.mark.parametrize(
    ("master", "words"), [(None, "was deleted"), ("003000000000099AAA", "merged into 003000000000099AAA")]
)
def test_a_record_that_is_gone_is_said_to_be_gone(
    world: World, client: FlaskClient, rep: PortalSession, master: str | None, words: str
) -> None:
    record_id = contact(world)
    world.org.delete(record_id, merged_into=master)

    shown = Form(client, rep, record_id).shown

    assert (shown.status_code, words in shown.text) == (422, True)
    assert "Nothing was sent" in shown.text


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (TemporaryError("GET query was not answered", code="no_answer"), 503),
        (PermissionMissing("GET query was answered 403 (API_DISABLED_FOR_ORG)", code="x"), 409),
    ],
)
def test_salesforce_down_is_a_page_and_sends_nothing(
    world: World, client: FlaskClient, rep: PortalSession, failure: ConnectorError, status: int
) -> None:
    form = Form(client, rep, contact(world))
    world.org.next_failures = [failure, failure]

    answer = form.post("send")

    assert answer.status_code == status
    assert "Nothing was sent." in answer.text
    assert world.gifts() == []


def test_a_rep_who_sees_no_campaigns_sends_without(
    behind: WorldBehindTheWeb, world: World, client: FlaskClient, rep: PortalSession
) -> None:
    class WithoutCampaigns(FakeSalesforceOrg):
        def query_together(self, soqls: Sequence[str]) -> list[list[Record]]:
            raise PermissionMissing(f"no Campaigns in {soqls}", code="INVALID_TYPE")

    behind.rep_org = WithoutCampaigns()
    behind.rep_org.records = world.org.records
    form = Form(client, rep, contact(world))

    sent = form.post("send")

    assert "Campaign</label>" not in form.shown.text.replace("Gift campaign", "")
    assert sent.status_code == 303


def test_a_platform_that_is_down_is_a_page_that_says_so(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    world.provider.read_failures = [TemporaryError("the platform does not answer", code="no_answer")]

    shown = Form(client, rep, contact(world)).shown

    assert shown.status_code == 503
    assert "does not answer. Try again in some minutes. Nothing was sent." in shown.text


def test_the_platform_is_asked_for_its_campaigns_once_in_a_while(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    record_id = contact(world)
    Form(client, rep, record_id)
    world.provider.campaigns.append(GiftCampaign("campaign-3", "Brand new"))

    at_once = Form(client, rep, record_id)
    world.clock.move(minutes=6)
    later = Form(client, rep, record_id)

    assert "Brand new" not in at_once.shown.text
    assert "Brand new" in later.shown.text


def test_a_used_up_budget_is_said_before_anything_is_sent(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    with world.store.write() as unit:
        unit.gift_budgets.save(GiftBudget(org_id=world.org_id, limit=Money(4000, "EUR"), period=Period.MONTH))
    Form(client, rep, contact(world)).post("send")

    form = Form(client, rep, contact(world))
    fits = form.post("confirm", amount="15.00")
    refused = form.post("send", amount="15.01")

    assert "15.00 EUR of 40.00 EUR left" in fits.text
    assert 'value="EUR"' in form.shown.text
    assert (refused.status_code, "budget of the period is used up" in refused.text) == (422, True)
    assert len(world.gifts()) == 1


def test_a_gift_may_count_for_a_campaign(world: World, client: FlaskClient, rep: PortalSession) -> None:
    campaign_id = world.org.add("Campaign", Name="Spring", IsActive=True)
    form = Form(client, rep, contact(world))

    looked_over = form.post("confirm", campaign=campaign_id)
    form.post("send", campaign=campaign_id)

    assert "under the Campaign Spring" in looked_over.text
    (gift,) = world.gifts()
    assert gift.request.campaign_id == campaign_id


def test_change_brings_back_what_was_filled_in(world: World, client: FlaskClient, rep: PortalSession) -> None:
    form = Form(client, rep, contact(world))

    changed = form.post("change", message='Dear "Ada" <3')

    assert "Dear &#34;Ada&#34; &lt;3</textarea>" in changed.text
    assert 'value="25.00"' in changed.text


def test_the_gift_is_in_salesforce_without_waiting_for_more_news(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    record_id = contact(world)
    sent = Form(client, rep, record_id).post("send")

    world.run_jobs()
    world.run_jobs()
    page = client.get(sent.headers["Location"])

    (gift,) = world.gifts()
    assert gift.state is RequestState.SENT
    assert is_settled(gift)
    (record,) = world.org.records["Gift__c"].values()
    assert (record["Contact__c"], record["Sender__c"]) == (record_id, USER_ID)
    assert [task["Subject"] for task in world.org.records["Task"].values()] == ["Gift Created"]
    assert "The gift is on its way" in page.text
    assert f"https://x.example/lightning/r/Gift__c/{gift.salesforce_id}/view" in page.text
    assert f"https://x.example/lightning/r/Contact/{record_id}/view" in page.text


def test_the_gifts_page_asks_for_what_is_new_and_gets_nothing_else(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    Form(client, rep, contact(world)).post("send")
    (gift,) = world.gifts()
    page = client.get(f"/send/gift/{gift.key}")
    address = re.search(r'hx-get="([^"]+)"', page.text)
    assert address is not None
    part = address[1].replace("&amp;", "&")

    nothing_new = client.get(part)
    world.run_jobs()
    news = client.get(part)

    assert "Waiting to be sent" in page.text
    assert nothing_new.status_code == 204
    assert "<html" not in news.text
    assert "Sent</span>" in news.text


def test_another_orgs_people_and_other_reps_do_not_see_the_gift(
    behind: WorldBehindTheWeb, world: World, client: FlaskClient, rep: PortalSession
) -> None:
    Form(client, rep, contact(world)).post("send")
    (gift,) = world.gifts()

    behind.signed_in(client, Role.SENDER, Role.MANAGER, org_id="00D000000000002EAA")
    elsewhere = client.get(f"/send/gift/{gift.key}")
    behind.signed_in(client, Role.SENDER, user_id="005000000000002AAA")
    colleague = client.get(f"/send/gift/{gift.key}")
    behind.signed_in(client, Role.SENDER, Role.MANAGER, user_id="005000000000003AAA")
    manager = client.get(f"/send/gift/{gift.key}")

    assert (elsewhere.status_code, colleague.status_code, manager.status_code) == (404, 404, 200)


def test_a_signed_out_rep_signs_in_at_the_org_of_the_link_and_comes_back(
    world: World, client: FlaskClient
) -> None:
    answer = client.get(f"/send?org={world.org_id}&object=Contact&record=003000000000001")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"/sign-in?org={world.org_id}&next=%2Fsend%3Forg%3D")


def test_a_manager_who_may_not_send_gets_no_form(
    behind: WorldBehindTheWeb, world: World, client: FlaskClient
) -> None:
    session = behind.signed_in(client, Role.MANAGER)

    form = Form(client, session, contact(world))

    assert form.shown.status_code == 403
    assert world.gifts() == []


@pytest.mark.usefixtures("rep")
def test_without_an_address_the_page_says_how_to_begin(client: FlaskClient) -> None:
    answer = client.get("/send")

    assert answer.status_code == 200
    assert "press Send a Gift" in answer.text


def test_the_audit_log_knows_who_sent(world: World, client: FlaskClient, rep: PortalSession) -> None:
    form = Form(client, rep, contact(world))
    form.post("send")
    form.post("send")

    with world.store.read() as unit:
        (entry,) = unit.audit.all_of(world.org_id)
    assert (entry.actor, entry.action, entry.subject) == (rep.username, "gift.request", world.gifts()[0].key)
    assert "ada@example.com" not in str(entry.details)
    assert VerifyAudit(world.store)(world.org_id).broken_at is None


def test_gift_campaigns_of_another_orgs_account_are_not_offered(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    with world.store.write() as unit:
        (account,) = unit.connections.accounts()
        unit.connections.save_account(replace(account, org_id="00D000000000002EAA"))
    form = Form(client, rep, contact(world))

    sent = form.post("send")

    for answer in (form.shown, sent):
        assert answer.status_code == 409
        assert "no account at a gifting platform" in answer.text
    assert world.gifts() == []
