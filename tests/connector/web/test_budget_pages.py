"""Gift budgets and teams: set on pages, and heeded by the next gift."""

import pytest
from flask.testing import FlaskClient

from tests.connector.web.gifts_on_pages import ask, post, signed_in_manager
from tests.connector.web.world_behind import WorldBehindTheWeb


def test_a_budget_for_a_person_is_set_and_refuses_the_next_gift(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = signed_in_manager(behind, client)
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
    session = signed_in_manager(behind, client)

    status, _ = post(client, session, "/budgets/new", **form)

    assert status == 200
    with behind.world.store.read() as unit:
        assert unit.gift_budgets.all() == []


def test_a_team_is_gathered_by_search_and_saved(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    session = signed_in_manager(behind, client)
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
