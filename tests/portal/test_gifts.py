"""Gifts, approvals, budgets and the dashboard, in a browser over the local org."""

from collections.abc import Callable

import pytest

from connector.domain.approval import ApprovalRules
from connector.domain.gift import RequestState
from connector.domain.money import Money
from connector.services.sending.ask_for_gift import AskedGift
from tests.portal.browser import Person
from tests.portal.stage import ADMIN, PortalStage
from tests.portal.tidy import three_months_of_gifts

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SitDown = Callable[[], Person]


def ask(stage: PortalStage, org_id: str, first: str, last: str) -> str:
    """A gift that a flow asked for; its key."""
    email = f"{first}.{last}@example.com".lower()
    contact = stage.side.create("Contact", FirstName=first, LastName=last, Email=email)
    campaign = next(iter(stage.container.open_provider("main").gift_campaigns()))
    gift = stage.container.ask_for_gift(
        AskedGift(
            org_id=org_id,
            request_key=email,
            record_id=contact,
            gift_campaign_id=campaign.gift_campaign_id,
            value=Money(2500, "EUR"),
        )
    )
    return gift.key


def test_a_manager_approves_a_gift_and_follows_it_to_its_story(stage: PortalStage, person: SitDown) -> None:
    org_id = stage.connect_org()
    stage.connect_platform()
    stage.container.set_terms.approval_rules(ApprovalRules(org_id=org_id, above=Money(1000, "EUR")), "cli")
    three_months_of_gifts(stage, org_id)
    ask(stage, org_id, "Grace", "Hopper")
    key = ask(stage, org_id, "Mary", "Jackson")
    stage.start_worker()
    admin = person()

    admin.sign_in(ADMIN)
    wrong = {"home": admin.look("dashboard")}
    admin.go("/approvals/")
    wrong["approvals"] = admin.look("approvals")
    admin.driver.find_element("css selector", f"input[value='{key}']").click()
    admin.click("Approve")
    admin.wait_to_see("One gift is decided.")
    admin.wait_for(lambda: state(stage, key) is RequestState.SENT)
    admin.go("/gifts/")
    wrong["gifts"] = admin.look("gifts")
    admin.fill("Name, e-mail or id", "mary jackson")
    admin.click("Search")
    admin.click("Mary Jackson")
    admin.wait_to_see("What the platform reported")
    wrong["gift"] = admin.look("gift")
    admin.go("/approvals/rules")
    wrong["rules"] = admin.look("approval-rules")

    assert not any(wrong.values()), wrong


def test_a_manager_gives_a_person_a_budget(stage: PortalStage, person: SitDown) -> None:
    stage.connect_org()
    admin = person()

    admin.sign_in(ADMIN)
    admin.go("/budgets/new?holder=user")
    admin.fill("Name of the person", "Robin")
    admin.click("Search")
    admin.wait_to_see("Robin Rep")
    admin.fill("Limit", "500.00")
    admin.fill("Currency", "EUR")
    admin.fill("Begins anew", "Each month")
    wrong = {"new": admin.look("budget-new")}
    admin.click("Save")
    admin.wait_to_see("The budget is set.")
    wrong["budgets"] = admin.look("budgets")
    admin.go("/budgets/teams/new")
    admin.fill("Find people by name", "Rep")
    admin.click("Search")
    admin.wait_to_see("Robin Rep")
    wrong["team"] = admin.look("team")

    assert not any(wrong.values()), wrong


def state(stage: PortalStage, key: str) -> RequestState:
    with stage.container.store.read() as unit:
        return unit.gifts.named([key])[key].state
