"""The Send page for one person, where no gift can be sent: what is wrong, and whom or what it needs."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from connector.domain.budget import GiftBudget, Period
from connector.domain.money import Money
from connector.domain.portal_session import PortalSession, Role
from connector.errors import ConnectorError, PermissionMissing, TemporaryError
from connector.ports import GiftCampaign
from tests.connector.fakes import FakeSalesforceOrg
from tests.connector.web.send_form import form_for
from tests.connector.web.world_behind import WorldBehindTheWeb
from tests.connector.world import ACCOUNT, World


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
    form = form_for(client, rep, world.contact(**fields))

    refused = form.post("send")

    assert words in form.shown.text
    assert "Gift campaign" not in form.shown.text
    assert (refused.status_code, words in refused.text) == (422, True)
    assert world.gifts() == []


def test_everything_that_is_missing_is_said_at_once(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    form = form_for(client, rep, world.contact(Email=None, FirstName=None, Gift_Opt_Out__c=True))

    for words in ("no e-mail address", "first or the last name", "opted out of gifts"):
        assert words in form.shown.text


def test_a_gift_that_is_sent_to_an_address_needs_one(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    world.provider.campaigns.append(
        GiftCampaign("box", "Box", direct_send=True, line_items=world.provider.items)
    )
    form = form_for(client, rep, world.contact())

    refused = form.post("send", gift=f"{ACCOUNT}/box")

    assert refused.status_code == 422
    assert "postal address is incomplete" in refused.text
    assert world.gifts() == []


def test_a_converted_lead_offers_the_contact(world: World, client: FlaskClient, rep: PortalSession) -> None:
    contact_id = world.contact()
    record_id = world.lead(IsConverted=True, ConvertedContactId=contact_id)
    form = form_for(client, rep, record_id, "Lead")

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
    form = form_for(client, rep, world.contact())

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
    form = form_for(client, rep, world.contact())

    answer = form.post("send", **changed)

    assert (answer.status_code, words in answer.text) == (422, True)
    assert "Nothing was sent" in answer.text
    assert world.gifts() == []


def test_a_record_that_the_rep_does_not_see_gets_no_gift(
    behind: WorldBehindTheWeb, world: World, client: FlaskClient, rep: PortalSession
) -> None:
    record_id = world.contact()
    behind.rep_org = FakeSalesforceOrg()

    form = form_for(client, rep, record_id)
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
    record_id = world.contact()
    world.org.delete(record_id, merged_into=master)

    shown = form_for(client, rep, record_id).shown

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
    form = form_for(client, rep, world.contact())
    world.org.next_failures = [failure, failure]

    answer = form.post("send")

    assert answer.status_code == status
    assert "Nothing was sent." in answer.text
    assert world.gifts() == []


def test_a_platform_that_is_down_is_a_page_that_says_so(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    world.provider.read_failures = [TemporaryError("the platform does not answer", code="no_answer")]

    shown = form_for(client, rep, world.contact()).shown

    assert shown.status_code == 503
    assert "does not answer. Try again in some minutes. Nothing was sent." in shown.text


def test_a_used_up_budget_is_said_before_anything_is_sent(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    with world.store.write() as unit:
        unit.gift_budgets.save(GiftBudget(org_id=world.org_id, limit=Money(4000, "EUR"), period=Period.MONTH))
    form_for(client, rep, world.contact()).post("send")

    form = form_for(client, rep, world.contact())
    fits = form.post("confirm", amount="15.00")
    refused = form.post("send", amount="15.01")

    assert "15.00 EUR of 40.00 EUR left" in fits.text
    assert 'value="EUR"' in form.shown.text
    assert (refused.status_code, "budget of the period is used up" in refused.text) == (422, True)
    assert len(world.gifts()) == 1


def test_a_manager_who_may_not_send_gets_no_form(
    behind: WorldBehindTheWeb, world: World, client: FlaskClient
) -> None:
    session = behind.signed_in(client, Role.MANAGER)

    form = form_for(client, session, world.contact())

    assert form.shown.status_code == 403
    assert world.gifts() == []


def test_gift_campaigns_of_another_orgs_account_are_not_offered(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    with world.store.write() as unit:
        (account,) = unit.connections.accounts()
        unit.connections.save_account(replace(account, org_id="00D000000000002EAA"))
    form = form_for(client, rep, world.contact())

    sent = form.post("send")

    for answer in (form.shown, sent):
        assert answer.status_code == 409
        assert "no account at a gifting platform" in answer.text
    assert world.gifts() == []
