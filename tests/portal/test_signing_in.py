"""Sign in with Salesforce, in a browser, over the real web-server flow."""

from collections.abc import Callable

import pytest

from tests.portal.browser import Person
from tests.portal.stage import ADMIN, INTEGRATION, REP, PortalStage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

SitDown = Callable[[], Person]


def test_a_manager_signs_in_with_salesforce_and_out_again(stage: PortalStage, person: SitDown) -> None:
    stage.connect_org()
    admin = person()

    admin.go("/")
    admin.wait_to_see("Sign in with Salesforce")
    wrong_with_sign_in = admin.look("sign-in")
    admin.sign_in(ADMIN)
    admin.wait_to_see("Ada Admin")
    wrong_with_home = admin.look("home")
    admin.click("Sign out")
    admin.wait_to_see("You are signed out")
    admin.go("/")

    assert admin.sees("Sign in with Salesforce")
    assert wrong_with_sign_in == {}
    assert wrong_with_home == {}


def test_who_follows_a_link_from_salesforce_is_taken_where_it_leads(
    stage: PortalStage, person: SitDown
) -> None:
    org_id = stage.connect_org()
    rep = person()

    rep.go(f"/sign-in?org={org_id[:15]}&next=/signed-out")
    rep.log_in(REP)
    rep.wait_to_see("You are signed out")

    rep.go("/")
    assert rep.sees("Robin Rep")


def test_a_user_without_a_permission_set_of_the_package_is_told_what_to_ask_for(
    stage: PortalStage, person: SitDown
) -> None:
    stage.connect_org()
    nobody = person()

    nobody.sign_in(INTEGRATION)

    nobody.wait_to_see("You have no permission to send gifts")
    assert nobody.sees("permission set Gift User or Gift Admin")
    with stage.container.store.read() as unit:
        assert unit.portal_sessions.of_org(stage.side.local.org.org_id) == []


def test_the_setup_link_lets_its_first_holder_in_and_nobody_else(stage: PortalStage, person: SitDown) -> None:
    secret = stage.container.portal_sessions.make_setup_link()
    operator = person()

    operator.go(f"/setup/{secret}")
    wrong = operator.look("setup")
    operator.click("Begin")
    operator.wait_to_see("Connect a Salesforce org")
    thief = person()
    thief.go(f"/setup/{secret}")
    thief.click("Begin")

    thief.wait_to_see("was used before")
    assert wrong == {}
