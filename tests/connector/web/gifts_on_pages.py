"""Gifts that a test of the pages begins with, and somebody who looks at them."""

from dataclasses import replace

from flask.testing import FlaskClient

from connector.domain.approval import ApprovalRules
from connector.domain.gift import Gift
from connector.domain.money import Money
from connector.domain.portal_session import PortalSession, Role
from connector.services.sending.ask_for_gift import AskedGift
from tests.connector.web.world_behind import USER_ID, WorldBehindTheWeb
from tests.connector.world import ACCOUNT

OTHER_ORG = "00D000000000002EAA"
OTHER_USER = "005000000000099AAA"


def signed_in_manager(behind: WorldBehindTheWeb, client: FlaskClient, org_id: str = "") -> PortalSession:
    return behind.signed_in(client, Role.MANAGER, Role.SENDER, org_id=org_id)


def ask(behind: WorldBehindTheWeb, number: int = 1, *, sender: str = USER_ID, **person: object) -> Gift:
    world = behind.world
    email = f"ada{number}@example.com"
    contact = world.contact(**{"LastName": f"Byron{number}", "Email": email, **person})
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
