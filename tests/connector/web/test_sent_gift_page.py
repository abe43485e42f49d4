"""What becomes of a gift that was sent to one person: on its page, in Salesforce, in the audit log."""

import re

from flask.testing import FlaskClient

from connector.domain.gift import RequestState
from connector.domain.portal_session import PortalSession, Role
from connector.services.audit import VerifyAudit
from connector.services.sending.sent_gift import is_settled
from tests.connector.web.send_form import form_for
from tests.connector.web.world_behind import USER_ID, WorldBehindTheWeb
from tests.connector.world import World


def test_the_gift_is_in_salesforce_without_waiting_for_more_news(
    world: World, client: FlaskClient, rep: PortalSession
) -> None:
    record_id = world.contact()
    sent = form_for(client, rep, record_id).post("send")

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
    form_for(client, rep, world.contact()).post("send")
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
    form_for(client, rep, world.contact()).post("send")
    (gift,) = world.gifts()

    behind.signed_in(client, Role.SENDER, Role.MANAGER, org_id="00D000000000002EAA")
    elsewhere = client.get(f"/send/gift/{gift.key}")
    behind.signed_in(client, Role.SENDER, user_id="005000000000002AAA")
    colleague = client.get(f"/send/gift/{gift.key}")
    behind.signed_in(client, Role.SENDER, Role.MANAGER, user_id="005000000000003AAA")
    manager = client.get(f"/send/gift/{gift.key}")

    assert (elsewhere.status_code, colleague.status_code, manager.status_code) == (404, 404, 200)


def test_the_audit_log_knows_who_sent(world: World, client: FlaskClient, rep: PortalSession) -> None:
    form = form_for(client, rep, world.contact())
    form.post("send")
    form.post("send")

    with world.store.read() as unit:
        (entry,) = unit.audit.all_of(world.org_id)
    assert (entry.actor, entry.action, entry.subject) == (rep.username, "gift.request", world.gifts()[0].key)
    assert "ada@example.com" not in str(entry.details)
    assert VerifyAudit(world.store)(world.org_id).broken_at is None
